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

test("S0-34 S3-26 used-up credits can be topped up, got by a larger plan, or waited for, side by side", async ({ openAs, api }) => {
  const select = (await api.eligible("rep_harbor")).join(",");
  const billing = new BillingPage(await openAs(`/billing?from=fix&ref=rep_harbor&select=${select}`, HARBOR));
  const blocked = billing.region("Blocked action");
  await expect(blocked.getByRole("link", { name: "Top up credits" })).toBeVisible();
  const ways = blocked.getByRole("list").filter({ hasText: "Wait for renewal" }).getByRole("listitem");
  await expect(ways).toHaveCount(3);
  await expect(ways.nth(0)).toContainText("3 automated fix credits for $147.00.");
  await expect(ways.nth(0).getByRole("link", { name: "Top up" })).toHaveAttribute("href", /^\/checkout\/automated_fix_credits\?from=fix&ref=rep_harbor&select=/);
  await expect(ways.nth(1)).toContainText("No larger plan brings more automated fix credits.");
  await expect(ways.nth(2)).toContainText(/Fix Plan brings 5 automated fix credits at its renewal\. \d+ \w+ \d{4}\./);
  await expect(billing.region("Credit balance").getByRole("row").filter({ hasText: "Automated fix credits" })).toContainText(/Plan credits renew \d+ \w+ \d{4}/);
});

test("S0-5 Billing by itself says what is required, what is exhausted, and that a plan is unavailable", async ({ openAs }) => {
  for (const [account, label] of [["acc_juniper", "Automated fix credit required"], [HARBOR, "Automated fix credit exhausted"], ["acc_quayside", "Fix Plan unavailable"]] as const) {
    const billing = new BillingPage(await openAs("/billing", account));
    const row = billing.region("Credit balance").getByRole("row").filter({ has: billing.page.getByRole("rowheader", { name: "Automated fix credits" }) });
    await expect(row, account).toContainText(label);
    await row.getByText("Ways to more").click();
    await expect(row.getByRole("listitem"), account).toHaveCount(3);
  }
});

test("S2-33 an action that the catalogue does not have is stopped, and nothing is sold for it", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing?from=penetration_test&ref=prj_shop", NORTHWIND));
  await expect(billing.main.getByRole("heading", { name: "Stopped: not in the catalogue" })).toBeVisible();
  await expect(billing.main).toContainText("\u201cpenetration_test\u201d is no action of WebRiskOps.");
  await expect(billing.blocked, "nothing is blocked that could be cleared").toHaveCount(0);
  const asked = await api.get("/accounts/acc_northwind/billing?from=penetration_test&ref=prj_shop");
  expect([200, 400, 422], "never an error of ours").toContain(asked.status());
  // What is somebody else's is not found, and a limit cannot be got round by asking the API.
  expect((await api.get("/projects/prj_corner")).status()).toBe(404);
  expect((await api.get("/reports/rep_corner")).status()).toBe(404);
  const [finding] = await api.eligible("rep_harbor");
  const bypass = await api.post("/reports/rep_harbor/fix-workflow", { account_id: HARBOR, finding_ids: [finding], delivery_mode: "review_only_patch", expected_cost: 0 });
  expect(bypass.status()).toBe(409);
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

test.describe("what would lie unused", () => {
  test.use({ stackPer: "test" });

  test("S0-4 S0-10 a fix top-up that nothing could use warns on its card and at its own address, and is not urged", async ({ openAs, api }) => {
    const billing = new BillingPage(await openAs("/billing", HARBOR));
    const card = billing.topUp("fix");
    await expect(billing.topUpAction("fix")).toBeVisible();
    await expect(card).not.toContainText("lie unused");
    const report = new AppPage(await openAs("/reports/rep_harbor", HARBOR));
    const panel = report.region("Automated fix workflow");
    await expect(panel).toContainText("Fix Plan: this month's fix credits of Harbor Bakery are used up, and no others are left.");
    // Everything that could be fixed goes into tickets, which take no credits.
    const findings = await api.eligible("rep_harbor");
    const started = await api.post("/reports/rep_harbor/fix-workflow", { account_id: HARBOR, finding_ids: findings, delivery_mode: "ticket_only", expected_cost: 0 });
    expect(started.status()).toBe(201);
    await report.page.goto("/billing");
    await expect(card).toContainText("No published report that this account pays for has a finding that fix work could take now. Bought credits would lie unused until then.");
    await report.page.goto("/checkout/automated_fix_credits");
    await expect(report.main.getByRole("heading", { name: "Nothing can use this yet" })).toBeVisible();
    await expect(report.main).toContainText("Bought credits would lie unused until then.");
  });

  test("S1-13 a project does not offer a top-up that Billing cannot sell, and says why", async ({ openAs, api }) => {
    const begun = await api.post("/projects/prj_lantern/scans", { account_id: "acc_lantern" });
    expect(begun.status()).toBe(201);
    const { scan_run } = (await begun.json()) as { scan_run: { scan_run_id: string } };
    expect((await api.result(scan_run.scan_run_id, "completed")).ok()).toBe(true);
    const app = new AppPage(await openAs("/projects/prj_lantern", "acc_lantern"));
    const scan = app.region("On-demand risk scan");
    await expect(scan).toContainText("Scan credit exhausted");
    await expect(scan).toContainText("Scan credit cannot be bought yet: the payment provider has no price for it on this account.");
    await expect(scan.getByRole("link", { name: "Top up credits" })).toHaveCount(0);
    await scan.getByRole("link", { name: "Open Billing" }).click();
    const billing = new BillingPage(app.page);
    await expect(billing.blocked).toContainText("the payment provider has no price for it");
    await expect(billing.blocked.getByRole("link", { name: "Top up credits" })).toHaveCount(0);
  });
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
