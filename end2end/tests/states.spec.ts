// Every state of the demonstration shows its label, its reason and its one next step.
import { ANA, expect, test, FINANCE, VIEWER } from "../support/test.js";
import { BillingPage } from "../support/billing_page.js";
import { AppPage } from "../support/page.js";
import { PENDING } from "../support/names.js";
import { ProjectPage } from "../support/project_page.js";
import { ReportPage } from "../support/report_page.js";

interface State {
  title: string;
  at: string;
  account: string;
  region: string;
  /** The label of the seeds. */
  label: string;
  code: string;
  /** What to do about it. */
  next: string;
  /** Where that leads, when it leads somewhere. */
  href?: RegExp;
  /** Findings to select first. */
  select?: number;
  /** Delivery mode to choose first. */
  mode?: string;
}

const SCAN = "On-demand risk scan";
const FIX = "Automated fix workflow";
const NORTHWIND = "acc_northwind";

const STATES: State[] = [
  { title: "S1-30 S2-19 Juniper has no scan coverage", at: "/projects/prj_juniper", account: "acc_juniper", region: SCAN, label: "Scan credit required", code: "PACKAGE_ENTITLEMENT_MISSING", next: "Top up credits", href: /^\/billing\?from=scan&ref=prj_juniper/ },
  { title: "S0-5 S0-33 S2-10 Juniper has no fix plan", at: "/reports/rep_juniper", account: "acc_juniper", region: FIX, label: "Automated fix credit required", code: "PACKAGE_ENTITLEMENT_MISSING", next: "Compare plans", href: /^\/billing\?from=fix&ref=rep_juniper/, select: 1 },
  { title: "S1-31 S1-11 S2-21 Harbor has used up its scan credits", at: "/projects/prj_harbor", account: "acc_harbor", region: SCAN, label: "Scan credit exhausted", code: "CREDIT_BALANCE_EXHAUSTED", next: "Top up credits", href: /^\/billing\?from=scan&ref=prj_harbor/ },
  { title: "S0-34 S2-11 Harbor has used up its fix credits", at: "/reports/rep_harbor", account: "acc_harbor", region: FIX, label: "Automated fix credit exhausted", code: "CREDIT_BALANCE_EXHAUSTED", next: "Top up credits", href: /^\/billing\?from=fix&ref=rep_harbor/, select: 1 },
  { title: "S0-37 S1-32 S2-12 S2-24 S3-22 Quayside waits for a confirmation", at: "/projects/prj_quayside", account: "acc_quayside", region: SCAN, label: PENDING, code: "CHECKOUT_PAYMENT_PENDING", next: "Wait for payment confirmation", href: /^\/billing\/checkout\?checkout_session_id=chk_/ },
  { title: "S2-12 S2-24 Ridgeline is past due", at: "/projects/prj_ridgeline", account: "acc_ridgeline", region: SCAN, label: "Subscription past due", code: "SUBSCRIPTION_PAST_DUE", next: "Open Billing", href: /^\/billing\?from=scan&ref=prj_ridgeline/ },
  { title: "S3-28 S1-29 the scope of prj_scope is not accepted", at: "/projects/prj_scope", account: NORTHWIND, region: SCAN, label: "Scope acceptance required", code: "PROJECT_SERVICE_BLOCKED", next: "Accept scan scope" },
  { title: "S3-28 S3-11 the domain of prj_domain is not verified", at: "/projects/prj_domain", account: NORTHWIND, region: SCAN, label: "Domain authorization required", code: "PROJECT_SERVICE_BLOCKED", next: "Verify the domain" },
  { title: "S3-28 S3-11 the services of prj_paused are paused", at: "/projects/prj_paused", account: NORTHWIND, region: SCAN, label: "Project service blocked", code: "PROJECT_SERVICE_BLOCKED", next: "Resume service" },
  { title: "S1-22 S0-30 prj_unsupported stops before a scan", at: "/projects/prj_unsupported", account: NORTHWIND, region: SCAN, label: "Unsupported target", code: "UNSUPPORTED_TARGET", next: "Open the project" },
  { title: "S0-8 S0-32 rep_draft is not published", at: "/reports/rep_draft", account: NORTHWIND, region: FIX, label: "Report is not published", code: "REPORT_PUBLICATION_BLOCKED", next: "Read the quality gates" },
  { title: "S0-8 S0-19 S0-32 a gate of rep_gates is blocked", at: "/reports/rep_gates", account: NORTHWIND, region: FIX, label: "Quality gates not passed", code: "REPORT_PUBLICATION_BLOCKED", next: "Read the quality gates" },
  { title: "S0-12 rep_none has nothing to fix", at: "/reports/rep_none", account: NORTHWIND, region: FIX, label: "No eligible finding selected", code: "NO_ELIGIBLE_FINDING_SELECTED", next: "Read the remediation guidance" },
  { title: "S0-35 nothing of rep_ready is selected", at: "/reports/rep_ready", account: NORTHWIND, region: FIX, label: "No eligible finding selected", code: "NO_ELIGIBLE_FINDING_SELECTED", next: "Select a finding" },
  { title: "S0-36 S0-30 rep_access has no connected access", at: "/reports/rep_access", account: NORTHWIND, region: FIX, label: "Connected access unavailable", code: "PROVIDER_ACCESS_REQUIRED", next: "Use ticket-only fallback", select: 1, mode: "Connected access" },
];

for (const state of STATES) {
  test(`${state.title}: ${state.label}`, async ({ openAs, api }) => {
    const before = (await api.billing(state.account)).ledger_seq;
    const page = await openAs(state.at, state.account);
    const app = new AppPage(page);
    const report = new ReportPage(page);
    const region = app.region(state.region);
    await expect(region).toBeVisible();
    if (state.select) await report.select(state.select);
    if (state.mode) await report.choose(state.mode);
    for (const text of [state.label, state.code, state.next]) await expect(region).toContainText(text);
    const link = region.getByRole("link", { name: state.next });
    if (state.href) await expect(link.first()).toHaveAttribute("href", state.href);
    const begin = region.getByRole("button", { name: state.region === SCAN ? /^Run scan/ : /start/i });
    for (const button of await begin.all()) await app.expectOff(button, /\w+ \w+/);
    if (/not published|gates|eligible finding|Unsupported|Scope|Domain|service blocked/.test(state.label)) {
      await expect(region.getByRole("link", { name: /top up|compare plans|buy/i }), "buying would not help, so it is not offered").toHaveCount(0);
    }
    expect((await api.billing(state.account)).ledger_seq, "looking changes nothing").toBe(before);
  });
}

test("S0-37 S1-32 S3-22 Quayside: billing keeps the old balance and says what it waits for", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_quayside"));
  await billing.expectBalances("0/0/1", "0/0/0", "0/0/0");
  await expect(billing.main).toContainText(PENDING);
  const pending = (await api.billing("acc_quayside")).open_checkouts[0];
  await expect(billing.main.locator(`a[href="/billing/checkout?checkout_session_id=${pending?.checkout_session_id}"]`).first()).toBeVisible();
});

test("S2-12 S2-14 S2-24 Ridgeline: past due, credits stay, nothing is sold", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_ridgeline"));
  await billing.expectBalances("2/0/9", "0/0/0", "0/0/0");
  await expect(billing.region("Billing account status")).toContainText("Past due");
  await expect(billing.main).toContainText("SUBSCRIPTION_PAST_DUE");
  for (const type of ["scan", "fix"] as const) {
    await expect(billing.topUp(type)).toContainText("Unavailable for this account");
    await expect(billing.topUp(type).getByRole("link", { name: /^Top up/ })).toHaveCount(0);
  }
  const refused = await api.post("/projects/prj_ridgeline/scans", { account_id: "acc_ridgeline" });
  expect(refused.status()).toBe(409);
  expect((await refused.json()).blocked_reasons[0].code).toBe("SUBSCRIPTION_PAST_DUE");
  expect(await api.balance("acc_ridgeline", "scan")).toBe("2/0/9");
});

test("S3-23 S3-24 S3-10 S2-25 Lantern: provider IDs pending, and a deferred plan that names another", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_lantern"));
  const view = await api.billing("acc_lantern");
  await expect(billing.topUp("scan")).toContainText("Provider IDs pending");
  await expect(billing.topUp("scan").getByRole("link", { name: /^Top up/ })).toHaveCount(0);
  const deferred = view.plans.filter((card) => card.checkout_state === "deferred");
  expect(deferred.map((card) => card.name)).toEqual(["Monitor Plan"]);
  const card = billing.plan("Monitor Plan");
  await expect(card).toContainText("Deferred");
  await expect(card).toContainText(deferred[0]?.disabled_reason ?? "no reason");
  expect(deferred[0]?.disabled_reason).toMatch(/Plan|none/);
  for (const item of ["scan_credits", "monitor_plan"]) {
    const refused = await api.post("/accounts/acc_lantern/checkouts", { item_key: item, quantity: 1 });
    expect(refused.status(), item).toBe(409);
    expect((await refused.json()).code).toBe("ITEM_UNAVAILABLE");
  }
  await billing.page.goto("/checkout/scan_credits");
  await expect(billing.main).toContainText("Provider IDs pending");
});

test("S0-15 S0-20 S0-21 S0-22 S1-15 S1-16 S3-1 S3-10 S3-13 Juniper: the ladder and the top-ups say their state", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_juniper"));
  const view = await api.billing("acc_juniper");
  expect(view.plans.map((card) => card.item_key)).toEqual(["scan_plan", "monitor_plan", "fix_plan", "agency_plan"]);
  for (const plan of view.plans) {
    for (const text of [plan.price_label, plan.disabled_reason ?? "Checkout available"]) await expect(billing.plan(plan.name)).toContainText(text);
  }
  for (const text of ["Scan credit", "1", "$29.00", "Checkout available"]) await expect(billing.topUp("scan")).toContainText(text);
  for (const text of ["3", "$147.00", "Unavailable for this account", "Fix Plan"]) await expect(billing.topUp("fix")).toContainText(text);
  await expect(billing.topUpAction("scan")).toHaveAttribute("href", "/checkout/scan_credits");
  const off = billing.topUp("fix").getByRole("button", { name: /^Top up/ });
  for (const button of await off.all()) await billing.expectOff(button, /Fix Plan/);
});

test("S0-15 S3-15 Northwind: plan credits go first, and the fix card says so", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND));
  const card = (await api.billing(NORTHWIND)).top_ups.find((one) => one.item_key === "automated_fix_credits");
  expect(card?.note).toMatch(/plan credits/i);
  await expect(billing.topUp("fix")).toContainText(card?.note ?? "no note");
  await expect(billing.topUpAction("fix")).toHaveAttribute("href", /^\/checkout\/automated_fix_credits/);
});

test("S3-21 Corner Cafe is paid by Beacon Agency, and says so", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_corner", ANA));
  await billing.expectBalances("0/0/0", "0/0/0", "0/0/0");
  await expect(billing.main).toContainText("Beacon Agency");
  const report = new ReportPage(await openAs("/reports/rep_corner", "acc_corner", ANA));
  await expect(report.panel).toContainText("Beacon Agency");
  await report.select(2);
  await expect(report.panel).toContainText("Automated fix credit required");
  await report.choices.nth(1).uncheck();
  await report.expectSelected(1);
  await expect(report.panel).not.toContainText("Automated fix credit required");
});

test("S3-20 monitoring of prj_baseline waits for a baseline report", async ({ openAs }) => {
  const project = new ProjectPage(await openAs("/projects/prj_baseline", NORTHWIND));
  const row = project.service("Monitoring");
  await expect(row).toContainText("Baseline report required");
  const on = row.getByRole("button", { name: /^Enable service/ });
  for (const button of await on.all()) await project.expectOff(button, /baseline/i);
});

test("S3-6 S3-7 S3-9 S2-5 S2-28 S3-4 S1-2 Northwind: provider, entitlements and services stand above the purchases", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND));
  const entitlements = billing.region("Account entitlements");
  for (const text of ["Northwind Trading", "fix_plan", "Fix Plan", "Included"]) await expect(entitlements).toContainText(text);
  const fields = ["account_id", "package_key", "package_entitlement_status", "billing_state", "payment_status", "subscription_status", "monitoring_entitlement_status", "remaining_fix_credits", "ai_credit_balance"];
  for (const field of fields) await expect(entitlements).toContainText(field);
  await expect(billing.region("Payment provider")).toContainText("Paddle");
  const usage = billing.region("Project usage and dependencies");
  const badges = new Set((await api.billing(NORTHWIND)).project_usage.map((row) => row.badge));
  expect(badges.size, "more than one state").toBeGreaterThan(2);
  const labels: Record<string, string> = { enabled: "Enabled", not_enabled: "Not enabled", paused: "Paused", blocked: "Blocked", waiting_on_account_coverage: "Waiting on account coverage" };
  for (const badge of badges) await expect(usage).toContainText(labels[badge] ?? badge);
  const order = await billing.main.getByRole("heading", { level: 2 }).allInnerTexts();
  const place = (name: string): number => order.findIndex((text) => text.startsWith(name));
  for (const panel of ["Billing account status", "Credit balance", "Latest ledger", "Credit top-ups"]) expect(place(panel), panel).toBeGreaterThanOrEqual(0);
  expect(place("Payment provider")).toBeLessThan(place("Credit top-ups"));
  expect(place("Billing account status")).toBeLessThan(place("Credit balance"));
  expect(place("Credit balance")).toBeLessThan(place("Latest ledger"));
});

test("S2-3 S1-13 a viewer reads everything and starts nothing, with the reason", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND, VIEWER));
  await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
  await expect(billing.topUp("scan").getByRole("link", { name: /^Top up/ })).toHaveCount(0);
  for (const button of await billing.topUp("scan").getByRole("button", { name: /^Top up/ }).all()) await billing.expectOff(button, /role|viewer|owner/i);
  const project = new ProjectPage(await openAs("/projects/prj_shop", NORTHWIND, VIEWER));
  await expect(project.scan).toContainText("Your role is read-only here");
  await expect(project.scan).toContainText("Ask an owner or admin");
  for (const button of await project.run.all()) await project.expectOff(button, /role/i);
});

test("S1-2 S2-2 a billing manager may buy, and may not run scans", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND, FINANCE));
  await expect(billing.topUpAction("scan")).toHaveAttribute("href", /^\/checkout\/scan_credits/);
  const project = new ProjectPage(await openAs("/projects/prj_shop", NORTHWIND, FINANCE));
  await expect(project.scan).toContainText("Your role is read-only here");
});
