// The report page: what is found, what may be fixed, what it would cost, and which next step applies.
import { ANA, expect, test } from "../support/test.js";
import { BillingPage } from "../support/billing_page.js";
import { AppPage } from "../support/page.js";
import { ProjectPage } from "../support/project_page.js";
import { ReportPage } from "../support/report_page.js";

const NORTHWIND = "acc_northwind";

test("S0-7 a report shows its findings, its quality gates and the fix workflow", async ({ openAs, api }) => {
  const report = new ReportPage(await openAs("/reports/rep_ready", NORTHWIND));
  const view = await api.report("rep_ready");
  await expect(report.panel).toBeVisible();
  await expect(report.h1).toContainText(view.title);
  for (const finding of view.fix_workflow.findings) await expect(report.main).toContainText(finding.title);
  const gates = report.region("Quality gates");
  const row = (gate: string) => gates.getByRole("listitem").filter({ hasText: `: ${gate}` });
  for (const gate of ["Evidence", "Scope", "Confidence", "Redaction", "Legal boundary"]) await expect(row(gate)).toHaveText(`Passed: ${gate}`);
  for (const text of ["6 of 6 passed", "Can publish: Yes"]) await expect(gates).toContainText(text);
  await report.open("rep_gates");
  for (const gate of ["Evidence", "Scope", "Confidence", "Legal boundary"]) await expect(row(gate)).toHaveText(`Passed: ${gate}`);
  for (const text of ["Blocked: Redaction", "Next: Redact the personal data in the evidence; the gate is checked again by itself."]) await expect(row("Redaction")).toContainText(text);
  for (const text of ["5 of 6 passed", "Can publish: No, not before every gate has passed."]) await expect(gates).toContainText(text);
});

test("S0-9 selecting findings shows count and cost, and what cannot be selected says why", async ({ openAs, api }) => {
  const report = new ReportPage(await openAs("/reports/rep_ready", NORTHWIND));
  await report.expectSelected(0);
  await report.expectCost(0);
  for (const count of [1, 2]) {
    await report.select(count);
    await report.expectSelected(count);
    await report.expectCost(count);
  }
  await report.choices.nth(0).uncheck();
  await report.expectSelected(1);
  await report.expectCost(1);
  expect(await report.choices.count(), "three can be selected").toBe(3);
  const other = (await api.report("rep_ready")).fix_workflow.findings.find((finding) => finding.ineligible);
  expect(other?.ineligible).toBe("missing_evidence");
  await expect(report.main).toContainText(/Not eligible: evidence is missing/i);
});

test("S0-1 S0-3 S2-31 ready means that report, project, plan, billing and balance all agree", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing", NORTHWIND));
  await billing.expectFields({ package_key: "fix_plan", package_entitlement_status: "active", billing_state: "active", payment_status: "confirmed", remaining_fix_credits: "2" });
  const report = new ReportPage(await openAs("/reports/rep_ready", NORTHWIND));
  await report.select(2);
  const passed = ["Northwind Trading owns this project", "Report is published", "All quality gates passed", "2 eligible findings selected", "is a safe delivery mode", "Fix workflow is enabled for this project", "Billing of Northwind Trading is active", "Fix Plan includes fix work", "Northwind Trading has 2 automated fix credits available"];
  for (const check of passed) await expect(report.panel).toContainText(check);
  await expect(report.panel).toContainText("Ready");
  await expect(report.start).not.toHaveAttribute("aria-disabled", "true");
  await expect(report.start).toBeEnabled();
});

test("S0-23 S2-21 a shortage names need, have and payer", async ({ openAs }) => {
  const report = new ReportPage(await openAs("/reports/rep_ready", NORTHWIND));
  await report.select(3);
  await report.expectCost(3);
  for (const text of ["Automated fix credit required", "CREDIT_BALANCE_EXHAUSTED", "Northwind Trading", "3 automated fix credits needed, 2 available"]) await expect(report.panel).toContainText(text);
  const next = report.panel.getByRole("link", { name: /^Top up/ });
  await expect(next, "one next step").toHaveCount(1);
  await expect(next).toHaveAttribute("href", /^\/billing\?from=fix&ref=rep_ready&select=(fnd_\w+,){2}fnd_\w+$/);
});

const MESSAGES = [
  { at: "rep_ready", account: NORTHWIND, user: undefined, mode: undefined, text: "Existing credits: this month's fix credits of Fix Plan are used up; Northwind Trading has 2 others." },
  { at: "rep_corner", account: "acc_corner", user: ANA, mode: undefined, text: "Agency Plan: 1 of this month's fix credits of Beacon Agency are left and are used before others." },
  { at: "rep_none", account: NORTHWIND, user: undefined, mode: undefined, text: "Ticket-only fallback" },
  { at: "rep_access", account: NORTHWIND, user: undefined, mode: "Connected access", text: "Safe access is needed" },
  { at: "rep_juniper", account: "acc_juniper", user: undefined, mode: undefined, text: "Fix Plan is the first plan" },
];

for (const { at, account, user, mode, text } of MESSAGES) {
  test(`the message beside the action of ${at} says which step applies`, async ({ openAs }) => {
    const report = new ReportPage(await openAs(`/reports/${at}`, account, user));
    await expect(report.panel).toBeVisible();
    if (mode) await report.choose(mode);
    await expect(report.panel).toContainText(text);
  });
}

test("S0-12 S0-32 where buying would not help, the page says so and offers no purchase", async ({ openAs }) => {
  for (const id of ["rep_draft", "rep_gates", "rep_none"]) {
    const report = new ReportPage(await openAs(`/reports/${id}`, NORTHWIND));
    await expect(report.panel).toContainText("Nothing to buy");
    await expect(report.panel).toContainText("Nothing changes on your site without your approval");
    await expect(report.panel.getByRole("link", { name: /top up|compare plans|buy/i })).toHaveCount(0);
  }
});

test.describe("without credits", () => {
  test.use({ stackPer: "test" });

  test("ticket-only work starts without credits and moves none", async ({ openAs, api }) => {
    const before = (await api.billing("acc_harbor")).ledger_seq;
    const report = new ReportPage(await openAs("/reports/rep_harbor", "acc_harbor"));
    await report.select(1);
    await expect(report.panel).toContainText("Automated fix credit exhausted");
    await report.choose("Ticket-only");
    await expect(report.panel).not.toContainText("Automated fix credit exhausted");
    await report.expectCost(0);
    await report.start.click();
    await expect.poll(async () => (await api.report("rep_harbor")).fix_workflow.tasks.filter((task) => task.credit_state === "not_needed").length).toBe(1);
    expect((await api.billing("acc_harbor")).ledger_seq).toBe(before);
    expect(await api.balance("acc_harbor", "automated_fix")).toBe("0/2/3");
    await report.panel.getByRole("link", { name: "Open the fix task", exact: true }).click();
    await expect(report.page).toHaveURL(/\/fix-tasks\/fix_\w+$/);
    for (const text of ["Hand the tickets below to your own team, then mark the task as done. No credits are reserved.", "Order form accepts scripts from any host", "Send a Content-Security-Policy header for the order pages."]) await expect(report.main).toContainText(text);
  });
});

test("S2-6 billing leads back once the balance covers the action", async ({ openAs, api }) => {
  const [one = ""] = await api.eligible("rep_ready");
  const billing = new BillingPage(await openAs(`/billing?from=fix&ref=rep_ready&select=${one}`, NORTHWIND));
  await billing.expectBalance("Automated fix credits", "2/1/5");
  await expect(billing.blocked).toContainText("Ready: nothing is in the way any more");
  const back = billing.blocked.getByRole("link", { name: "Return to the report", exact: true });
  await expect(back).toHaveAttribute("href", `/reports/rep_ready?select=${one}`);
  await expect(back, "ready: the way back is the first choice").toHaveClass(/\bprimary\b/);
  await back.click();
  const report = new ReportPage(billing.page);
  await report.expectSelected(1);
  await expect(report.start).not.toHaveAttribute("aria-disabled", "true");
});

test("S2-6 S2-11 while the balance does not cover the action, the way back is not the first choice", async ({ openAs, api }) => {
  const select = (await api.eligible("rep_harbor")).join(",");
  const { blocked } = new BillingPage(await openAs(`/billing?from=fix&ref=rep_harbor&select=${select}`, "acc_harbor"));
  await expect(blocked.getByText("Blocked", { exact: true })).toBeVisible();
  for (const text of ["Automated fix credit exhausted", "2 automated fix credits", "0 automated fix credits"]) await expect(blocked).toContainText(text);
  await expect(blocked).not.toContainText("Ready: nothing is in the way");
  await expect(blocked.getByRole("link", { name: "Return to the report", exact: true })).not.toHaveClass(/\bprimary\b/);
  await expect(blocked.getByRole("link", { name: "Top up credits", exact: true })).toHaveClass(/\bprimary\b/);
});

test("monitoring outside the plan is named with its code", async ({ openAs, api }) => {
  const service = (await api.project("prj_quayside")).services.find((one) => one.service === "monitoring");
  expect(service?.blocked_reasons.map((reason) => reason.code)).toContain("MONITORING_ENTITLEMENT_MISSING");
  const project = new ProjectPage(await openAs("/projects/prj_quayside", "acc_quayside"));
  const row = project.service("Monitoring");
  await expect(row).toContainText("Monitoring not in this plan");
  await expect(row).toContainText("Scan Plan of Quayside Books does not include monitoring. Monitor Plan is the first that does.");
  await expect(row.getByRole("link", { name: "Compare plans", exact: true })).toHaveAttribute("href", "/billing?from=monitoring&ref=prj_quayside");
});

test("S3-14 each service names its one next step", async ({ openAs, api }) => {
  for (const id of ["prj_shop", "prj_scope", "prj_domain", "prj_paused", "prj_baseline"]) {
    const project = new ProjectPage(await openAs(`/projects/${id}`, NORTHWIND));
    const labels: Record<string, string> = { activation_scan: "Activation scan", monitoring: "Monitoring", fix_workflow: "Fix workflow", agency_delivery: "Agency delivery" };
    for (const service of (await api.project(id)).services) {
      const row = project.service(labels[service.service] ?? service.service);
      await expect(row).toBeVisible();
      const [reason] = service.blocked_reasons;
      if (reason) await expect(row).toContainText(reason.next_action.label);
    }
  }
  const waiting = new ProjectPage(await openAs("/projects/prj_quayside", "acc_quayside"));
  const wait = waiting.service("Activation scan").getByRole("link", { name: "Wait for payment confirmation", exact: true });
  await expect(wait).toHaveAttribute("href", /^\/billing\?from=scan&ref=prj_quayside$/);
});

test("S3-4 S3-34 billing leads to each project, and the project back to billing", async ({ openAs }) => {
  const page = await openAs("/billing", NORTHWIND);
  const app = new AppPage(page);
  await app.region("Project usage and dependencies").locator('a[href="/projects/prj_shop"]').first().click();
  await expect(new ProjectPage(page).services).toBeVisible();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Billing" }).click();
  await expect(app.region("Credit balance")).toBeVisible();
});

test("selected findings are marked as false positives, and the mark is taken back", async ({ openAs }) => {
  const report = new ReportPage(await openAs("/reports/rep_ready", NORTHWIND));
  const mark = report.panel.getByRole("button", { name: "Mark false positive" });
  await expect(mark).toBeHidden();
  const before = await report.choices.count();
  await report.select(1);
  await mark.click();
  await expect(report.panel).toContainText("Not eligible: marked as a false positive");
  await expect(report.panel).toContainText("Marked by Dana Reyes");
  await expect(report.choices).toHaveCount(before - 1);
  await report.expectSelected(0);
  await report.panel.getByRole("button", { name: "Take the mark back" }).click();
  await expect(report.choices).toHaveCount(before);
});
