// What to do next: where a ready service leads, what else clears used-up credits, and how started work is taken back.
import { expect, test, VIEWER } from "../support/test.js";
import { AppPage } from "../support/page.js";
import { BillingPage } from "../support/billing_page.js";

const NORTHWIND = "acc_northwind";
const HARBOR = "acc_harbor";

test("S3-14 S3-34 a ready project service leads on to its work", async ({ openAs }) => {
  const page = await openAs("/projects/prj_shop", NORTHWIND);
  const app = new AppPage(page);
  const services = app.region("Project services");
  await services.getByRole("listitem").filter({ hasText: "Activation scan" }).getByRole("link", { name: "Go to the scan" }).click();
  await expect(app.region("On-demand risk scan")).toBeInViewport();
  await services.getByRole("listitem").filter({ hasText: "Fix workflow" }).getByRole("link", { name: "Go to the reports" }).click();
  await expect(app.region("Reports")).toBeInViewport();
});

test("S0-34 used-up credits can be topped up or waited for", async ({ openAs, api }) => {
  const select = (await api.eligible("rep_harbor")).join(",");
  const billing = new BillingPage(await openAs(`/billing?from=fix&ref=rep_harbor&select=${select}`, HARBOR));
  const blocked = billing.region("Blocked action");
  await expect(blocked.getByRole("link", { name: "Top up credits" })).toBeVisible();
  await expect(blocked).toContainText(/Or wait: the plan's credits renew \d+ \w+ \d{4}\./);
  await expect(billing.region("Credit balance").getByRole("row").filter({ hasText: "Automated fix credits" })).toContainText(/Plan credits renew \d+ \w+ \d{4}/);
});

test("used-up AI credits say that work goes on without AI", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", HARBOR));
  const row = billing.region("Credit balance").getByRole("row").filter({ hasText: "AI assistance" });
  for (const text of ["AI credit limit reached", "AI_CREDIT_LIMIT_REACHED", "everything else works without AI"]) await expect(row).toContainText(text);
  await billing.switchTo("Northwind Trading");
  await billing.expectBalance("AI assistance", "40/0/10");
  await expect(row).not.toContainText("AI_CREDIT_LIMIT_REACHED");
});

test("Quayside's report says that the Fix Plan is unavailable, and Billing says why", async ({ openAs, api }) => {
  const [finding] = await api.eligible("rep_quayside");
  const page = await openAs(`/reports/rep_quayside?select=${finding}`, "acc_quayside");
  const app = new AppPage(page);
  const panel = app.region("Automated fix workflow");
  await expect(panel).toContainText("Fix Plan unavailable");
  await expect(panel.getByRole("button", { name: "Use ticket-only fallback" })).toBeVisible();
  await page.goto(`/billing?from=fix&ref=rep_quayside&select=${finding}`);
  const blocked = app.region("Blocked action");
  await expect(blocked).toContainText("Fix Plan unavailable");
  await expect(blocked).toContainText("Ticket-only work needs no credits");
});

test.describe("a fix task", () => {
  test.use({ stackPer: "test" });

  test("S0-23 S0-24 that is cancelled gives its credits and findings back, in every tab", async ({ openAs, api, context }) => {
    const findings = (await api.eligible("rep_ready")).slice(0, 2);
    const started = await api.post("/reports/rep_ready/fix-workflow", { account_id: NORTHWIND, finding_ids: findings, delivery_mode: "review_only_patch", expected_cost: 2 });
    expect(started.status()).toBe(201);
    const { fix_task } = (await started.json()) as { fix_task: { fix_task_id: string } };
    const page = await openAs(`/fix-tasks/${fix_task.fix_task_id}`, NORTHWIND);
    const main = page.getByRole("main");
    const second = new BillingPage(await context.newPage());
    await second.open();
    await second.expectBalance("Automated fix credits", "0/3/5");
    await main.getByRole("button", { name: "Cancel fix task" }).click();
    const question = main.getByRole("group", { name: "Cancel this task?" });
    await expect(question).toBeFocused();
    await expect(question).toContainText("2 credits go back to Avail of Northwind Trading.");
    await question.getByRole("button", { name: "Keep the task" }).click();
    await expect(question).toHaveCount(0);
    expect(await api.balance(NORTHWIND, "automated_fix"), "asking changes nothing").toBe("0/3/5");
    await main.getByRole("button", { name: "Cancel fix task" }).click();
    await question.getByRole("button", { name: "Yes, cancel the task" }).click();
    await expect(main).toContainText("The task was cancelled and its credits were restored.");
    await expect(main.getByRole("button", { name: "Cancel fix task" })).toHaveCount(0);
    await second.expectBalance("Automated fix credits", "2/1/5");
    await expect(second.ledger.first()).toContainText("Restored");
    expect(await api.eligible("rep_ready")).toEqual(expect.arrayContaining(findings));
  });

  test("cannot be cancelled by somebody who may only look, and says so", async ({ openAs, api }) => {
    const [finding] = await api.eligible("rep_ready");
    const started = await api.post("/reports/rep_ready/fix-workflow", { account_id: NORTHWIND, finding_ids: [finding], delivery_mode: "review_only_patch", expected_cost: 1 });
    const { fix_task } = (await started.json()) as { fix_task: { fix_task_id: string } };
    const page = await openAs(`/fix-tasks/${fix_task.fix_task_id}`, NORTHWIND, VIEWER);
    const button = page.getByRole("main").getByRole("button", { name: "Cancel fix task" });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await expect(button).toHaveAccessibleDescription(/Your role in Northwind Trading is Viewer/);
    await button.press("Enter");
    await expect(page.getByRole("group", { name: "Cancel this task?" })).toHaveCount(0);
  });
});
