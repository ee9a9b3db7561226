// The whole story of the console as one journey: blocked work, a purchase, its confirmation, and the work itself.
import { expect, test, DANA } from "../support/test.js";
import { BillingPage, PANELS } from "../support/billing_page.js";
import { CheckoutPage } from "../support/checkout_page.js";
import { CREDITS_CAME, PENDING } from "../support/names.js";
import { ProjectPage } from "../support/project_page.js";
import { ReportPage } from "../support/report_page.js";
import { SignInPage } from "../support/sign_in_page.js";

const HARBOR = "acc_harbor";
const NORTHWIND = "acc_northwind";

test.use({ stackPer: "test" });

test("S0-6 S0-33 S2-7 buy fix credits, see them arrive, spend them", async ({ context, page, api, paddle }) => {
  test.setTimeout(180_000);
  const billing = new BillingPage(page);
  const report = new ReportPage(page);
  const checkout = new CheckoutPage(page);
  let session = "";

  await test.step("a page that needs a session asks for one", async () => {
    const signIn = new SignInPage(page);
    await page.goto("/billing");
    await expect(page, "a page that needs a session asks for one").toHaveURL(/\/sign-in\?next=/);
    await signIn.signIn(DANA);
    await expect(page).toHaveURL(/\/billing$/);
  });

  await test.step("S1-6 S1-7 billing of Northwind Trading", async () => {
    expect(await billing.accountName()).toContain("Northwind Trading");
    for (const panel of PANELS) await expect(billing.region(panel), panel).toBeVisible();
    const path = ["Billing account status", "Credit balance", "Latest ledger"];
    const heads = await billing.main.getByRole("heading").allInnerTexts();
    const found = heads.map((text) => path.find((panel) => text.startsWith(panel))).filter((panel) => panel !== undefined);
    expect(found, "in the order of the path").toEqual(path);
    await expect(billing.ladder).toBeVisible();
    const status = billing.region("Billing account status");
    for (const text of ["Northwind Trading", NORTHWIND, "@northwind.example", "Active", "Available credits"]) {
      await expect(status).toContainText(text);
    }
    await expect(status).toContainText("Scan and automated fix credits are ready to use.");
    await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
  });

  await test.step("S3-5 switch to Harbor Bakery", async () => {
    await billing.switchTo("Harbor Bakery");
    await billing.expectBalances("0/1/6", "0/2/3", "0/0/50");
    await expect(billing.region("Billing account status")).toContainText(HARBOR);
    await expect(billing.main).not.toContainText("Northwind Trading");
  });

  await test.step("S0-34 S2-4 the report is blocked for want of credits", async () => {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Reports" }).click();
    await page.getByRole("main").locator('a[href^="/reports/rep_harbor"]').first().click();
    await report.select(2);
    await report.expectSelected(2);
    await report.expectCost(2);
    const panel = report.panel;
    for (const text of ["Harbor Bakery", "Automated fix credit exhausted", "CREDIT_BALANCE_EXHAUSTED", "2 automated fix credits needed"]) {
      await expect(panel).toContainText(text);
    }
    const checks = (await api.report("rep_harbor")).fix_workflow.verdict.checks.filter((check) => check.state === "passed");
    expect(checks.length, "what is in order is told too").toBeGreaterThan(3);
    for (const check of checks) await expect(panel, check.label).toContainText(check.label);
    const next = panel.getByRole("link", { name: /^Top up/ });
    await expect(next).toHaveAttribute("href", /^\/billing\?from=fix&ref=rep_harbor&select=fnd_\w+,fnd_\w+$/);
    await next.click();
  });

  await test.step("S0-11 S2-5 S2-28 billing names the blocked action and shows what the account has", async () => {
    await expect(page).toHaveURL(/\/billing\?from=fix&ref=rep_harbor/);
    await expect(billing.main).toContainText("Automated fix credit exhausted");
    await expect(billing.main).toContainText("CREDIT_BALANCE_EXHAUSTED");
    await billing.expectBalance("Automated fix credits", "0/2/3");
    await billing.expectFields({
      account_id: HARBOR,
      package_key: "fix_plan",
      package_entitlement_status: "active",
      billing_state: "active",
      subscription_status: "active",
      payment_status: "confirmed",
      monitoring_entitlement_status: "active",
      credit_balance: "scan 0/1/6, automated_fix 0/2/3, ai 0/0/50",
      remaining_fix_credits: "0",
    });
  });

  await test.step("S0-16 S2-18 after the reason, the review of exactly that top-up", async () => {
    await billing.topUpAction("fix").click();
    await expect(page).toHaveURL(/\/checkout\/automated_fix_credits/);
    for (const text of ["Harbor Bakery", "Automated fix credits \u00d7 3", "$147.00", "Paddle"]) await expect(checkout.main).toContainText(text);
  });

  await test.step("S0-13 S0-17 S1-14 pay while the confirmation is held back", async () => {
    await paddle.faults({ hold: true });
    await checkout.openOverlay();
    await checkout.payWith();
    await expect(checkout.main).toContainText(PENDING);
    await paddle.held();
    session = await checkout.sessionId();
    await checkout.expectStages(1);
    for (const path of ["/billing", page.url(), `/billing/checkout?checkout_session_id=${session}&success=true&_ptxn=txn_x`]) {
      await page.goto(path);
      await expect(page.getByRole("main")).toContainText(PENDING);
      await page.reload();
      await expect(page.getByRole("main")).toContainText(PENDING);
    }
    expect(await api.balance(HARBOR, "automated_fix"), "the return address grants nothing").toBe("0/2/3");
    await report.open("rep_harbor", `?select=${(await api.eligible("rep_harbor")).join(",")}`);
    await report.expectSelected(2);
    for (const text of [PENDING, "CHECKOUT_PAYMENT_PENDING"]) await expect(report.panel).toContainText(text);
    await expect(report.panel.getByRole("link", { name: "Wait for payment confirmation", exact: true })).toHaveAttribute("href", /^\/billing\?from=fix&ref=rep_harbor&select=/);
    await expect(report.panel.getByRole("link", { name: /^Top up/ }), "nobody is asked to buy again").toHaveCount(0);
    await billing.open();
    await billing.expectBalance("Automated fix credits", "0/2/3");
    await expect(billing.topUp("fix")).toContainText(PENDING);
  });

  const second = await context.newPage();
  const other = new BillingPage(second);
  await test.step("S0-18 S0-31 S3-22 the confirmation arrives in both tabs", async () => {
    await other.open();
    await other.expectBalance("Automated fix credits", "0/2/3");
    await other.mark();
    await checkout.openSession(session);
    await expect(checkout.main).toContainText(PENDING);
    await checkout.mark();
    await checkout.listen();
    await paddle.noFaults();
    await checkout.expectStages(5);
    await checkout.expectNotReloaded();
    await other.expectBalance("Automated fix credits", "3/2/3");
    await expect(other.ledger.first()).toContainText("Granted");
    await other.expectNotReloaded();
    const said = (await checkout.said()).filter((text) => text === CREDITS_CAME);
    expect(said, "the live region says it once").toHaveLength(1);
    const back = checkout.main.locator('a[href*="/reports/rep_harbor?select="]').first();
    await expect(back).toBeVisible();
    await back.click();
    await expect(page).toHaveURL(/\/reports\/rep_harbor\?select=fnd_\w+,fnd_\w+$/);
    await report.expectSelected(2);
    expect(await report.checkedCount).toBe(2);
  });

  await test.step("S0-26 S3-16 start it from two tabs at the same moment", async () => {
    const twin = new ReportPage(second);
    await second.goto(page.url());
    await twin.expectSelected(2);
    await expect(twin.start).not.toHaveAttribute("aria-disabled", "true");
    await expect(report.start).not.toHaveAttribute("aria-disabled", "true");
    const before = (await api.billing(HARBOR)).ledger_seq;
    // As events, so that neither waits for the other.
    await Promise.all([report.start.dispatchEvent("click"), twin.start.dispatchEvent("click")]);
    await expect.poll(() => api.balance(HARBOR, "automated_fix")).toBe("1/4/3");
    const entries = (await api.ledger(HARBOR)).filter((entry) => entry.seq > before);
    expect(entries, "one start").toHaveLength(1);
    expect(entries[0]).toMatchObject({ kind: "reserve", amount: 2, reference: { type: "fix_task" } });
    expect((await api.report("rep_harbor")).fix_workflow.tasks.filter((task) => task.credit_state === "reserved")).not.toHaveLength(0);
    await report.open("rep_harbor");
    await expect(report.main.locator('a[href^="/fix-tasks/fix_"]').first()).toBeVisible();
    await billing.open();
    await billing.expectBalance("Automated fix credits", "1/4/3");
    await expect(billing.ledger.first()).toContainText("Reserved");
    await expect(billing.ledger.first().getByRole("link").first()).toBeVisible();
  });
});

test("S1-9 S1-20 a scan reserves one credit, and its result spends or restores it", async ({ openAs, api }) => {
  const page = await openAs("/projects/prj_shop", NORTHWIND);
  const project = new ProjectPage(page);
  const billing = new BillingPage(page);

  await test.step("it is ready and says what it costs", async () => {
    await expect(project.services).toBeVisible();
    await expect(project.scan).toContainText("Ready");
    await expect(project.scan).toContainText("1 scan credit will be reserved from Northwind Trading");
    await expect(project.scan, "the limit of the plan is in sight").toContainText("42 of 500 pages");
    await expect.poll(() => project.fact(project.scan, /Avail(?:able)?/)).toMatch(/^3/);
  });

  /** Starts a scan and waits until the page says what is left; the figures tell this start from the one before. */
  const runOnce = async (avail: number): Promise<string> => {
    await project.run.click();
    await expect(project.scan).toContainText(`Scan queued \u00b7 Avail is now ${avail}, Res 2.`);
    await expect(project.run.and(page.locator(':not([aria-disabled="true"])')), "a second is refused while it is queued").toHaveCount(0);
    return (await api.project("prj_shop")).latest_scan?.scan_run_id ?? "";
  };

  await test.step("S1-24 a second scan is refused while one is queued, and completed spends", async () => {
    const run = await runOnce(2);
    await expect.poll(() => api.balance(NORTHWIND, "scan")).toBe("2/2/4");
    const refused = await api.post("/projects/prj_shop/scans", { account_id: NORTHWIND });
    expect(refused.status()).toBe(409);
    expect((await refused.json()).blocked_reasons[0].code).toBe("WORK_IN_PROGRESS");
    expect(await api.balance(NORTHWIND, "scan")).toBe("2/2/4");
    expect((await api.result(run, "completed")).ok()).toBe(true);
    expect(await api.balance(NORTHWIND, "scan")).toBe("2/1/5");
    expect((await api.result(run, "completed")).ok(), "the same result again is harmless").toBe(true);
    const other = await api.result(run, "failed", { error_summary: "no" });
    expect(other.status(), "another result is not taken").toBe(409);
    expect(await api.balance(NORTHWIND, "scan")).toBe("2/1/5");
    await expect(project.scan).toContainText(/completed/i);
  });

  await test.step("S1-26 failed restores", async () => {
    await expect(project.scan).toContainText("Ready to start");
    const run = await runOnce(1);
    await expect.poll(() => api.balance(NORTHWIND, "scan")).toBe("1/2/5");
    expect((await api.result(run, "failed", { error_summary: "The site did not answer." })).ok()).toBe(true);
    expect(await api.balance(NORTHWIND, "scan")).toBe("2/1/5");
    await expect(project.scan).toContainText("The site did not answer.");
    await billing.open();
    await billing.expectBalance("Scan credits", "2/1/5");
    for (const [n, verb] of ["Restored", "Reserved", "Spent", "Reserved"].entries()) {
      await expect(billing.ledger.nth(n)).toContainText(verb);
    }
  });
});

test("S1-1 S1-23 S3-17 the panels of Northwind Trading tell what is usable, held and history", async ({ openAs, api }) => {
  const page = await openAs("/billing", NORTHWIND);
  const billing = new BillingPage(page);
  await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
  const heads = billing.region("Credit balance").getByRole("columnheader");
  for (const name of ["Avail", "Res", "Spent"]) await expect(heads.filter({ hasText: new RegExp(`^${name}$`) })).toHaveCount(1);
  await expect(billing.region("Billing account status")).toContainText("3 scan \u00b7 2 automated fix \u00b7 40 AI");
  const held = billing.region("Credit balance");
  await expect(held.getByRole("heading", { name: "Held now", exact: true })).toBeVisible();
  await expect(held.getByRole("link", { name: "Scan of Northwind gifts, queued" })).toHaveAttribute("href", "/projects/prj_baseline");
  await expect(held.getByRole("link", { name: "Product pages, all in work" })).toHaveAttribute("href", /^\/fix-tasks\/fix_\w+$/);
  const kinds = new Set((await api.ledger(NORTHWIND)).map((entry) => entry.kind));
  for (const kind of ["grant", "reserve", "spend"]) expect(kinds).toContain(kind);
  const newest = (await api.billing(NORTHWIND)).latest_ledger[0];
  await expect(billing.ledger.first()).toContainText(newest?.reference.label ?? "no entry");
});
