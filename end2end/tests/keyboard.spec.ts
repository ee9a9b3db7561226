// The story with a keyboard alone and without motion, and where the focus goes.
import { expect, test, DANA, PASSWORD } from "../support/test.js";
import { BillingPage } from "../support/billing_page.js";
import { CheckoutPage, GOOD_CARD } from "../support/checkout_page.js";
import { Keys } from "../support/keys.js";
import { AppPage } from "../support/page.js";
import { ProjectPage } from "../support/project_page.js";
import { ReportPage } from "../support/report_page.js";

const HARBOR = "acc_harbor";

test.use({ stackPer: "test", contextOptions: { reducedMotion: "reduce" } });

test("S0-6 S2-7 the story by keyboard alone", async ({ page, api }) => {
  test.setTimeout(180_000);
  const keys = new Keys(page);
  const app = new AppPage(page);
  const [billing, report, checkout] = [new BillingPage(page), new ReportPage(page), new CheckoutPage(page)];

  await test.step("sign in", async () => {
    await page.goto("/sign-in");
    await keys.type(page.getByLabel("Email", { exact: true }), DANA);
    await keys.type(page.getByLabel("Password", { exact: true }), PASSWORD);
    await keys.press("Enter");
    await expect(app.account).toBeVisible();
    await keys.pick(app.account, "Harbor");
    await keys.press("Enter");
    await expect.poll(() => app.accountName()).toContain("Harbor Bakery");
  });

  await test.step("select two findings", async () => {
    await keys.activate(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Reports" }));
    await expect(app.h1).toBeFocused();
    await keys.activate(app.main.locator('a[href^="/reports/rep_harbor"]').first());
    await expect(app.h1).toBeFocused();
    await expect(report.choices.nth(1)).toBeVisible();
    await keys.activate(report.choices.nth(0), "Space");
    await keys.activate(report.choices.nth(1), "Space");
    await report.expectSelected(2);
  });

  await test.step("go to the purchase", async () => {
    await keys.activate(report.panel.getByRole("link", { name: /^Top up/ }));
    await expect(page).toHaveURL(/\/billing\?from=fix/);
    await expect(app.h1).toBeFocused();
    await keys.activate(billing.topUpAction("fix"));
    await expect(page).toHaveURL(/\/checkout\/automated_fix_credits/);
    await expect(app.h1).toBeFocused();
  });

  await test.step("pay", async () => {
    await keys.activate(checkout.pay);
    await expect(checkout.frame.getByRole("button", { name: /^Pay \$/ })).toBeVisible();
    await keys.payIn(checkout.frame, GOOD_CARD);
    const back = checkout.frame.getByRole("button", { name: "Back to the shop" });
    await expect(back.or(checkout.main.getByText("Checkout finished")).first()).toBeVisible();
    await keys.press("Escape");
    await expect(checkout.overlay).toHaveCount(0);
    await checkout.expectStages(5);
  });

  await test.step("go back and start", async () => {
    await keys.activate(checkout.main.locator('a[href*="/reports/rep_harbor?select="]').first());
    await report.expectSelected(2);
    await expect(app.h1).toBeFocused();
    await expect(report.start).not.toHaveAttribute("aria-disabled", "true");
    await keys.activate(report.start);
    await expect.poll(() => api.balance(HARBOR, "automated_fix")).toBe("1/4/3");
  });

  await test.step("run a scan in another account", async () => {
    await keys.press("Control+Home");
    await keys.pick(app.account, "Northwind");
    await keys.press("Enter");
    await expect.poll(() => app.accountName()).toContain("Northwind Trading");
    await keys.activate(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Projects" }));
    await expect(app.h1).toBeFocused();
    await keys.activate(app.main.locator('a[href="/projects/prj_shop"]').first());
    const project = new ProjectPage(page);
    await expect(project.scan).toBeVisible();
    await keys.activate(project.run);
    await expect.poll(() => api.balance("acc_northwind", "scan")).toBe("2/2/4");
  });
});

test("S3-34 the focus goes to the heading after each navigation, and the title says the page", async ({ openAs }) => {
  const page = await openAs("/billing", "acc_northwind");
  const app = new AppPage(page);
  const titles = new Set<string>();
  // The links of the frame before the program load a page of their own: nothing is left then.
  await expect(app.h1).toHaveText("Billing");
  for (const path of ["/projects", "/reports", "/billing"]) {
    await page.getByRole("navigation", { name: "Main" }).locator(`a[href="${path}"]`).click();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(app.h1).toHaveCount(1);
    await expect(app.h1).toBeFocused();
    titles.add(await page.title());
  }
  expect(titles.size, "each page has a title of its own").toBe(3);
  await page.goBack();
  await expect(page).toHaveURL(/\/reports$/);
  await expect(app.h1).toBeFocused();
});

test("the first stop is a link past the navigation", async ({ openAs }) => {
  const page = await openAs("/billing", "acc_northwind");
  await expect(page.getByRole("region", { name: "Credit balance" })).toBeVisible();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const skip = page.getByRole("link", { name: /^skip/i });
  await expect(skip).toHaveCount(1);
  await skip.focus();
  await expect(skip).toBeVisible();
  await page.keyboard.press("Enter");
  const inMain = await page.evaluate(() => {
    const main = document.querySelector("main");
    return Boolean(main && (main === document.activeElement || main.contains(document.activeElement)));
  });
  expect(inMain, "the focus is in the main part").toBe(true);
});

test("S0-18 a live update does not move the focus", async ({ openAs, paddle, api }) => {
  const page = await openAs("/checkout/automated_fix_credits", HARBOR);
  const checkout = new CheckoutPage(page);
  await paddle.faults({ hold: true });
  await checkout.openOverlay();
  await checkout.payWith();
  await paddle.held();
  const billing = new BillingPage(page);
  await billing.open();
  await billing.expectBalance("Automated fix credits", "0/2/3");
  const held = billing.topUpAction("scan");
  await held.focus();
  await paddle.noFaults();
  await billing.expectBalance("Automated fix credits", "3/2/3");
  await expect(held).toBeFocused();
  expect(await api.balance(HARBOR, "automated_fix")).toBe("3/2/3");
  await expect(held, "what has the focus does not jump out of sight").toBeInViewport();
});

test("nothing moves when the person asked for less motion", async ({ openAs }) => {
  const page = await openAs("/billing", "acc_quayside");
  await expect(page.getByRole("region", { name: "Credit balance" })).toBeVisible();
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((animation) => {
      const timing = animation.effect?.getComputedTiming();
      return animation.playState === "running" && Number(timing?.activeDuration ?? 0) > 1;
    }).length,
  );
  expect(moving).toBe(0);
});

test("keys of the console lead to its pages, are listed, leave what is typed alone, and can be turned off", async ({ openAs }) => {
  const app = new AppPage(await openAs("/billing", "acc_northwind"));
  const page = app.page;
  await expect(app.region("Credit balance")).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page).toHaveURL(/\/reports$/);
  await expect(app.h1).toHaveText("Reports");
  await page.keyboard.press("a");
  await expect(app.account).toBeFocused();
  await page.goto("/accounts");
  // The key leads to a field that is there: the list comes with an answer of its own.
  await expect(page.getByRole("searchbox")).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("gr?");
  await expect(page.getByRole("searchbox")).toHaveValue("gr?");
  await app.h1.focus();
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keys" });
  await expect(list).toContainText("Projects");
  await list.getByRole("checkbox", { name: "Use these keys in this browser" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await app.h1.focus();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await page.keyboard.press("?");
  await expect(list).toBeHidden();
  await expect(page).toHaveURL(/\/accounts$/);
});
