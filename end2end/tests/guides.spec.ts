// The guides: found from the navigation, from a reason and from Billing, and true to what the pages say.
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "../support/test.js";
import { Api } from "../support/api.js";
import { BillingPage } from "../support/billing_page.js";
import { AppPage } from "../support/page.js";
import { ProjectPage } from "../support/project_page.js";
import { expectProblem } from "../support/problem.js";
import { ReportPage } from "../support/report_page.js";

const NORTHWIND = "acc_northwind";
const OPERATOR = "noor@webriskops.example";
const REASONS = "What can be in the way";

interface GuideView {
  guide: string;
  title: string;
  lead: string;
  reasons: { code: string; label: string; means: string }[];
  related: string[];
}

/** A sentence as it is read: without the marks of names, labels and links. */
const plain = (sentence: string): string => sentence.replaceAll(/`|\*\*/g, "").replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1");

/** What every test of a guide begins with: its page is open and stands on its title. */
async function opened(page: Page, title: string): Promise<AppPage> {
  const app = new AppPage(page);
  await expect(app.h1).toHaveText(title);
  return app;
}

test("every guide opens from the list and shows its table", async ({ openAs, api }) => {
  const page = await openAs("/billing", NORTHWIND);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Guides" }).click();
  const app = await opened(page, "Guides");
  const { items } = await api.read<{ items: GuideView[] }>("/guides");
  expect(items.length).toBe(13);
  const titles = ["Plans and credit state", "Automated fix credits", "Scan credits", "Monitoring plans", "Refunds, disputes and service credits", "Resolve blocked or failed states"];
  for (const title of titles) expect(items.map((item) => item.title)).toContain(title);
  for (const { guide, title, lead } of items) {
    await app.region("All guides").getByRole("link", { name: title, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/docs/${guide}$`));
    await opened(page, title);
    await expect(app.main).toContainText(plain(lead));
    const view = await api.read<GuideView>(`/guides/${guide}`);
    const table = app.region(REASONS).getByRole("table");
    expect(view.reasons.length, guide).toBeGreaterThan(0);
    await expect(table.getByRole("row")).toHaveCount(view.reasons.length + 1);
    for (const reason of view.reasons) await expect(table).toContainText(plain(reason.means));
    await expect(app.region("Related documentation").getByRole("link")).toHaveCount(view.related.length);
    await page.goBack();
    await opened(page, "Guides");
  }
});

test("a guide leads to the next without loading the page again, and an unknown one says so", async ({ openAs }) => {
  const page = await openAs("/docs/troubleshooting/resolve-blocked-or-failed-states", NORTHWIND);
  const app = await opened(page, "Resolve blocked or failed states");
  await expect(app.region("Return to the work").getByRole("listitem").first()).toBeVisible();
  await app.mark();
  await app.region("Related documentation").getByRole("link", { name: "Scan credits", exact: true }).click();
  await opened(page, "Scan credits");
  await expect(app.h1).toBeFocused();
  await app.expectNotReloaded();
  for (const path of ["/docs/billing/nothing", "/docs/billing"]) {
    await page.goto(path);
    await expect(app.h1).toContainText(/not found/i);
  }
});

test("S1-22 S1-4 the guide to scan credits says what takes none, and whose they are", async ({ openAs }) => {
  const page = await openAs("/docs/billing/scan-credits", NORTHWIND);
  const app = await opened(page, "Scan credits");
  const free = app.region("What takes no credit");
  await expect(free).toContainText("Public quick scans and public previews consume no scan credits");
  await expect(free).toContainText("Unsupported targets consume no scan credits");
  await expect(app.region("Whose credits they are")).toContainText("belong to the billing account");
  for (const words of ["Current documentation", "paddle", "cloud"]) await expect(app.region("Feature availability")).toContainText(words);
});

test("S3-1 S3-2 the guide to entitlements answers the four questions", async ({ openAs }) => {
  const page = await openAs("/docs/billing/entitlements-and-services", NORTHWIND);
  const app = await opened(page, "Understand entitlements and services");
  await expect(app.main).toContainText("2026-05-02");
  for (const name of ["A plan is disabled", "A balance is confusing", "A checkout is pending", "A project cannot start"]) await expect(app.region(name)).toBeVisible();
});

const WAYS: { title: string; row: string; step: string; href: string; guide: string }[] = [
  { title: "first paid scan", row: "First paid scan", step: "Open projects", href: "/projects", guide: "billing/activation-scans" },
  { title: "S3-30 more scan capacity", row: "More scan capacity", step: "See top-ups", href: "#panel-credit-top-ups", guide: "billing/scan-credits" },
  { title: "S3-31 report remediation", row: "Report remediation", step: "Open reports", href: "/reports", guide: "billing/automated-fix-credits" },
  { title: "recurring checks", row: "Recurring checks", step: "See plans", href: "#panel-plan-ladder", guide: "billing/monitoring-plans" },
  { title: "S3-33 finance records", row: "Finance records", step: "Open transactions", href: "/billing/transactions", guide: "billing/invoices-and-receipts" },
];

for (const way of WAYS) {
  test(`${way.title}: Billing names the step and its guide`, async ({ openAs }) => {
    const page = await openAs("/billing", NORTHWIND);
    const app = new AppPage(page);
    const row = app.region("Next steps and guides").getByRole("listitem").filter({ hasText: way.row });
    const step = row.getByRole("link", { name: way.step, exact: true });
    await expect(step).toHaveAttribute("href", way.href);
    if (way.href.startsWith("#")) {
      await step.click();
      await expect(page.locator(way.href)).toBeInViewport();
      await expect(page).toHaveURL(new RegExp(`/billing${way.href}$`));
    }
    await row.getByRole("link", { name: /^Guide: / }).click();
    await expect(page).toHaveURL(new RegExp(`/docs/${way.guide}$`));
    await expect(app.region(REASONS)).toBeVisible();
  });
}

test("S1-28 a scan that can start leads to its guide", async ({ openAs }) => {
  const project = new ProjectPage(await openAs("/projects/prj_shop", NORTHWIND));
  await expect(project.scan).toContainText("Ready to start");
  await project.scan.getByRole("link", { name: "Guide: Run the first live audit" }).click();
  await expect(project.page).toHaveURL(/\/docs\/getting-started\/run-first-live-audit$/);
  await opened(project.page, "Run the first live audit");
});

test("connected access that is missing leads to the ticket-only guide", async ({ openAs }) => {
  const report = new ReportPage(await openAs("/reports/rep_access", NORTHWIND));
  const guide = report.panel.getByRole("link", { name: "Guide: Ticket-only fallback" });
  await report.select(1);
  await report.choose("Connected access");
  await expect(report.panel).toContainText("Connected access unavailable");
  await expect(guide).toHaveAttribute("href", "/docs/remediation/ticket-only-fallback");
  await report.choose("Ticket-only");
  await expect(report.panel).not.toContainText("Connected access unavailable");
  await expect(guide, "also beside the mode itself").toHaveCount(1);
  await guide.click();
  await opened(report.page, "Ticket-only fallback");
});

test("S1-29 a reason has one next step, and its guide is only a quiet link beside it", async ({ openAs, api }) => {
  const project = new ProjectPage(await openAs("/projects/prj_harbor", "acc_harbor"));
  const [first] = (await api.project("prj_harbor")).scan_gate.blocked_reasons;
  expect(first?.guide).toBe("billing/scan-credits");
  const guide = project.scan.getByRole("link", { name: "Guide: Scan credits" });
  await expect(guide).toHaveCount(1);
  await expect(guide).toHaveAttribute("href", `/docs/${first?.guide}`);
  const [quiet, step] = [guide, project.scan.getByRole("link", { name: /^Top up/ })];
  const weight = (node: typeof quiet): Promise<number> => node.evaluate((link) => link.getBoundingClientRect().height);
  expect(await weight(quiet)).toBeLessThan(await weight(step));
});

const ELSEWHERE = ["Resolve blocked or failed states", "Plans and credit state", "Automated fix credits", "Refunds, disputes and service credits"];

test("S2-17 a block that Billing does not own names the guides to go on with", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing?from=scan&ref=prj_scope", NORTHWIND));
  const list = billing.region("Blocked action").getByRole("list", { name: "Guides about this block" });
  for (const title of ELSEWHERE) await expect(list.getByRole("link", { name: title, exact: true })).toHaveAttribute("href", /^\/docs\//);
  await expect(list.getByRole("link")).toHaveCount(ELSEWHERE.length);
  await billing.page.goto("/billing?from=scan&ref=prj_shop");
  await expect(billing.region("Blocked action")).toContainText("Ready: nothing is in the way any more");
  await expect(list, "nothing is blocked").toHaveCount(0);
});

test("S2-17 a block that Billing owns keeps to its own next step", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing?from=scan&ref=prj_harbor", "acc_harbor"));
  const panel = billing.region("Blocked action");
  await expect(panel).toContainText("Scan credit exhausted");
  await expect(panel.getByRole("link", { name: "Guide: Scan credits" })).toBeVisible();
  await expect(panel.getByRole("list", { name: "Guides about this block" })).toHaveCount(0);
});

test("a guide is found by what it says, and the page says what it is to readers without scripts", async ({ page, stack }) => {
  const app = new AppPage(page);
  await page.goto(`${stack.url}/docs`);
  const guides = app.region("All guides").getByRole("listitem");
  await expect(guides).toHaveCount(13);
  await page.getByRole("searchbox", { name: "Search the guides" }).fill("dispute evidence");
  await expect(app.region("All guides").getByRole("status")).toHaveText(/^[1-3] of 13 guides$/);
  await expect(guides.first().getByRole("link")).toHaveText("Refunds, disputes and service credits");
  const sent = await (await page.request.get(`${stack.url}/docs/billing/scan-credits`)).text();
  expect(sent).toContain("<title>Scan credits \u00b7 WebRiskOps</title>");
  expect(sent).toContain('rel="canonical"');
  const sitemap = await page.request.get(`${stack.url}/sitemap.xml`);
  expect(await sitemap.text()).toContain("/docs/billing/scan-credits</loc>");
});

test("guides are read without signing in, and the app carries none of their text", async ({ stack }) => {
  const anybody = await Api.anonymous(stack);
  const view = await anybody.read<GuideView>("/guides/billing/plans-and-credit-state");
  expect(view.title).toBe("Plans and credit state");
  await expectProblem(await anybody.get("/guides/billing/nothing"), 404, "NOT_FOUND");
  const page = await (await anybody.http.get("/docs", { headers: { accept: "text/html" } })).text();
  const wasm = /[\w./-]+_bg\.wasm/.exec(page)?.[0] ?? "";
  const program = await (await anybody.http.get(wasm.startsWith("/") ? wasm : `/${wasm}`)).body();
  expect(program.length, wasm).toBeGreaterThan(100_000);
  const written = new URL("../../crates/server/guides/billing/plans-and-credit-state.json", import.meta.url);
  const { lead } = JSON.parse(readFileSync(written, "utf8")) as GuideView;
  expect(view.lead).toBe(lead);
  expect(program.includes("Guides"), "what is looked for is found where it is").toBe(true);
  for (const text of [lead, ...view.reasons.map((reason) => reason.means)]) expect(program.includes(text), text).toBe(false);
  await anybody.dispose();
});

test("what was missing in a guide reaches the operators, who resolve it", async ({ openAs }) => {
  const page = await openAs("/docs/billing/scan-credits", NORTHWIND);
  const app = await opened(page, "Scan credits");
  const asked = app.region("Was this page helpful?");
  await asked.getByRole("radio", { name: "No" }).check();
  await asked.getByRole("textbox", { name: /What was missing/ }).fill("A picture of the balance");
  await asked.getByRole("button", { name: "Send answer" }).click();
  await expect(asked).toContainText("in the documentation review queue");
  await expect(asked.getByRole("radio")).toHaveCount(0);
  const queue = await openAs("/operator/guide-feedback?guide=billing/scan-credits", "acc_webriskops", OPERATOR);
  const list = new AppPage(queue);
  await expect(list.h1).toHaveText("Documentation review queue");
  const row = list.region("Answers").getByRole("row").filter({ hasText: "A picture of the balance" });
  await expect(row).toContainText("Owner");
  await row.getByRole("button", { name: "Resolve" }).click();
  await expect(row).toContainText("Resolved");
});

test("S2-34 S2-35 S2-38 a blocked action leads to the guide to blocks, and that one to the guide of whoever owns the block", async ({ openAs }) => {
  const billing = new BillingPage(await openAs("/billing?from=scan&ref=prj_harbor", "acc_harbor"));
  const app = new AppPage(billing.page);
  const hub = "Plan and credit blocks";
  const onward: { title: string; part: string; says: RegExp }[] = [
    { title: "Plans and credit state", part: "Plan keys and labels", says: /package_key is the plan in force/ },
    { title: "Automated fix credits", part: "Top up", says: /Top up credits/ },
    { title: "Scan credits", part: "Read the balance", says: /Avail is what can start another scan/ },
    { title: "Resolve blocked or failed states", part: "Return to the work", says: /press Return to the report, project or fix task/ },
  ];
  for (const { title, part, says } of onward) {
    await billing.page.goto("/billing?from=scan&ref=prj_harbor");
    await billing.region("Blocked action").getByRole("link", { name: `Guide: ${hub}` }).click();
    await opened(app.page, hub);
    await app.region("Read on").getByRole("link", { name: title, exact: true }).click();
    await opened(app.page, title);
    await expect(app.region(part)).toContainText(says);
  }
});

test("S3-3 prices and guides are there for everybody; Billing decides for an account, its project page for a project", async ({ page, stack, api }) => {
  await page.goto(`${stack.url}/pricing`);
  const app = new AppPage(page);
  await expect(app.h1).toHaveText("Pricing");
  for (const text of ["Scan Plan", "$49.00 a month", "Fix Plan", "$249.00 a month", "Agency Plan"]) await expect(app.region("Plans")).toContainText(text);
  await expect(app.region("Credit top-ups")).toContainText("With Fix Plan or Agency Plan.");
  await expect(app.region("Compare plans").getByRole("row").filter({ hasText: "Automated fix credits a month" }).getByRole("cell")).toHaveText(["0", "0", "0", "5", "3"]);
  expect(await page.getByLabel("Current account").count(), "nobody's account").toBe(0);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Guides" }).click();
  await app.region("All guides").getByRole("link", { name: "Scan credits", exact: true }).click();
  await opened(page, "Scan credits");
  await expect(app.region("Was this page helpful?"), "an answer is kept with a role").toHaveCount(0);
  await page.goBack();
  await page.goBack();
  await app.main.getByRole("link", { name: "Open Billing" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  // What is sold to everybody is not what this account can buy: Lantern's Billing says so, and its project what it needs.
  const lantern = await api.billing("acc_lantern");
  expect(lantern.top_ups.find((card) => card.item_key === "scan_credits")?.checkout_state).toBe("provider_ids_pending");
});
