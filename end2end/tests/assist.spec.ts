// AI assistance on a fix task: optional, blocked by its own credits, and never in the way of the text that rules draft.
import { expect, test as base } from "../support/test.js";
import { BillingPage } from "../support/billing_page.js";
import { startModel, type Model } from "../support/model.js";
import { ReportPage } from "../support/report_page.js";

const HARBOR = "acc_harbor";

const test = base.extend<{ model: Model }>({
  model: async ({}, use) => {
    const model = await startModel();
    await use(model);
    await model.close();
  },
  stackOptions: async ({ model }, use) => {
    await use({ env: { AI_BASE_URL: model.url, AI_MODEL: "stand-in" } });
  },
});

test.use({ stackPer: "test" });

test("S2-1 S2-16 S2-23 an AI draft waits for AI credits or goes by rule, and is tried again at the task when they are there", async ({ openAs, api, paddle, model }) => {
  const report = await api.report("rep_harbor_spring");
  const task = report.fix_workflow.tasks[0]?.fix_task_id ?? "";
  const page = await openAs(`/fix-tasks/${task}`, HARBOR);
  const own = new ReportPage(page);
  const panel = own.region("Ticket text");
  const draft = panel.getByRole("button", { name: "Draft with AI" });

  await test.step("the credits are used up: the reason, its code, and the text by rule", async () => {
    for (const text of ["AI credit limit reached", "AI_CREDIT_LIMIT_REACHED", "Avail 0"]) await expect(panel).toContainText(text);
    await own.expectOff(draft, /has used up its AI credits/);
    await panel.getByText("Text drafted by rule from the findings").click();
    await expect(panel.getByRole("region", { name: "Text drafted by rule" })).toContainText("What to change:");
  });

  await test.step("Billing names the blocked action and leads back to it", async () => {
    await panel.getByRole("link", { name: "Wait for renewal" }).click();
    await expect(page).toHaveURL(/\/billing\?/);
    const blocked = new BillingPage(page).region("Blocked action");
    for (const text of ["AI assistance", "AI_CREDIT_LIMIT_REACHED", "fix task"]) await expect(blocked).toContainText(text);
    await blocked.getByRole("link", { name: /Return to/ }).click();
    await expect(page).toHaveURL(new RegExp(`/fix-tasks/${task}`));
    await own.expectOff(draft, /has used up its AI credits/);
  });

  await test.step("the renewal brings some: the button is there by itself, and a model that fails costs nothing", async () => {
    const { subscriptions } = await api.read<{ subscriptions: { subscription_id: string }[] }>(`/accounts/${HARBOR}/transactions`);
    await paddle.renew(subscriptions[0]?.subscription_id ?? "");
    await expect(draft).toBeEnabled({ timeout: 20_000 });
    await expect(draft).not.toHaveAttribute("aria-disabled", "true");
    await draft.click();
    await expect(panel).toContainText("The model cannot be used now; it answered 503. The AI credit is free again.");
    await expect.poll(() => api.balance(HARBOR, "ai")).toBe("50/0/50");
  });

  await test.step("it works, and spends one", async () => {
    model.answer = "Send a policy header.\nThen scan the page again.";
    await draft.click();
    await expect(panel.getByRole("region", { name: "Text drafted by a model" })).toContainText("Then scan the page again.");
    await expect(panel).toContainText("Read it against the findings before you use it");
    expect(await api.balance(HARBOR, "ai")).toBe("49/0/51");
  });
});

base.describe("without a model", () => {
  base("there is no AI button, and the text by rule is there", async ({ openAs, api }) => {
    const report = await api.report("rep_harbor_spring");
    const page = await openAs(`/fix-tasks/${report.fix_workflow.tasks[0]?.fix_task_id ?? ""}`, HARBOR);
    const panel = new ReportPage(page).region("Ticket text");
    await panel.getByText("Text drafted by rule from the findings").click();
    await expect(panel.getByRole("region", { name: "Text drafted by rule" })).toContainText("Done when:");
    await expect(panel.getByRole("button", { name: "Draft with AI" })).toHaveCount(0);
  });
});
