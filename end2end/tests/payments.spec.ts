// Payments that go wrong, come late, come twice or not at all. Each test has a stack of its own.
import { expect, test, DANA, type Page } from "../support/test.js";
import { Api } from "../support/api.js";
import { BillingPage } from "../support/billing_page.js";
import { CheckoutPage, DECLINED_CARD, GOOD_CARD } from "../support/checkout_page.js";
import { ASK_PROVIDER, CANCEL_CHECKOUT, PENDING } from "../support/names.js";
import { ReportPage } from "../support/report_page.js";
import { SignInPage } from "../support/sign_in_page.js";
import { WEBHOOK_SECRETS } from "../support/stack.mjs";

const HARBOR = "acc_harbor";
const OLD = "0/2/3";
const NEW = "3/2/3";

test.use({ stackPer: "test" });

/** Grants of fix credits by a checkout. */
async function grants(api: Api): Promise<number> {
  const entries = await api.ledger(HARBOR);
  return entries.filter((entry) => entry.kind === "grant" && entry.credit_type === "automated_fix" && entry.reference.type === "checkout").length;
}

async function review(page: Page): Promise<CheckoutPage> {
  const checkout = new CheckoutPage(page);
  await expect(checkout.pay).toBeVisible();
  return checkout;
}

test.describe("the buyer", () => {
  test("S0-38 the quantity starts with what the selected work needs, and what is chosen is what is paid and granted", async ({ openAs, api }) => {
    const select = (await api.eligible("rep_harbor")).join(",");
    const before = await grants(api);
    const page = await openAs(`/checkout/automated_fix_credits?from=fix&ref=rep_harbor&select=${select}`, HARBOR);
    const checkout = await review(page);
    const quantity = checkout.main.getByLabel("Quantity");
    await expect(checkout.main).toContainText("What you selected needs 2 automated fix credits, and 0 are available. This quantity covers it.");
    await expect(quantity.locator("option:checked")).toHaveText("3 automated fix credits");
    await quantity.selectOption({ label: "6 automated fix credits" });
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Review: Automated fix credits \u00d7 6");
    await expect(checkout.main).toContainText("Avail 0 \u2192 6 once confirmed");
    await checkout.openOverlay();
    await checkout.payWith();
    await checkout.expectStages(5);
    expect(await api.balance(HARBOR, "automated_fix")).toBe("6/2/3");
    expect(await grants(api), "one grant of six").toBe(before + 1);
  });

  test("S2-10 S2-15 S2-19 a missing plan is compared, chosen and paid, and then the work starts", async ({ openAs, api }) => {
    test.setTimeout(120_000);
    const page = await openAs("/reports/rep_juniper", "acc_juniper");
    const [report, billing, checkout] = [new ReportPage(page), new BillingPage(page), new CheckoutPage(page)];
    const origin = "from=fix&ref=rep_juniper&select=fnd_juniper_csp";
    await report.select(1);
    await expect(report.panel).toContainText("PACKAGE_ENTITLEMENT_MISSING");
    await report.panel.getByRole("link", { name: "Compare plans", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/billing\\?${origin}$`));
    await expect(billing.blocked).toContainText("PACKAGE_ENTITLEMENT_MISSING");
    await billing.expectFields({ package_key: "free_snapshot", selected_package_key: "fix_plan", package_entitlement_status: "missing", subscription_status: "none", payment_status: "not_required" });
    await expect(page.getByRole("button", { name: /override/i }).or(page.getByRole("link", { name: /override/i }))).toHaveCount(0);
    await billing.blocked.getByRole("link", { name: "Compare plans", exact: true }).click();
    await billing.plan("Fix Plan").getByRole("link", { name: "Choose plan", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/checkout/fix_plan\\?${origin}$`));
    await expect(checkout.h1).toHaveText("Review: Fix Plan");
    for (const text of ["Juniper Studio", "$249.00 a month", "5 automated fix credits a month"]) await expect(checkout.main).toContainText(text);
    await checkout.openOverlay();
    const id = await checkout.sessionId();
    await checkout.payWith();
    await checkout.expectStages(5);
    await expect(checkout.main).toContainText("Fix Plan is active and its credits are in the ledger.");
    expect((await api.checkout("acc_juniper", id)).state).toBe("confirmed");
    await billing.open(`?${origin}`);
    await billing.expectBalances("7/0/0", "5/0/0", "50/0/0");
    await billing.expectFields({ package_key: "fix_plan", package_entitlement_status: "active", subscription_status: "active", payment_status: "confirmed", monitoring_entitlement_status: "active", remaining_fix_credits: "5" });
    await expect(billing.blocked).toContainText("Ready: nothing is in the way any more");
    await billing.blocked.getByRole("link", { name: "Return to the report", exact: true }).click();
    await expect(page).toHaveURL(/\/reports\/rep_juniper\?select=fnd_juniper_csp$/);
    await report.expectSelected(1);
    await expect(report.panel).toContainText("Ready to start");
    await report.start.click();
    await expect.poll(() => api.balance("acc_juniper", "automated_fix")).toBe("4/1/0");
  });

  test("S0-13 S1-14 a declined card changes nothing, and another card pays once", async ({ openAs, api }) => {
    const checkout = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    const before = await grants(api);
    await checkout.openOverlay();
    await checkout.submitCard(DECLINED_CARD);
    await expect(checkout.frame.getByRole("alert")).toContainText("Your card was declined");
    expect(await api.balance(HARBOR, "automated_fix")).toBe(OLD);
    await checkout.payWith(GOOD_CARD);
    await checkout.expectStages(5);
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
    expect(await grants(api)).toBe(before + 1);
  });

  test("S1-14 closing the overlay changes nothing, and the same checkout can be paid later", async ({ openAs, api }) => {
    const page = await openAs("/checkout/automated_fix_credits", HARBOR);
    const checkout = await review(page);
    await checkout.openOverlay();
    await checkout.frame.getByRole("button", { name: "Close checkout" }).click();
    await expect(checkout.overlay).toHaveCount(0);
    const open = (await api.billing(HARBOR)).open_checkouts;
    expect(open, "one attempt").toHaveLength(1);
    const billing = new BillingPage(page);
    await billing.open();
    await billing.expectBalance("Automated fix credits", OLD);
    await expect(billing.topUp("fix")).toContainText("Checkout not finished");
    await checkout.openSession(open[0]?.checkout_session_id ?? "");
    await checkout.openOverlay();
    await checkout.payWith();
    await checkout.expectStages(5);
    expect((await api.checkout(HARBOR, open[0]?.checkout_session_id ?? "")).state).toBe("confirmed");
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
  });

  test("S0-16 S1-17 a checkout can be cancelled, and the card can be bought again", async ({ openAs, api }) => {
    const page = await openAs("/checkout/automated_fix_credits", HARBOR);
    const checkout = await review(page);
    await checkout.openOverlay();
    await checkout.frame.getByRole("button", { name: "Close checkout" }).click();
    const id = (await api.billing(HARBOR)).open_checkouts[0]?.checkout_session_id ?? "";
    await checkout.openSession(id);
    await checkout.control(checkout.main, CANCEL_CHECKOUT).click();
    const sure = page.getByRole("dialog").getByRole("button", { name: CANCEL_CHECKOUT });
    await expect(sure.or(checkout.main.getByText("Cancelled")).first()).toBeVisible();
    if (await sure.isVisible()) await sure.click();
    await expect(checkout.main).toContainText("Cancelled");
    expect((await api.checkout(HARBOR, id)).state).toBe("cancelled");
    const billing = new BillingPage(page);
    await billing.open();
    await expect(billing.topUp("fix")).toContainText("Checkout available");
    await billing.expectBalance("Automated fix credits", OLD);
  });

  test("S0-17 S1-18 a reload shows the same state: in the review, open, paid and confirmed", async ({ openAs, api, paddle }) => {
    const page = await openAs("/checkout/automated_fix_credits", HARBOR);
    const checkout = await review(page);
    await page.reload();
    await expect(checkout.main).toContainText("$147.00");
    expect((await api.billing(HARBOR)).open_checkouts, "looking opens no checkout").toHaveLength(0);
    await paddle.faults({ hold: true });
    await checkout.openOverlay();
    await page.reload();
    await expect(checkout.overlay).toHaveCount(0);
    expect((await api.billing(HARBOR)).open_checkouts).toHaveLength(1);
    await checkout.openOverlay();
    await checkout.payWith();
    await page.reload();
    await checkout.expectStages(1);
    await expect(checkout.main).toContainText(PENDING);
    await paddle.noFaults();
    await checkout.expectStages(5);
    await page.reload();
    await checkout.expectStages(5);
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
  });

  test("S0-17 a second tab joins the attempt instead of opening another", async ({ openAs, api, paddle }) => {
    await paddle.faults({ hold: true });
    const first = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    const second = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    await first.openOverlay();
    await second.pay.dispatchEvent("click");
    await expect.poll(async () => (await api.billing(HARBOR)).open_checkouts.length).toBe(1);
    await first.payWith();
    await paddle.held();
    await second.openSession(await first.sessionId());
    await expect(second.main).toContainText(PENDING);
    await expect(second.pay, "nobody is asked to pay again").toHaveCount(0);
    const again = await api.post(`/accounts/${HARBOR}/checkouts`, { item_key: "automated_fix_credits", quantity: 1 });
    expect([200, 201, 409]).toContain(again.status());
    expect((await api.billing(HARBOR)).open_checkouts, "still one attempt").toHaveLength(1);
    await paddle.noFaults();
    await second.expectStages(5);
    await first.expectStages(5);
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
  });

  test("S0-18 S1-19 signing out in the middle loses nothing", async ({ page, context, api, stack, paddle }) => {
    const own = await Api.fresh(stack, DANA);
    await own.remember(HARBOR);
    await context.addCookies(await own.cookies());
    await paddle.faults({ hold: true });
    await page.goto("/checkout/automated_fix_credits");
    const checkout = await review(page);
    await checkout.openOverlay();
    await checkout.payWith();
    const id = await checkout.sessionId();
    expect((await own.post("/sign-out")).ok()).toBe(true);
    await paddle.noFaults();
    await expect.poll(() => api.balance(HARBOR, "automated_fix")).toBe(NEW);
    await checkout.openSession(id);
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await new SignInPage(page).signIn(DANA);
    await expect(page).toHaveURL(new RegExp(`/billing/checkout\\?checkout_session_id=${id}`));
    await checkout.expectStages(5);
    await own.dispose();
  });
});

test.describe("the provider", () => {
  test("S0-18 S1-14 the same webhook many times grants once", async ({ openAs, api, paddle }) => {
    await paddle.faults({ duplicate: 3 });
    const before = await grants(api);
    const checkout = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    await checkout.openOverlay();
    await checkout.payWith();
    await checkout.expectStages(5);
    await paddle.noFaults();
    for (const type of ["transaction.paid", "transaction.completed"]) await paddle.resend((await paddle.lastEvent(type)).event_id);
    await paddle.quiet();
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
    expect(await grants(api)).toBe(before + 1);
  });

  test("S0-18 webhooks in the wrong order end in the same state", async ({ openAs, api, paddle }) => {
    await paddle.faults({ hold: true, reorder: true });
    const checkout = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    await checkout.openOverlay();
    await checkout.payWith();
    await paddle.held();
    await paddle.release();
    await checkout.expectStages(5);
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
    expect((await api.checkout(HARBOR, await checkout.sessionId())).state).toBe("confirmed");
  });

  test("S2-15 S0-18 when the webhooks are lost, asking the provider brings the grant", async ({ openAs, api, paddle }) => {
    await paddle.faults({ drop: 1000 });
    const checkout = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    await checkout.openOverlay();
    await checkout.payWith();
    await expect(checkout.main).toContainText(PENDING);
    expect(await api.balance(HARBOR, "automated_fix")).toBe(OLD);
    await checkout.control(checkout.main, ASK_PROVIDER).click();
    await checkout.expectStages(5);
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
    // The lost confirmation comes after all.
    await paddle.noFaults();
    await paddle.resend((await paddle.lastEvent("transaction.completed")).event_id);
    await paddle.quiet();
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
  });

  test("S1-14 a webhook with a wrong signature grants nothing, the right one does", async ({ openAs, api, paddle }) => {
    await paddle.faults({ wrong_signature: 1000 });
    const checkout = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    await checkout.openOverlay();
    await checkout.payWith();
    const failed = async (): Promise<string[]> => {
      const { events, notifications } = await paddle.state();
      const completed = new Set(events.filter((event) => event.event_type === "transaction.completed").map((event) => event.event_id));
      return notifications.filter((row) => completed.has(row.event_id ?? "") && row.times_attempted >= 3).map((row) => row.status);
    };
    await expect.poll(failed, { message: "every attempt was refused" }).toContain("failed");
    expect(await api.balance(HARBOR, "automated_fix")).toBe(OLD);
    await expect(checkout.main).toContainText(PENDING);
    await paddle.noFaults();
    await paddle.resend((await paddle.lastEvent("transaction.completed")).event_id);
    await checkout.expectStages(5);
    expect(await api.balance(HARBOR, "automated_fix")).toBe(NEW);
  });

  test("S1-14 a rotated secret is accepted, an unknown one is not", async ({ openAs, api, paddle }) => {
    const [, second = ""] = WEBHOOK_SECRETS;
    await paddle.rotateSecret(second, true);
    const checkout = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    await checkout.openOverlay();
    await checkout.payWith();
    await checkout.expectStages(5);
    await paddle.rotateSecret(second, false);
    await checkout.open("scan_credits");
    await checkout.openOverlay();
    await checkout.payWith();
    await checkout.expectStages(5);
    expect(await api.balance(HARBOR, "scan")).toBe("1/1/6");
    await paddle.rotateSecret("pdl_ntfset_of_somebody_else", false);
    await checkout.open("scan_credits");
    await checkout.openOverlay();
    await checkout.payWith();
    await paddle.quiet();
    await expect(checkout.main).toContainText(PENDING);
    expect(await api.balance(HARBOR, "scan")).toBe("1/1/6");
  });

  test("S1-14 signed events that fit no checkout grant nothing", async ({ openAs, api, paddle }) => {
    const checkout = await review(await openAs("/checkout/automated_fix_credits", HARBOR));
    await paddle.faults({ hold: true });
    await checkout.openOverlay();
    await checkout.payWith();
    await paddle.held();
    const real = await paddle.lastEvent("transaction.completed");
    await paddle.noFaults();
    await checkout.expectStages(5);
    const seqs = async (): Promise<number[]> => Promise.all([HARBOR, "acc_northwind"].map(async (account) => (await api.billing(account)).ledger_seq));
    const before = await seqs();
    await paddle.emit("transaction.completed", { ...real.data, id: "txn_01unknown0000000000000000" });
    await paddle.emit("transaction.completed", { ...real.data, custom_data: { account_id: "acc_northwind", checkout_id: "chk_nothing" } });
    await paddle.emit("transaction.levitated", { id: "txn_01unknown0000000000000000" });
    await paddle.quiet();
    expect(await seqs()).toEqual(before);
  });
});
