// A plan is changed, cancelled and kept: each after its review, and only when Paddle confirms it.
import { expect, test, VIEWER } from "../support/test.js";
import { BillingPage } from "../support/billing_page.js";
import { CheckoutPage, GOOD_CARD } from "../support/checkout_page.js";
import { ProjectPage } from "../support/project_page.js";

const NORTHWIND = "acc_northwind";
const JUNIPER = "acc_juniper";
const LANTERN = "acc_lantern";
const RIDGELINE = "acc_ridgeline";

test.use({ stackPer: "test" });

test("S2-26 a larger plan is reviewed, agreed to and charged, and brings what it gives more", async ({ openAs, api }) => {
  const page = await openAs("/billing", NORTHWIND);
  const billing = new BillingPage(page);
  const before = await api.balance(NORTHWIND, "scan");
  await billing.plan("Agency Plan").getByRole("link", { name: "Change plan", exact: true }).click();
  await expect(page).toHaveURL(/\/billing\/plan\/agency_plan$/);
  await expect(billing.h1).toHaveText("Review: Change to Agency Plan");
  for (const text of ["Fix Plan \u2192 Agency Plan", "As soon as Paddle confirms it", "those of a plan until their period ends, those of a top-up until they are used."]) await expect(billing.main).toContainText(text);
  const fewer = billing.main.getByRole("row").filter({ hasText: "Automated fix credits a month" });
  await expect(fewer, "what it takes away is said too").toContainText("less");
  const ask = billing.main.getByRole("button", { name: "Change to Agency Plan" });
  await billing.expectOff(ask, /Tick the box to agree to the charge/);
  await billing.main.getByRole("checkbox", { name: /^Charge \d+\.\d\d USD today/ }).check();
  await ask.click();
  await expect.poll(async () => (await api.billing(NORTHWIND)).package_key).toBe("agency_plan");
  await billing.open();
  await expect(billing.plan("Agency Plan")).toContainText("Current plan");
  const [avail = "0"] = before.split("/");
  await expect.poll(() => api.balance(NORTHWIND, "scan")).toMatch(new RegExp(`^${Number(avail) + 3}/`));
});

test("a plan is cancelled at the end of its period, and kept again", async ({ openAs, api }) => {
  const page = await openAs("/billing", LANTERN);
  const billing = new BillingPage(page);
  await billing.ladder.getByRole("link", { name: "Cancel plan", exact: true }).click();
  for (const text of ["Nothing: there is no further renewal", "At the end of the paid period"]) await expect(billing.main).toContainText(text);
  await billing.main.getByRole("button", { name: "Cancel plan", exact: true }).click();
  await expect.poll(async () => (await api.billing(LANTERN)).subscription_status).toBe("cancellation_scheduled");
  await billing.open();
  await expect(billing.ladder).toContainText("Scan Plan is to be cancelled and ends");
  await billing.ladder.getByRole("link", { name: "Keep plan", exact: true }).click();
  await billing.main.getByRole("button", { name: "Keep plan", exact: true }).click();
  await expect.poll(async () => (await api.billing(LANTERN)).subscription_status).toBe("active");
});

test("S2-24 a plan that is past due says what is due, and opens by itself when exactly that was paid", async ({ openAs, api }) => {
  const page = await openAs("/projects/prj_ridgeline", RIDGELINE);
  const project = new ProjectPage(page);
  await expect(project.scan).toContainText("SUBSCRIPTION_PAST_DUE");
  await expect(project.run).toHaveAttribute("aria-disabled", "true");
  await page.goto("/billing");
  const billing = new BillingPage(page);
  for (const text of ["99.00 USD is due since", "No scan, fix work, retest or monitoring run starts", "Work that runs goes to its end.", "Paddle tries the saved payment method again by itself until"]) await expect(billing.main).toContainText(text);
  await billing.main.getByRole("link", { name: "Pay what is due", exact: true }).first().click();
  await expect(billing.h1).toHaveText("Payment method");
  await billing.main.getByRole("button", { name: "Pay 99.00 USD now", exact: true }).click();
  const checkout = new CheckoutPage(page);
  await expect(checkout.frame.getByRole("button", { name: /^Pay \$/ })).toBeVisible();
  await checkout.submitCard(GOOD_CARD);
  await expect(billing.main.getByRole("heading", { name: "Handed in" })).toBeVisible();
  await checkout.frame.getByRole("button", { name: "Back to the shop" }).click({ timeout: 15_000 }).catch(() => undefined);
  await expect.poll(async () => (await api.billing(RIDGELINE)).billing_state).toBe("active");
  await expect(billing.region("What is due")).toContainText("Nothing is due.");
  await page.goto("/projects/prj_ridgeline");
  await expect(project.run).not.toHaveAttribute("aria-disabled", "true");
});

test("Paddle's own page opens from here, and its link is for payers alone", async ({ openAs, api }) => {
  const page = await openAs("/billing/payment-method", NORTHWIND);
  const billing = new BillingPage(page);
  await expect(billing.region("What is due")).toContainText("Nothing is due.");
  await billing.main.getByRole("button", { name: "Open Paddle's billing page" }).click();
  await expect(page.getByRole("heading", { name: "Your billing" })).toBeVisible();
  await page.goBack();
  await expect(billing.h1).toHaveText("Payment method");
  const viewer = new BillingPage(await openAs("/billing/payment-method", NORTHWIND, VIEWER));
  await viewer.expectOff(viewer.main.getByRole("button", { name: "Change payment method" }), /Your role cannot pay for this account/);
  expect((await api.post("/accounts/acc_corner/payment-method")).status()).toBe(404);
});

test("two plans that were both paid: the second is ended and asked back by itself, and Billing says so until it is over", async ({ openAs, api, paddle }) => {
  const open = async (item: string): Promise<{ checkout_session_id: string; transaction_id: string }> => {
    const answer = await api.post(`/accounts/${JUNIPER}/checkouts`, { item_key: item, quantity: 1 });
    expect(answer.status(), await answer.text()).toBe(201);
    return (await answer.json()) as { checkout_session_id: string; transaction_id: string };
  };
  // The form of a checkout that was given up stays open in another tab, and somebody pays in both.
  const first = await open("scan_plan");
  expect((await api.post(`/accounts/${JUNIPER}/checkouts/${first.checkout_session_id}/cancel`, undefined)).ok()).toBe(true);
  const second = await open("fix_plan");
  const page = await openAs("/billing", JUNIPER);
  const billing = new BillingPage(page);
  await expect(billing.main).toContainText(/Live \u00b7 checked/);
  await paddle.pay(second.transaction_id);
  await expect(billing.main).toContainText("Fix Plan renews");
  await paddle.pay(first.transaction_id);
  await expect(billing.main).toContainText("Two plans were paid");
  await expect(billing.main).toContainText("was asked back by itself, and Paddle decides about it. Do not ask for it again.", { timeout: 20_000 });
  await expect(billing.main).toContainText("Fix Plan renews");
  await billing.main.getByRole("link", { name: "View payment" }).click();
  await expect(billing.region("Timeline")).toContainText("Refund asked for, WebRiskOps");
  const refund = (await paddle.state()).adjustments.find((adjustment) => adjustment.status === "pending_approval");
  await paddle.decide(refund?.id ?? "", "approve");
  await expect(billing.main).toContainText("Its payment of 49.00 USD was returned.");
  await page.goto("/billing");
  await expect(billing.main).toContainText("Fix Plan renews");
  await expect(billing.main).not.toContainText("Two plans were paid");
  await billing.expectBalances("7/0/0", "5/0/0", "50/0/0");
});
