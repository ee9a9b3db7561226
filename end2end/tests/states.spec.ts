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
  /** Its exact label. */
  label: string;
  code: string;
  /** Why, in the reason's own words. */
  why: string;
  /** What to do about it. */
  next: string;
  /** How it is offered: words where the console has nothing to press yet. */
  as: "link" | "button" | "words";
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
  { title: "S2-19 Juniper has no scan coverage", at: "/projects/prj_juniper", account: "acc_juniper", region: SCAN, label: "Scan credit required", code: "PACKAGE_ENTITLEMENT_MISSING", why: "Juniper Studio has no scan coverage yet: 1 scan credit needed, 0 available.", next: "Top up credits", as: "link", href: /^\/billing\?from=scan&ref=prj_juniper/ },
  { title: "S0-33 S2-10 Juniper has no fix plan", at: "/reports/rep_juniper", account: "acc_juniper", region: FIX, label: "Automated fix credit required", code: "PACKAGE_ENTITLEMENT_MISSING", why: "Free Snapshot of Juniper Studio does not include fix work: 1 automated fix credit needed, 0 available. Fix Plan is the first plan that includes it.", next: "Compare plans", as: "link", href: /^\/billing\?from=fix&ref=rep_juniper/, select: 1 },
  { title: "S1-31 S1-11 S2-21 Harbor has used up its scan credits", at: "/projects/prj_harbor", account: "acc_harbor", region: SCAN, label: "Scan credit exhausted", code: "CREDIT_BALANCE_EXHAUSTED", why: "Harbor Bakery has used up its scan credits: 1 scan credit needed, 0 available, 1 reserved and 6 spent.", next: "Top up credits", as: "link", href: /^\/billing\?from=scan&ref=prj_harbor/ },
  { title: "S0-34 S2-11 Harbor has used up its fix credits", at: "/reports/rep_harbor", account: "acc_harbor", region: FIX, label: "Automated fix credit exhausted", code: "CREDIT_BALANCE_EXHAUSTED", why: "Harbor Bakery has no automated fix credits left: 1 automated fix credit needed, 0 available, 2 reserved and 3 spent.", next: "Top up credits", as: "link", href: /^\/billing\?from=fix&ref=rep_harbor/, select: 1 },
  { title: "S3-22 S0-37 Quayside waits for a confirmation", at: "/projects/prj_quayside", account: "acc_quayside", region: SCAN, label: PENDING, code: "CHECKOUT_PAYMENT_PENDING", why: "Quayside Books has a payment that is not confirmed yet. Do not pay again: this opens by itself when the payment is confirmed.", next: "Wait for payment confirmation", as: "link", href: /^\/billing\?from=scan&ref=prj_quayside/ },
  { title: "Ridgeline is past due", at: "/projects/prj_ridgeline", account: "acc_ridgeline", region: SCAN, label: "Subscription past due", code: "SUBSCRIPTION_PAST_DUE", why: "The subscription of Ridgeline Outdoor is past due. Its 2 scan credits stay untouched; no paid work starts until the payment is recovered.", next: "Open transaction history", as: "link", href: /^\/billing\/transactions\?from=scan&ref=prj_ridgeline/ },
  { title: "S1-29 the scope of prj_scope is not accepted", at: "/projects/prj_scope", account: NORTHWIND, region: SCAN, label: "Scope acceptance required", code: "PROJECT_SERVICE_BLOCKED", why: "The scan scope is not accepted yet. Buying credits would not help before that.", next: "Accept scan scope", as: "button" },
  { title: "the domain of prj_domain is not verified", at: "/projects/prj_domain", account: NORTHWIND, region: SCAN, label: "Domain authorization required", code: "PROJECT_SERVICE_BLOCKED", why: "The domain is not verified yet. Buying credits would not help before that.", next: "Verify the domain", as: "button" },
  { title: "the services of prj_paused are paused", at: "/projects/prj_paused", account: NORTHWIND, region: SCAN, label: "Project service blocked", code: "PROJECT_SERVICE_BLOCKED", why: "Activation scan is paused for this project.", next: "Resume service", as: "button" },
  { title: "S1-22 prj_unsupported stops before a scan", at: "/projects/prj_unsupported", account: NORTHWIND, region: SCAN, label: "Unsupported target", code: "UNSUPPORTED_TARGET", why: "This target cannot be scanned: it is only reachable after signing in. Nothing is reserved or spent, and buying credits would not help.", next: "Open the project", as: "words" },
  { title: "S0-8 S0-32 rep_draft is not published", at: "/reports/rep_draft", account: NORTHWIND, region: FIX, label: "Report is not published", code: "REPORT_PUBLICATION_BLOCKED", why: "Fix work starts from a published report, and this one is draft. Nothing to buy: credits would not help.", next: "Read the quality gates", as: "button" },
  { title: "S0-8 S0-32 a gate of rep_gates is blocked", at: "/reports/rep_gates", account: NORTHWIND, region: FIX, label: "Quality gates not passed", code: "REPORT_PUBLICATION_BLOCKED", why: "Not all quality gates have passed: Redaction. Nothing to buy: credits never bypass a gate.", next: "Read the quality gates", as: "button" },
  { title: "S0-12 rep_none has nothing to fix", at: "/reports/rep_none", account: NORTHWIND, region: FIX, label: "No eligible finding selected", code: "NO_ELIGIBLE_FINDING_SELECTED", why: "No finding in this report can become fix work. Nothing to buy: use the report's remediation guidance.", next: "Read the remediation guidance", as: "button" },
  { title: "S0-35 nothing of rep_ready is selected", at: "/reports/rep_ready", account: NORTHWIND, region: FIX, label: "No eligible finding selected", code: "NO_ELIGIBLE_FINDING_SELECTED", why: "Choose at least one supported finding in the report to see what it costs.", next: "Select a finding", as: "button" },
  { title: "rep_access has no connected access", at: "/reports/rep_access", account: NORTHWIND, region: FIX, label: "Connected access unavailable", code: "PROVIDER_ACCESS_REQUIRED", why: "There is no safe access for this delivery mode: no repository access is connected and approved for this project. Buying credits would not help.", next: "Use ticket-only fallback", as: "button", select: 1, mode: "Connected access" },
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
    for (const text of [state.label, state.code, state.why]) await expect(region).toContainText(text);
    const next = { link: region.getByRole("link", { name: state.next, exact: true }), button: region.getByRole("button", { name: state.next, exact: true }) };
    for (const kind of ["link", "button"] as const) await expect(next[kind], kind).toHaveCount(state.as === kind ? 1 : 0);
    if (state.as === "words") await expect(region).toContainText(`Next: ${state.next}`);
    if (state.as === "button") await expect(next.button).not.toHaveAttribute("aria-disabled", "true");
    expect(state.href !== undefined, "a link leads somewhere").toBe(state.as === "link");
    if (state.href) await expect(next.link).toHaveAttribute("href", state.href);
    const begin = region.getByRole("button", { name: state.region === SCAN ? /^Run scan/ : /start/i });
    await expect(begin).toHaveCount(1);
    await app.expectOff(begin, state.why);
    if (/not published|gates|eligible finding|Unsupported|Scope|Domain|service blocked/.test(state.label)) {
      await expect(region.getByRole("link", { name: /top up|compare plans|buy/i }), "buying would not help, so it is not offered").toHaveCount(0);
    }
    expect((await api.billing(state.account)).ledger_seq, "looking changes nothing").toBe(before);
  });
}

test("S1-5 Juniper: Billing says that a scan credit is required and leads to that top-up", async ({ openAs }) => {
  const { blocked } = new BillingPage(await openAs("/billing?from=scan&ref=prj_juniper", "acc_juniper"));
  await expect(blocked.getByText("Blocked", { exact: true })).toBeVisible();
  for (const text of ["Scan credit required", "PACKAGE_ENTITLEMENT_MISSING", "Juniper Studio has no scan coverage yet"]) await expect(blocked).toContainText(text);
  await expect(blocked.getByRole("link", { name: "Top up credits", exact: true })).toHaveAttribute("href", "/checkout/scan_credits?from=scan&ref=prj_juniper");
  await expect(blocked.getByRole("link", { name: "Return to the project", exact: true })).toHaveAttribute("href", "/projects/prj_juniper");
});

test("S2-10 S2-25 Juniper: Billing says that fix work needs a plan, and which", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing?from=fix&ref=rep_juniper&select=fnd_juniper_csp", "acc_juniper"));
  await expect(billing.blocked.getByText("Blocked", { exact: true })).toBeVisible();
  for (const text of ["Automated fix credit required", "PACKAGE_ENTITLEMENT_MISSING", "Free Snapshot of Juniper Studio does not include fix work", "Credits alone do not help here."]) await expect(billing.blocked).toContainText(text);
  await billing.expectFields({ package_key: "free_snapshot", selected_package_key: "fix_plan", package_entitlement_status: "missing" });
  await expect(billing.blocked.getByRole("link", { name: "Top up credits" }), "the top-up is not for this plan").toHaveCount(0);
  await billing.blocked.getByRole("link", { name: "Compare plans", exact: true }).click();
  await expect(billing.page.locator("#panel-plan-ladder")).toBeInViewport();
  await expect(billing.plan("Fix Plan").getByRole("link", { name: "Choose plan", exact: true })).toHaveAttribute("href", "/checkout/fix_plan?from=fix&ref=rep_juniper&select=fnd_juniper_csp");
});

test("S3-2 S3-24 Billing explains a disabled plan, a pending checkout, a project that cannot start and a balance that is held", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_quayside"));
  const view = await api.billing("acc_quayside");
  const closed = view.plans.find((card) => card.item_key === "fix_plan");
  expect(closed?.checkout_state, "a plan that is disabled").toBe("deferred");
  await expect(billing.plan("Fix Plan")).toContainText("Deferred");
  await expect(billing.plan("Fix Plan")).toContainText(closed?.disabled_reason ?? "no reason");
  await expect(billing.plan("Fix Plan")).toContainText("Fix Plan is shown for comparison and cannot be bought yet. Choose Monitor Plan instead.");
  await expect(billing.plan("Fix Plan").getByRole("link"), "nothing to buy there").toHaveCount(0);
  await expect(billing.plan("Monitor Plan").getByRole("link", { name: "Change plan" }), "the one that is named can be had").toBeVisible();
  const refused = await api.post("/accounts/acc_quayside/checkouts", { item_key: "fix_plan", quantity: 1 });
  expect((await refused.json()).detail).toContain("Choose Monitor Plan instead.");
  await expect(billing.main.getByRole("heading", { name: PENDING, exact: true })).toBeVisible();
  await expect(billing.main).toContainText("The balance changes when the payment is confirmed; this page updates by itself.");
  const usage = billing.region("Project usage and dependencies").getByRole("row").filter({ hasText: "Activation scan" });
  for (const text of ["Waiting on account coverage", PENDING, "Quayside Books has a payment that is not confirmed yet."]) await expect(usage).toContainText(text);
  await expect(billing.region("Credit balance")).toContainText("No work holds credits now.");
  const harbor = new BillingPage(await openAs("/billing", "acc_harbor"));
  await harbor.expectBalance("Scan credits", "0/1/6");
  const held = harbor.region("Credit balance");
  await expect(held.getByRole("heading", { name: "Held now", exact: true })).toBeVisible();
  await expect(held.getByRole("link", { name: "Scan of Harbor Bakery cafe, queued" })).toHaveAttribute("href", "/projects/prj_harbor_cafe");
});

test("S3-9 S3-22 Quayside: billing keeps the old balance and says what it waits for", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_quayside"));
  await billing.expectBalances("0/0/1", "0/0/0", "0/0/0");
  await expect(billing.main).toContainText(PENDING);
  await expect(billing.region("Project usage and dependencies")).toContainText("Waiting on account coverage");
  const pending = (await api.billing("acc_quayside")).open_checkouts[0];
  await expect(billing.main.locator(`a[href="/billing/checkout?checkout_session_id=${pending?.checkout_session_id}"]`).first()).toBeVisible();
  await billing.page.goto("/billing/checkout");
  await expect(billing.h1).toHaveText("Checkouts");
  const row = billing.region("Under way").getByRole("listitem");
  await expect(row).toContainText(PENDING);
  await row.getByRole("link", { name: "View checkout" }).click();
  await expect(billing.h1).toHaveText(PENDING);
});

test("Ridgeline: past due, credits stay, nothing is sold", async ({ openAs, api }) => {
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

test("S3-23 S3-10 S2-25 Lantern: provider IDs pending, and a deferred plan that names another", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_lantern"));
  const view = await api.billing("acc_lantern");
  await expect(billing.topUp("scan")).toContainText("Provider IDs pending");
  await expect(billing.topUp("scan").getByRole("link", { name: /^Top up/ })).toHaveCount(0);
  const deferred = view.plans.filter((card) => card.checkout_state === "deferred");
  expect(deferred.map((card) => card.name)).toEqual(["Monitor Plan"]);
  const card = billing.plan("Monitor Plan");
  await expect(card).toContainText("Deferred");
  await expect(card).toContainText("Monitor Plan is shown for comparison and cannot be bought yet. No other plan can be bought here now; Scan Plan stays.");
  for (const item of ["scan_credits", "monitor_plan"]) {
    const refused = await api.post("/accounts/acc_lantern/checkouts", { item_key: item, quantity: 1 });
    expect(refused.status(), item).toBe(409);
    expect((await refused.json()).code).toBe("ITEM_UNAVAILABLE");
  }
  await billing.page.goto("/checkout/scan_credits");
  await expect(billing.main).toContainText("Provider IDs pending");
});

test("S1-15 S1-16 S3-10 Juniper: the ladder and the top-ups say their state", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_juniper"));
  const view = await api.billing("acc_juniper");
  expect(view.plans.map((card) => card.item_key)).toEqual(["scan_plan", "monitor_plan", "fix_plan", "agency_plan"]);
  for (const plan of view.plans) {
    for (const text of [plan.price_label, plan.disabled_reason ?? "Checkout available"]) await expect(billing.plan(plan.name)).toContainText(text);
  }
  for (const text of ["Scan credit \u00d7 1", "$29.00", "Checkout available"]) await expect(billing.topUp("scan")).toContainText(text);
  for (const text of ["Automated fix credits \u00d7 3", "$147.00", "Unavailable for this account"]) await expect(billing.topUp("fix")).toContainText(text);
  await expect(billing.topUpAction("scan")).toHaveAttribute("href", "/checkout/scan_credits");
  const off = billing.topUp("fix").getByRole("button", { name: "Top up credits", exact: true });
  await expect(off).toHaveCount(1);
  await billing.expectOff(off, "Automated fix credits need Fix Plan or Agency Plan. This account has Free Snapshot.");
});

test("S3-25 Corner Cafe's project: plans for own sites do not fit a client's site, and its agency's does", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing?from=fix&ref=rep_corner", "acc_beacon", ANA));
  const card = billing.plan("Fix Plan");
  await expect(card).toContainText("Plan unavailable for this project");
  await expect(card).toContainText("Fix Plan is for a business's own site, and Corner Cafe site is a client's site.");
  const juniper = new BillingPage(await openAs("/billing?from=fix&ref=rep_juniper", "acc_juniper"));
  await expect(juniper.plan("Agency Plan")).toContainText("Plan unavailable for this project");
  await expect(juniper.plan("Agency Plan")).toContainText("Agency Plan carries projects of: Agency account. Juniper portfolio is paid by: Owned account.");
  await expect(juniper.plan("Fix Plan").getByRole("link", { name: "Choose plan" })).toBeVisible();
});

test("S1-17 Juniper: the scan card's top-up opens the review of exactly that", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_juniper"));
  await billing.topUp("scan").getByRole("link", { name: "Top up credits", exact: true }).click();
  await expect(billing.page).toHaveURL(/\/checkout\/scan_credits$/);
  await expect(billing.h1).toHaveText("Review: Scan credit \u00d7 1");
  for (const text of ["Juniper Studio", "acc_juniper", "Scan credit", "$29.00", "Avail 0 \u2192 1 once confirmed"]) await expect(billing.main).toContainText(text);
  await expect(billing.main.getByRole("button", { name: "Continue to Paddle", exact: true })).not.toHaveAttribute("aria-disabled", "true");
  expect((await api.billing("acc_juniper")).open_checkouts, "looking opens no checkout").toHaveLength(0);
});

test("S0-14 S0-15 S3-13 Northwind: plan credits go first, and the fix card says so", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND));
  const card = billing.topUp("fix");
  for (const text of ["Automated fix credits \u00d7 3", "$147.00", "Checkout available", "2 automated fix credits available now. Plan credits are always used before top-ups."]) await expect(card).toContainText(text);
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

test("monitoring of prj_baseline waits for a baseline report", async ({ openAs }) => {
  const project = new ProjectPage(await openAs("/projects/prj_baseline", NORTHWIND));
  const row = project.service("Monitoring");
  await expect(row).toContainText("Baseline report required");
  await expect(row).toContainText("Next: Open the project");
  await expect(row).toContainText("This is its page: run a scan below first.");
  await expect(row.getByRole("button", { name: /^(Enable|Resume|Pause) service/ }), "nothing to switch before that").toHaveCount(0);
});

test("S3-4 S3-6 S3-7 Northwind: provider, entitlements and services stand above the purchases", async ({ openAs, api }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND));
  const entitlements = billing.region("Account entitlements");
  for (const text of ["Northwind Trading", "finance@northwind.example", "fix_plan", "Fix Plan", "3 available", "2 available", "Included"]) await expect(entitlements).toContainText(text);
  const fields = ["account_id", "package_key", "package_entitlement_status", "billing_state", "payment_status", "subscription_status", "monitoring_entitlement_status", "remaining_fix_credits", "ai_credit_balance"];
  for (const field of fields) await expect(entitlements).toContainText(field);
  for (const text of ["Paddle", "Checkout is ready for this account.", "Webhook confirmation is ready."]) await expect(billing.region("Payment provider")).toContainText(text);
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
  const way = ["Account entitlements", "Credit balance", "Project usage and dependencies"].map(place);
  expect(way[0], "all are there").toBeGreaterThanOrEqual(0);
  expect(way, "in this order").toEqual([...way].sort((a, b) => a - b));
  expect(new Set(way).size).toBe(3);
});

test("S3-7 Beacon: an agency sees what its clients may use", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", "acc_beacon", ANA));
  await expect(billing.region("Account entitlements")).toContainText("5 scan \u00b7 1 automated fix in the pool, 1 of 10 client workspaces used");
});

test("S2-3 a viewer reads everything and starts nothing, with the reason", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND, VIEWER));
  await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
  await expect(billing.topUp("scan").getByRole("link", { name: /^Top up/ })).toHaveCount(0);
  const buy = billing.topUp("scan").getByRole("button", { name: "Top up credits", exact: true });
  await expect(buy).toHaveCount(1);
  await billing.expectOff(buy, "Your role is Viewer. Ask an owner, admin or billing manager to buy this.");
  const project = new ProjectPage(await openAs("/projects/prj_shop", NORTHWIND, VIEWER));
  await expect(project.scan).toContainText("Your role is read-only here");
  await expect(project.scan).toContainText("Ask an owner or admin");
  await expect(project.run).toHaveCount(1);
  await project.expectOff(project.run, "Your role in Northwind Trading is Viewer. Ask an owner or admin to do this.");
});

test("a billing manager may buy, and may not run scans", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND, FINANCE));
  await expect(billing.topUpAction("scan")).toHaveAttribute("href", /^\/checkout\/scan_credits/);
  const project = new ProjectPage(await openAs("/projects/prj_shop", NORTHWIND, FINANCE));
  await expect(project.scan).toContainText("Your role pays, and does not run work");
  await expect(project.scan).not.toContainText("read-only");
  await expect(project.scan.getByRole("link", { name: "Open Billing" })).toHaveAttribute("href", /^\/billing\?from=scan&ref=prj_shop/);
});
