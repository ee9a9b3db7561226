// The fix task page: cancelling gives back what the task holds, once, and only to those who may.
import type { Locator } from "@playwright/test";
import { expect, test, FINANCE, VIEWER } from "../support/test.js";
import type { Api } from "../support/api.js";
import { AppPage } from "../support/page.js";
import type { StartedFix } from "../support/wire.js";

const NORTHWIND = "acc_northwind";
const CANCEL = "**/api/v1/fix-tasks/*/cancel";

/** Starts work on two findings and answers the task. */
async function started(api: Api): Promise<string> {
  const findings = (await api.eligible("rep_ready")).slice(0, 2);
  const answer = await api.post("/reports/rep_ready/fix-workflow", { account_id: NORTHWIND, finding_ids: findings, delivery_mode: "review_only_patch", expected_cost: 2 });
  expect(answer.status(), await answer.text()).toBe(201);
  expect(await api.balance(NORTHWIND, "automated_fix")).toBe("0/3/5");
  return ((await answer.json()) as StartedFix).fix_task.fix_task_id;
}

/** How often credits came back to Northwind from this task. */
async function restores(api: Api, task: string): Promise<number> {
  const entries = await api.ledger(NORTHWIND);
  return entries.filter((entry) => entry.kind === "restore" && entry.reference.id === task).length;
}

class TaskPage extends AppPage {
  get next(): Locator {
    return this.region("Next step");
  }

  get cancel(): Locator {
    return this.next.getByRole("button", { name: "Cancel fix task", exact: true });
  }

  get question(): Locator {
    return this.next.getByRole("group", { name: "Cancel this task?", exact: true });
  }

  get yes(): Locator {
    return this.question.getByRole("button", { name: "Yes, cancel the task", exact: true });
  }
}

test.describe("credits move", () => {
  test.use({ stackPer: "test" });

  test("S0-19 a patch is read, drawn up again, approved and handed over: nothing is changed anywhere, and its credits are spent once", async ({ openAs, api }) => {
    const id = await started(api);
    const task = new TaskPage(await openAs(`/fix-tasks/${id}`, NORTHWIND));
    const patch = task.region("Review-only patch");
    for (const text of ["Waiting for review", "It is no branch, commit or pull request", "2 places", "Passed: No line that is added looks like a secret or personal data"]) await expect(patch).toContainText(text);
    await expect(patch.getByRole("region", { name: /^Changes in / })).toHaveCount(2);
    await expect(task.next).toContainText("Read the patch and approve or discard it.");
    const early = await api.post(`/fix-tasks/${id}/done`, { account_id: NORTHWIND });
    expect((await early.json()).code, "nothing is handed over before somebody approved it").toBe("PATCH_APPROVAL_REQUIRED");
    await patch.getByRole("button", { name: "Approve patch", exact: true }).click();
    await expect(patch.getByRole("term").filter({ hasText: "Approved" })).toBeVisible();
    // Another draft is another patch: what was approved is not approved any more.
    await patch.getByRole("button", { name: "Leave this out", exact: true }).first().click();
    await expect(patch).toContainText("Waiting for review");
    await expect(patch.getByRole("region", { name: /^Changes in / })).toHaveCount(1);
    const stale = await api.post(`/fix-tasks/${id}/patch/approve`, { account_id: NORTHWIND, digest: "0".repeat(64) });
    expect((await stale.json()).code).toBe("SELECTION_CHANGED");
    await patch.getByRole("button", { name: "Take all findings in again", exact: true }).click();
    await expect(patch.getByRole("region", { name: /^Changes in / })).toHaveCount(2);
    await patch.getByRole("button", { name: "Approve patch", exact: true }).click();
    await expect(task.next).toContainText("The patch is approved.");
    expect(await api.balance(NORTHWIND, "automated_fix"), "approving spends nothing").toBe("0/3/5");
    const file = await api.get(`/fix-tasks/${id}/patch/file`);
    expect(await file.text()).toMatch(/^--- \S+\n\+\+\+ b\/\S+\n@@ -\d+,\d+ \+\d+,\d+ @@\n/);
    await patch.getByRole("button", { name: "Mark as done", exact: true }).click();
    await expect(patch).toContainText("Delivered");
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("0/1/7");
    await expect(task.region("What happened")).toContainText("Patch approved");
    await expect(task.cancel).toHaveCount(0);
  });

  test("S0-24 S0-26 an owner cancels a task: its credits are back in Avail, and its findings are free", async ({ openAs, api }) => {
    const before = await api.eligible("rep_ready");
    const id = await started(api);
    const task = new TaskPage(await openAs(`/fix-tasks/${id}`, NORTHWIND));
    await expect(task.cancel).toBeVisible();
    await task.listen();
    await task.cancel.click();
    await expect(task.question).toContainText("2 credits go back to Avail of Northwind Trading.");
    // To think better of it changes nothing.
    await task.question.getByRole("button", { name: "Keep the task", exact: true }).click();
    await expect(task.question).toHaveCount(0);
    await expect(task.cancel).toBeVisible();
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("0/3/5");

    await task.cancel.click();
    await task.yes.click();
    await expect(task.next).toContainText("Task cancelled");
    await expect(task.next).toContainText("Avail is now 2.");
    await expect(task.next).toContainText("The task was cancelled and its credits were restored.");
    await expect(task.cancel).toHaveCount(0);
    await expect(task.region("Task")).toContainText("Restored");
    await expect(task.main).toContainText("Cancelled");
    expect(await task.said()).toContain("The task is cancelled. 2 credits go back to Avail of Northwind Trading.");
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("2/1/5");
    expect(await restores(api, id)).toBe(1);
    expect(await api.eligible("rep_ready")).toEqual(before);
  });

  test("S0-24 an answer that was lost is not guessed, and the page shows what is true", async ({ page, openAs, api }) => {
    const id = await started(api);
    const task = new TaskPage(await openAs(`/fix-tasks/${id}`, NORTHWIND));
    await page.route(CANCEL, async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    });
    await task.cancel.click();
    await task.yes.click();
    await expect(task.next.getByRole("alert")).toContainText("It is not known whether the task was cancelled.");
    await expect(task.next).toContainText("The task was cancelled and its credits were restored.");
    await expect(task.cancel).toHaveCount(0);
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("2/1/5");
    expect(await restores(api, id)).toBe(1);
  });

  test("S0-24 trying again after a lost request sends the same key", async ({ page, openAs, api }) => {
    const id = await started(api);
    const task = new TaskPage(await openAs(`/fix-tasks/${id}`, NORTHWIND));
    const keys: (string | undefined)[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/cancel")) keys.push(request.headers()["idempotency-key"]);
    });
    await page.route(CANCEL, (route) => route.abort("connectionreset"));
    await task.cancel.click();
    await task.yes.click();
    await expect(task.next.getByRole("alert")).toContainText("It is not known whether the task was cancelled.");
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("0/3/5");
    await page.unroute(CANCEL);
    await task.cancel.click();
    await task.yes.click();
    await expect(task.next).toContainText("Task cancelled");
    await expect(task.next.getByRole("alert")).toHaveCount(0);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
    expect(await restores(api, id)).toBe(1);
  });
});

for (const [who, user, role] of [
  ["a viewer", VIEWER, "Viewer"],
  ["a billing manager", FINANCE, "Billing manager"],
] as const) {
  test(`S2-30 ${who} sees why they cannot cancel a task`, async ({ openAs, api }) => {
    const open = (await api.report("rep_none")).fix_workflow.tasks.find((one) => one.status === "awaiting_approval");
    const task = new TaskPage(await openAs(`/fix-tasks/${open?.fix_task_id ?? "none"}`, NORTHWIND, user));
    await task.expectOff(task.cancel, new RegExp(`Your role in Northwind Trading is ${role}\\. Ask an owner or admin`));
    await task.page.keyboard.press("Enter");
    await expect(task.question).toHaveCount(0);
  });
}

test("work that is delivered cannot be cancelled", async ({ openAs, api }) => {
  const done = (await api.report("rep_none")).fix_workflow.tasks.find((one) => one.status === "completed");
  const task = new TaskPage(await openAs(`/fix-tasks/${done?.fix_task_id ?? "none"}`, NORTHWIND));
  await expect(task.next).toContainText("Your evidence is recorded. It is not proof");
  await expect(task.cancel).toHaveCount(0);
});

test.describe("work that comes to its end", () => {
  test.use({ stackPer: "test" });

  async function begun(api: Api, mode: string, cost: number): Promise<string> {
    const finding = (await api.eligible("rep_ready"))[0] ?? "none";
    const answer = await api.post("/reports/rep_ready/fix-workflow", { account_id: NORTHWIND, finding_ids: [finding], delivery_mode: mode, expected_cost: cost });
    expect(answer.status(), await answer.text()).toBe(201);
    return ((await answer.json()) as StartedFix).fix_task.fix_task_id;
  }

  test("S0-27 tickets are seen, copied with one key and downloaded, and the task is done without credits", async ({ openAs, api, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const before = await api.balance(NORTHWIND, "automated_fix");
    const id = await begun(api, "ticket_only", 0);
    const task = new TaskPage(await openAs(`/fix-tasks/${id}`, NORTHWIND));
    const tickets = task.region("Ticket export");
    const preview = tickets.getByRole("region", { name: "1 ticket" });
    await expect(preview).toContainText("### Done when");
    await preview.focus();
    await task.page.keyboard.press("c");
    await expect.poll(() => task.page.evaluate(() => navigator.clipboard.readText())).toContain("### Done when");
    await tickets.getByRole("radio", { name: /^CSV/ }).check();
    await expect(preview).toContainText("source_id,title,severity");
    const [file] = await Promise.all([task.page.waitForEvent("download"), tickets.getByRole("link", { name: "Download CSV" }).click()]);
    expect(file.suggestedFilename()).toBe("tickets-rep_ready.csv");
    await task.next.getByRole("button", { name: "Mark as done" }).click();
    await expect(task.next).toContainText("The tickets were handed over.");
    await expect(task.region("What happened")).toContainText("Handed over and marked as done");
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe(before);
  });

  test("S0-25 evidence without secrets completes the task and spends its credit", async ({ openAs, api }) => {
    const id = await begun(api, "customer_applied", 1);
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("1/2/5");
    const task = new TaskPage(await openAs(`/fix-tasks/${id}`, NORTHWIND));
    await task.next.getByLabel("Where it can be seen").fill("https://shop.northwind.example/checkout");
    await task.next.getByLabel("When it was changed").fill("2026-03-02");
    await task.next.getByLabel("What was changed").fill("password: hunter22");
    const record = task.next.getByRole("button", { name: "Record evidence" });
    await record.click();
    await expect(task.next.getByRole("alert")).toContainText("looks like a secret");
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("1/2/5");
    await task.next.getByLabel("What was changed").fill("The header is sent.");
    await record.click();
    await expect(task.next).toContainText("It is not proof");
    await expect(task.region("Customer-applied evidence")).toContainText("The header is sent.");
    await expect(task.region("Task")).toContainText("Spent");
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("1/1/6");
  });
});
