// The API is down, slow, broken or has moved on: a sentence, the last good figures with their time, a way to go on.
import type { Locator, Route } from "@playwright/test";
import { expect, test, DANA, type Page } from "../support/test.js";
import { Api } from "../support/api.js";
import { BillingPage } from "../support/billing_page.js";
import { CheckoutPage } from "../support/checkout_page.js";
import { AS_OF, NOT_FOUND, RETRY } from "../support/names.js";
import { AppPage } from "../support/page.js";
import { ReportPage } from "../support/report_page.js";
import { SignInPage } from "../support/sign_in_page.js";

const NORTHWIND = "acc_northwind";
const HARBOR = "acc_harbor";
const BILLING = "**/api/v1/accounts/*/billing";

test.use({ stackPer: "test" });

/** Ways in which an answer fails. */
const FAILURES: Record<string, (route: Route) => Promise<void>> = {
  "does not answer": (route) => route.abort("connectionrefused"),
  "answers 500": (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ type: "urn:webriskops:problem:INTERNAL", title: "Something went wrong on our side", status: 500, detail: "Try again.", code: "INTERNAL" }) }),
  "answers 502 in HTML": (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }),
  "answers unreadable JSON": (route) => route.fulfill({ status: 200, contentType: "application/json", body: '{"account_id": "acc_nor' }),
  "answers JSON of another shape": (route) => route.fulfill({ status: 200, contentType: "application/json", body: "{}" }),
};

/** Without an answer there are no figures, and in particular no zero. */
async function expectNoFigures(billing: BillingPage): Promise<void> {
  for (const row of ["Scan credits", "Automated fix credits", "AI assistance"] as const) {
    expect(await billing.balance(row), "an unknown is not a number").not.toMatch(/\d/);
  }
}

/** Presses it, unless the page asked again by itself at that moment, as it does, and needs it no more. */
async function pressWhileThere(button: Locator): Promise<void> {
  await button.click({ timeout: 5_000 }).catch(async (error: unknown) => {
    if (await button.isVisible()) throw error;
  });
}

for (const [how, fail] of Object.entries(FAILURES)) {
  test(`S3-5 billing that ${how} from the start shows a sentence and a retry, and no figure`, async ({ page, openAs }) => {
    await page.route(BILLING, fail);
    const billing = new BillingPage(await openAs("/billing", NORTHWIND));
    const retry = billing.main.getByRole("button", { name: RETRY }).first();
    await expect(retry).toBeVisible();
    await expectNoFigures(billing);
    await page.unrouteAll();
    await pressWhileThere(retry);
    await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
    await expect(billing.main.getByRole("button", { name: RETRY })).toHaveCount(0);
  });

  test(`S2-15 billing that ${how} later keeps the last figures with their time`, async ({ page, openAs }) => {
    const billing = new BillingPage(await openAs("/billing", NORTHWIND));
    await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
    await page.route(BILLING, fail);
    await billing.refresh();
    const retry = billing.main.getByRole("button", { name: RETRY }).first();
    await expect(retry).toBeVisible();
    await expect(billing.main).toContainText(AS_OF);
    await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
    await page.unrouteAll();
    await pressWhileThere(retry);
    await expect(billing.main.getByRole("button", { name: RETRY })).toHaveCount(0);
    await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
  });
}

test("S3-5 a slow answer shows that it is loading, and never a zero", async ({ page, openAs }) => {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(BILLING, async (route) => {
    await gate;
    await route.continue();
  });
  const asked = page.waitForRequest(BILLING);
  const billing = new BillingPage(await openAs("/billing", NORTHWIND));
  await asked;
  await expect(page.locator('[aria-busy="true"]').first()).toBeVisible();
  await expectNoFigures(billing);
  letGo();
  await billing.expectBalances("3/1/4", "2/1/5", "40/0/10");
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
});

test("S3-5 a session that ended asks to sign in and comes back to the same place", async ({ page, context, stack }) => {
  const own = await Api.fresh(stack, DANA);
  await own.remember(HARBOR);
  await context.addCookies(await own.cookies());
  const report = new ReportPage(page);
  await report.open("rep_harbor");
  expect((await own.post("/sign-out")).ok()).toBe(true);
  // The open page hears of it by itself, so that nobody's figures stay.
  await expect(page).toHaveURL(/\/sign-in\?next=\/reports\/rep_harbor/);
  await new SignInPage(page).signIn(DANA);
  await expect(page).toHaveURL(/\/reports\/rep_harbor/);
  await expect(report.panel).toBeVisible();
  await own.dispose();
});

for (const path of ["/nowhere", "/reports/rep_nowhere", "/projects/prj_nowhere", "/fix-tasks/fix_nowhere", "/billing/checkout?checkout_session_id=chk_nowhere", "/checkout/free_snapshot", "/checkout/nonsense", "/reports/%3Cscript%3E"]) {
  test(`${path} is not found, with a way on`, async ({ openAs }) => {
    const app = new AppPage(await openAs(path, NORTHWIND));
    await expect(app.h1).toContainText(/not found|cannot be bought|not available/i);
    await expect(app.main.getByRole("link").first()).toBeVisible();
    expect(await app.page.title()).toMatch(NOT_FOUND);
  });
}

test("S0-9 a selection that changed meanwhile is refused, with fresh figures and the rest kept", async ({ openAs, api }) => {
  const page = await openAs("/billing", NORTHWIND);
  // No live updates, so that the page does not know what happened.
  await page.route("**/events*", (route) => route.abort());
  const report = new ReportPage(page);
  await report.open("rep_ready");
  await report.select(2);
  await report.expectCost(2);
  const [taken = ""] = await api.eligible("rep_ready");
  const started = await api.post("/reports/rep_ready/fix-workflow", { account_id: NORTHWIND, finding_ids: [taken], delivery_mode: "review_only_patch", expected_cost: 1 });
  expect(started.status(), await started.text()).toBe(201);
  const before = (await api.billing(NORTHWIND)).ledger_seq;
  const answer = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/fix-workflow"));
  await report.start.click();
  expect((await answer).status()).toBe(409);
  await expect(report.panel.getByRole("alert").or(report.main.getByRole("alert")).first()).toBeVisible();
  await expect.poll(() => report.fact(report.panel, /Avail(?:able)?/)).toMatch(/^1/);
  expect((await api.billing(NORTHWIND)).ledger_seq, "nothing was reserved").toBe(before);
  expect(await report.checkedCount, "what can still be selected stays selected").toBeGreaterThan(0);
});

/** Fails the answers to opening a checkout, as `broken` says, and writes down the keys of the requests. */
async function watchCheckouts(page: Page, broken: () => "lost" | "fine"): Promise<string[]> {
  const keys: string[] = [];
  await page.route("**/api/v1/accounts/*/checkouts", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    keys.push(route.request().headers()["idempotency-key"] ?? "none");
    const lost = broken() === "lost";
    const response = await route.fetch();
    // The server did its work; the answer never arrives.
    return lost ? route.abort("timedout") : route.fulfill({ response });
  });
  return keys;
}

test("S0-16 a purchase whose answer was lost is not made twice", async ({ page, openAs, api, paddle }) => {
  let state: "lost" | "fine" = "lost";
  const keys = await watchCheckouts(page, () => state);
  const transactions = (await paddle.state()).transactions.length;
  const checkout = new CheckoutPage(await openAs("/checkout/automated_fix_credits", HARBOR));
  await checkout.pay.click();
  await expect(checkout.main.getByRole("alert").first()).toBeVisible();
  await expect(checkout.overlay).toHaveCount(0);
  state = "fine";
  const again = checkout.main.getByRole("button", { name: RETRY }).or(checkout.pay).first();
  await again.click();
  await expect(checkout.frame.getByRole("button", { name: /^Pay \$/ })).toBeVisible();
  expect(keys.length).toBeGreaterThanOrEqual(2);
  expect(new Set(keys).size, "the same key every time").toBe(1);
  expect(keys[0]).not.toBe("none");
  expect((await api.billing(HARBOR)).open_checkouts).toHaveLength(1);
  expect((await paddle.state()).transactions.length, "one transaction at the provider").toBe(transactions + 1);
});

test("S0-16 the key of a lost purchase survives a reload", async ({ page, openAs, api, paddle }) => {
  let state: "lost" | "fine" = "lost";
  const keys = await watchCheckouts(page, () => state);
  const transactions = (await paddle.state()).transactions.length;
  const checkout = new CheckoutPage(await openAs("/checkout/automated_fix_credits", HARBOR));
  await checkout.pay.click();
  await expect(checkout.main.getByRole("alert").first()).toBeVisible();
  state = "fine";
  await page.reload();
  // The reload finds the attempt that was made, or makes it again under the same key.
  await checkout.pay.click();
  await expect(checkout.frame.getByRole("button", { name: /^Pay \$/ })).toBeVisible();
  expect(new Set(keys).size).toBe(1);
  expect((await api.billing(HARBOR)).open_checkouts).toHaveLength(1);
  expect((await paddle.state()).transactions.length).toBe(transactions + 1);
});

test("S3-6 S2-3 a provider that does not answer is named, and nothing is opened", async ({ openAs, api, paddle }) => {
  await paddle.faults({ api_status: 503, api_count: 1000 });
  const checkout = new CheckoutPage(await openAs("/checkout/automated_fix_credits", HARBOR));
  await checkout.pay.click();
  await expect(checkout.main.getByRole("alert").first()).toContainText(/provider|paddle/i);
  await expect(checkout.overlay).toHaveCount(0);
  expect(await api.balance(HARBOR, "automated_fix")).toBe("0/2/3");
  await paddle.noFaults();
  await checkout.main.getByRole("button", { name: RETRY }).or(checkout.pay).first().click();
  await expect(checkout.frame.getByRole("button", { name: /^Pay \$/ })).toBeVisible();
});

test.describe("without a provider", () => {
  test.use({ stackOptions: { demo: false, sandbox: false } });

  test("S3-6 S3-23 the page says Provider IDs pending and checkout stays shut", async ({ openAs, api }) => {
    const billing = new BillingPage(await openAs("/billing", HARBOR));
    await billing.expectBalance("Automated fix credits", "0/2/3");
    for (const type of ["scan", "fix"] as const) {
      await expect(billing.topUp(type)).toContainText("Provider IDs pending");
      await expect(billing.topUp(type).getByRole("link", { name: /^Top up/ })).toHaveCount(0);
    }
    const refused = await api.post(`/accounts/${HARBOR}/checkouts`, { item_key: "automated_fix_credits", quantity: 1 });
    expect(refused.status()).toBe(409);
    expect((await refused.json()).code).toBe("ITEM_UNAVAILABLE");
    await billing.page.goto("/checkout/automated_fix_credits");
    await expect(billing.main).toContainText("Provider IDs pending");
    const offered = await api.read<{ demo_users: unknown[] }>("/sign-in");
    expect(offered.demo_users, "no demo people outside demo mode").toEqual([]);
  });
});

test("a page whose file does not come says so, and another try brings it", async ({ openAs }) => {
  const page = await openAs("/billing", "acc_northwind");
  const main = page.getByRole("main");
  await expect(main.getByRole("link", { name: "Full ledger" })).toBeVisible();
  await page.route("**/split_*.wasm", (route) => route.abort());
  await main.getByRole("link", { name: "Full ledger" }).click();
  await expect(page.getByRole("heading", { name: "This page could not be loaded" })).toBeVisible();
  await page.unroute("**/split_*.wasm");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("ledger", { ignoreCase: true });
});
