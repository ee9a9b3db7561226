// Accounts: what a switch changes, what two tabs may show at once, and what belongs to somebody else.
import { ANA, DANA, expect, FINANCE, test } from "../support/test.js";
import { Api } from "../support/api.js";
import { BillingPage } from "../support/billing_page.js";
import { AppPage } from "../support/page.js";
import { ReportPage } from "../support/report_page.js";

const NORTHWIND_TRACES = ["acc_northwind", "Northwind Trading", "prj_shop"];

test("S3-35 a switch changes every figure and leaves nothing of the account before", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_northwind"));
  await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
  const status = billing.region("Billing account status");
  await billing.expectFact(status, /Subscription/, "Active");
  const usage = billing.region("Project usage and dependencies");
  await expect(usage.getByRole("link").first()).toBeVisible();
  await billing.switchTo("Juniper Studio");
  await billing.expectBalances("0/0/0", "0/0/0", "0/0/0");
  for (const trace of NORTHWIND_TRACES) await expect(billing.main).not.toContainText(trace);
  const juniper = await api.billing("acc_juniper");
  await expect(status).toContainText(juniper.billing_email);
  await expect(status).toContainText("No subscription");
  await expect(billing.region("Account entitlements")).toContainText("free_snapshot");
});

test("a late answer for the account before is dropped", async ({ openAs }) => {
  const page = await openAs("/billing", "acc_juniper");
  const billing = new BillingPage(page);
  await billing.expectBalance("Scan credits", "0/0/0");
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**/api/v1/accounts/acc_northwind/billing", async (route) => {
    const answer = await route.fetch().catch(() => undefined);
    await gate;
    // The page may have given the question up; then nobody waits for the answer.
    if (answer) await route.fulfill({ response: answer }).catch(() => undefined);
  });
  const asked = page.waitForRequest("**/api/v1/accounts/acc_northwind/billing");
  await billing.switchTo("Northwind Trading");
  await asked;
  await expect(billing.main, "nothing of Juniper stays while Northwind loads").not.toContainText("acc_juniper");
  await billing.switchTo("Harbor Bakery");
  await billing.expectBalances("0/1/6", "0/2/3", "0/0/50");
  letGo();
  await page.unrouteAll({ behavior: "wait" });
  await billing.expectBalances("0/1/6", "0/2/3", "0/0/50");
  for (const trace of NORTHWIND_TRACES) await expect(billing.main).not.toContainText(trace);
});

test("S1-27 two tabs on two accounts are both right", async ({ openAs, api }) => {
  const first = new BillingPage(await openAs("/billing", "acc_northwind"));
  await first.expectBalance("Scan credits", "3/1/4");
  const second = new BillingPage(await openAs("/billing"));
  await second.switchTo("Ridgeline Outdoor");
  await second.expectBalance("Scan credits", "2/0/9");
  await first.expectBalance("Scan credits", "3/1/4");
  await first.page.reload();
  await first.expectBalance("Scan credits", "3/1/4");
  await second.page.reload();
  await second.expectBalance("Scan credits", "2/0/9");
  expect((await api.session()).last_account_id, "new tabs begin with the last choice").toBe("acc_ridgeline");
  const third = new BillingPage(await openAs("/billing"));
  await third.expectBalance("Scan credits", "2/0/9");
});

test("S3-27 a link to another account's report says whose it is and switches", async ({ openAs }) => {
  const page = await openAs("/reports/rep_harbor", "acc_northwind");
  const app = new AppPage(page);
  await expect(app.main).toContainText("Wrong account");
  await expect(app.main).toContainText("Harbor Bakery");
  const start = new ReportPage(page).start.and(page.locator(':not([aria-disabled="true"])'));
  await expect(start, "nothing can be started from the wrong account").toHaveCount(0);
  await app.control(app.main, /^Switch/).click();
  await expect.poll(() => app.accountName()).toContain("Harbor Bakery");
  await expect(app.main).not.toContainText("Wrong account");
  const report = new ReportPage(page);
  await report.select(1);
  await report.expectSelected(1);
});

test("S1-4 the balance is the account's: every member and every session reads the same one", async ({ stack, api }) => {
  const theirs = (await api.billing("acc_northwind")).credit_balance;
  const finance = await Api.signedIn(stack, FINANCE);
  const fresh = await Api.fresh(stack, DANA);
  for (const other of [finance, fresh]) expect((await other.billing("acc_northwind")).credit_balance).toEqual(theirs);
  expect((await fresh.billing("acc_harbor")).credit_balance, "another account has another").not.toEqual(theirs);
  await finance.dispose();
  await fresh.dispose();
});

test("S1-4 S1-27 another account's ids answer as if they did not exist", async ({ openAs, stack, api }) => {
  const ana = await Api.signedIn(stack, ANA);
  const run = (await api.project("prj_shop")).latest_scan?.scan_run_id;
  const task = (await api.report("rep_harbor_spring")).fix_workflow.tasks[0]?.fix_task_id;
  expect(run, "a run to ask for").toBeTruthy();
  expect(task, "a task to ask for").toBeTruthy();
  const theirs = ["/accounts/acc_northwind/billing", "/accounts/acc_northwind/ledger", "/accounts/acc_harbor/projects", "/accounts/acc_harbor/reports", "/accounts/acc_harbor/events", "/projects/prj_shop", "/reports/rep_harbor", "/reports/rep_harbor/fix-workflow", `/scans/${run}`, `/fix-tasks/${task}`];
  for (const path of theirs) {
    const foreign = await ana.get(path);
    const missing = await ana.get(path.replace(/(acc|prj|rep|scn|fix)_\w+/, "$1_nowhere"));
    expect(foreign.status(), path).toBe(404);
    expect(missing.status(), path).toBe(404);
    const [a, b] = [await foreign.json(), await missing.json()];
    expect({ ...a, request_id: "" }, "no hint that it exists").toEqual({ ...b, request_id: "" });
  }
  await ana.dispose();
  const page = await openAs("/reports/rep_harbor", "acc_beacon", ANA);
  await expect(new AppPage(page).main).not.toContainText("Harbor");
  await expect(new AppPage(page).h1).toContainText(/not found/i);
});

test("S2-29 nothing offers to move credits between accounts", async ({ openAs, api }) => {
  const page = await openAs("/billing", "acc_northwind");
  await expect(page.getByRole("region", { name: "Credit balance" })).toBeVisible();
  await expect(page.getByRole("button", { name: /transfer|move|override/i })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /transfer|move credits|override/i })).toHaveCount(0);
  const before = await api.billing("acc_northwind");
  for (const path of ["/accounts/acc_northwind/transfers", "/accounts/acc_northwind/grants", "/accounts/acc_harbor/ledger"]) {
    const answer = await api.post(path, { to: "acc_harbor", credit_type: "scan", amount: 1 });
    expect([404, 405], path).toContain(answer.status());
  }
  expect((await api.billing("acc_northwind")).ledger_seq).toBe(before.ledger_seq);
});

test("S3-21 an agency's client project draws on the agency and not on the client", async ({ openAs, stack }) => {
  const ana = await Api.signedIn(stack, ANA);
  const [agency, client] = [await ana.billing("acc_beacon"), await ana.billing("acc_corner")];
  const page = await openAs("/projects/prj_corner", "acc_corner", ANA);
  const scan = new AppPage(page).region("On-demand risk scan");
  await expect(scan).toContainText("Beacon Agency");
  await scan.getByRole("button", { name: /^Run scan/ }).click();
  const { avail, res, spent } = agency.credit_balance.scan;
  await expect(scan).toContainText(`Scan queued \u00b7 Avail is now ${avail - 1}, Res ${res + 1}.`);
  await expect.poll(async () => (await ana.billing("acc_beacon")).credit_balance.scan).toEqual({ avail: avail - 1, res: res + 1, spent });
  const after = await ana.billing("acc_corner");
  expect(after.ledger_seq).toBe(client.ledger_seq);
  expect(after.credit_balance).toEqual(client.credit_balance);
  await ana.dispose();
});

test("walking through the accounts with arrow keys opens none before Enter, and leaving shows the one that is open", async ({ openAs }) => {
  const app = new AppPage(await openAs("/billing", "acc_northwind"));
  await expect(app.account).toBeVisible();
  const asked: string[] = [];
  app.page.on("request", (request) => /\/accounts\/acc_(?!northwind)[a-z]+\/billing/.test(request.url()) && asked.push(request.url()));
  await app.account.focus();
  await app.page.keyboard.press("ArrowDown");
  await app.page.keyboard.press("ArrowDown");
  await app.page.keyboard.press("Tab");
  expect(await app.accountName()).toBe("Northwind Trading");
  expect(asked, "no other account was opened").toEqual([]);
  await app.account.focus();
  await app.page.keyboard.press("ArrowDown");
  const walkedTo = await app.accountName();
  await app.page.keyboard.press("Enter");
  await expect(app.region("Billing account status")).toContainText(walkedTo);
});

test("an account is found by typing, on any page, and opened by Enter when it is the one that is left", async ({ openAs }) => {
  const app = new AppPage(await openAs("/billing/ledger", "acc_northwind"));
  const find = app.page.getByRole("button", { name: "Find another account" });
  const list = app.page.getByRole("dialog", { name: "Find another account" });
  await find.click();
  const harbor = list.getByRole("article", { name: "Harbor Bakery" });
  await expect(harbor).toContainText("Avail");
  await list.getByRole("searchbox").fill("harb");
  await expect(list.getByRole("article")).toHaveCount(1);
  await app.page.keyboard.press("Enter");
  await expect(list).toBeHidden();
  expect(await app.accountName()).toBe("Harbor Bakery");
  await expect(app.h1, "the page stays, for the other account").toHaveText("Ledger");
  // Opened again it begins anew, and Escape leaves everything as it is.
  await find.click();
  await expect(list.getByRole("searchbox")).toHaveValue("");
  await expect(harbor).toContainText("This tab looks at it.");
  await app.page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await expect(find).toBeFocused();
});

test("what happened to an account is told once, leads there, and stays until it is read", async ({ openAs }) => {
  const app = new AppPage(await openAs("/billing", "acc_northwind"));
  const link = app.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Notices \d+/ });
  await expect(link).toBeVisible({ timeout: 30_000 });
  await link.click();
  await expect(app.h1).toHaveText("Notices");
  const rows = app.region("Not read yet").getByRole("listitem");
  const harbor = rows.filter({ hasText: "Harbor Bakery" }).filter({ hasText: "Automated fix credits: none are available." });
  await expect(harbor).toHaveCount(1);
  await harbor.getByRole("link", { name: "Open" }).click();
  await expect(app.region("Billing account status")).toContainText("Harbor Bakery");
  await link.click();
  await expect(rows.first()).toBeVisible();
  const unread = await rows.count();
  await harbor.getByRole("button", { name: /^Mark as read/ }).click();
  await expect(harbor).toHaveCount(0);
  await expect(link, "the navigation counts what is left").toHaveText(`Notices ${unread - 1}`);
  await app.page.reload();
  await expect(app.h1).toHaveText("Notices");
  await expect(rows.first()).toBeVisible();
  await expect(harbor).toHaveCount(0);
});
