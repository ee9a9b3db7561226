// What everyone can use: axe, reflow, targets, forced colours and grey. In the wide and in the narrow window.
import { ANA, axe, expect, test, type Page } from "../support/test.js";
import { AppPage } from "../support/page.js";
import { ReportPage } from "../support/report_page.js";

interface Shown {
  name: string;
  path: string;
  account?: string;
  user?: string;
  /** What must be on the screen before it is looked at. */
  ready: (page: Page) => Promise<void>;
}

test.use({ colorScheme: "light", contextOptions: { reducedMotion: "reduce" } });

const region = (name: string) => async (page: Page): Promise<void> => expect(page.getByRole("region", { name, exact: true })).toBeVisible();
const main = (text: RegExp) => async (page: Page): Promise<void> => expect(page.getByRole("main")).toContainText(text);
const selected = (count: number) => async (page: Page): Promise<void> => {
  const report = new ReportPage(page);
  await report.select(count);
  await report.expectSelected(count);
};

const PAGES: Shown[] = [
  { name: "billing", path: "/billing", account: "acc_northwind", ready: region("Credit balance") },
  { name: "billing of a blocked fix", path: "/billing?from=fix&ref=rep_harbor", account: "acc_harbor", ready: region("Credit balance") },
  { name: "billing of a new account", path: "/billing", account: "acc_juniper", ready: region("Credit top-ups") },
  { name: "billing that waits", path: "/billing", account: "acc_quayside", ready: main(/Payment confirmation pending/) },
  { name: "billing past due", path: "/billing", account: "acc_ridgeline", ready: main(/Past due/) },
  { name: "billing with pending IDs", path: "/billing", account: "acc_lantern", ready: main(/Provider IDs pending/) },
  { name: "billing of an agency", path: "/billing", account: "acc_beacon", user: ANA, ready: region("Credit balance") },
  { name: "ledger", path: "/billing/ledger", account: "acc_northwind", ready: main(/Reserved/) },
  { name: "transactions", path: "/billing/transactions", account: "acc_northwind", ready: region("Subscriptions") },
  { name: "accounts", path: "/accounts", account: "acc_northwind", ready: main(/Subscription past due/) },
  { name: "notices", path: "/notices", account: "acc_northwind", ready: region("Not read yet") },
  { name: "agency", path: "/agency", account: "acc_beacon", user: ANA, ready: region("Clients") },
  { name: "review", path: "/checkout/automated_fix_credits", account: "acc_harbor", ready: main(/\$147\.00/) },
  { name: "shut checkout", path: "/checkout/scan_credits", account: "acc_lantern", ready: main(/Provider IDs pending/) },
  { name: "projects", path: "/projects", account: "acc_northwind", ready: main(/shop/i) },
  { name: "project", path: "/projects/prj_shop", account: "acc_northwind", ready: region("On-demand risk scan") },
  { name: "unsupported project", path: "/projects/prj_unsupported", account: "acc_northwind", ready: main(/Unsupported target/) },
  { name: "reports", path: "/reports", account: "acc_northwind", ready: main(/Published/) },
  { name: "report", path: "/reports/rep_ready", account: "acc_northwind", ready: selected(2) },
  { name: "draft report", path: "/reports/rep_draft", account: "acc_northwind", ready: region("Automated fix workflow") },
  { name: "blocked report", path: "/reports/rep_harbor", account: "acc_harbor", ready: selected(2) },
  { name: "wrong account", path: "/reports/rep_harbor", account: "acc_northwind", ready: main(/Wrong account/) },
  { name: "guides", path: "/docs", account: "acc_northwind", ready: region("All guides") },
  { name: "guide", path: "/docs/troubleshooting/resolve-blocked-or-failed-states", account: "acc_northwind", ready: region("What can be in the way") },
  { name: "not found", path: "/nowhere", account: "acc_northwind", ready: main(/not found/i) },
];

/** The page has settled: it stands on one heading and nothing is loading. */
async function settled(page: Page, shown: Shown): Promise<void> {
  await shown.ready(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
}

/** Things to hit that are smaller than 24 pixels; links inside a sentence are exempt. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const nodes = document.querySelectorAll<HTMLElement>("button, select, input, summary, [role=button], nav a, a.btn");
    const box = (node: HTMLElement): { width: number; height: number } => {
      const label = node instanceof HTMLInputElement ? (node.labels?.[0] ?? node) : node;
      return label.getBoundingClientRect();
    };
    return [...nodes]
      .filter((node) => node.checkVisibility() && !node.closest(".visually-hidden"))
      .map((node) => ({ node, ...box(node) }))
      .filter(({ width, height }) => width > 1 && (width < 24 || height < 24))
      .map(({ node, width, height }) => `${Math.round(width)}x${Math.round(height)} ${node.outerHTML.slice(0, 90)}`);
  });
}

/** 320 pixels are 1280 at 400 %. */
const WINDOWS = [
  { width: 1280, height: 900 },
  { width: 320, height: 800 },
];

/** Looked at in the wide and in the narrow window, one after the other: loading it twice takes longer and shows the same. */
async function expectGood(page: Page): Promise<void> {
  for (const window of WINDOWS) {
    await page.setViewportSize(window);
    expect(await axe(page), `${window.width} wide`).toEqual([]);
    const wide = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, window: innerWidth }));
    expect(wide.content, "nothing scrolls sideways").toBeLessThanOrEqual(wide.window);
    expect(await smallTargets(page), `${window.width} wide`).toEqual([]);
  }
  // Only colours differ in the dark.
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await axe(page, "color-contrast"), "in the dark").toEqual([]);
}

test("S3-5 sign-in can be used by everyone", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.getByLabel("Email", { exact: true })).toBeVisible();
  await expectGood(page);
});

for (const shown of PAGES) {
  test(`S3-5 ${shown.name} can be used by everyone`, async ({ openAs }) => {
    const page = await openAs(shown.path, shown.account, shown.user);
    await settled(page, shown);
    await expectGood(page);
  });
}

test("S3-22 a checkout that waits can be used by everyone", async ({ openAs, api }) => {
  const id = (await api.billing("acc_quayside")).open_checkouts[0]?.checkout_session_id;
  const page = await openAs(`/billing/checkout?checkout_session_id=${id}`, "acc_quayside");
  await expect(page.getByRole("main")).toContainText("Payment confirmation pending");
  await expectGood(page);
});

test("S0-26 a fix task can be used by everyone", async ({ openAs, api }) => {
  const task = (await api.report("rep_harbor_spring")).fix_workflow.tasks[0]?.fix_task_id;
  expect(task, "rep_harbor_spring has a task").toBeTruthy();
  const page = await openAs(`/fix-tasks/${task}`, "acc_harbor");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(task ?? "");
  await expectGood(page);
});

for (const [name, media] of Object.entries({ "forced colours": { forcedColors: "active" }, "ordinary colours": { forcedColors: "none" } } as const)) {
  test(`S3-8 in ${name} the three parts of a bar differ by pattern, and the figures stand as text`, async ({ openAs, page }) => {
    await page.emulateMedia(media);
    await openAs("/billing", "acc_northwind");
    const balance = new AppPage(page).region("Credit balance");
    await expect(balance).toBeVisible();
    const patterns = await balance.locator("td .bar").first().evaluate((bar) =>
      ["a", "r", "s"].map((part) => {
        const node = bar.querySelector(`.${part}`);
        if (!node) return `no part ${part}`;
        const style = getComputedStyle(node);
        // The kind of image without its colours, so that grey and forced colours count the same.
        const kind = style.backgroundImage.replace(/\(.*$/, "");
        return `${kind} ${style.borderStyle}`;
      }),
    );
    expect(new Set(patterns).size, patterns.join(" | ")).toBe(3);
    const sizes = await balance.locator("td .bar").first().evaluate((bar) => [...bar.children].map((part) => part.getBoundingClientRect().width));
    expect(Math.min(...sizes), "every part can be seen").toBeGreaterThanOrEqual(3);
    await expect(balance.getByRole("rowheader", { name: /^Scan credits/ })).toBeVisible();
  });
}

test("S3-5 text twice as large still fits", async ({ openAs, page }) => {
  await openAs("/billing", "acc_northwind");
  await expect(page.getByRole("region", { name: "Credit balance" })).toBeVisible();
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  const wide = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, window: innerWidth }));
  expect(wide.content).toBeLessThanOrEqual(wide.window);
});
