// A plan from its first payment to its end: up with proration, past due, recovered, partly refunded, disputed, won, cancelled and over,
// with the ledger and the pages at every step.
import { Environment, LogLevel, Paddle as Sdk } from "@paddle/paddle-node-sdk";
import { expect, test } from "../support/test.js";
import { BillingPage } from "../support/billing_page.js";
import { API_KEY } from "../support/stack.mjs";

const JUNIPER = "acc_juniper";

test.use({ stackPer: "test" });

test("S2-13 S2-26 S3-12 a plan goes up, is past due, recovers, is refunded in part, disputed, won, cancelled and over", async ({ openAs, api, paddle, stack }) => {
  test.setTimeout(180_000);
  const page = await openAs("/billing", JUNIPER);
  const billing = new BillingPage(page);
  const figures = (): Promise<string[]> => Promise.all((["scan", "automated_fix", "ai"] as const).map((type) => api.balance(JUNIPER, type)));
  const newest = async (): Promise<string> => {
    const [entry] = await api.ledger(JUNIPER);
    return entry ? `${entry.kind} ${entry.credit_type} ${entry.amount}` : "nothing";
  };
  const transactions = async (): Promise<{ id: string; status: string; subscription_id: string | null; origin: string }[]> =>
    (await paddle.state()).transactions as unknown as { id: string; status: string; subscription_id: string | null; origin: string }[];
  let [first, subscription, topUp] = ["", "", ""];

  const buy = async (item: string, quantity: number): Promise<string> => {
    const answer = await api.post(`/accounts/${JUNIPER}/checkouts`, { item_key: item, quantity });
    expect(answer.status(), await answer.text()).toBe(201);
    const { transaction_id } = (await answer.json()) as { transaction_id: string };
    await paddle.pay(transaction_id);
    return transaction_id;
  };

  await test.step("from Free Snapshot to Scan Plan", async () => {
    await expect(billing.region("Account entitlements")).toContainText("Free Snapshot");
    expect(await figures()).toEqual(["0/0/0", "0/0/0", "0/0/0"]);
    first = await buy("scan_plan", 1);
    await expect(billing.ladder).toContainText("Scan Plan renews");
    await billing.expectBalances("1/0/0", "0/0/0", "0/0/0");
    await expect(billing.region("Credit balance")).toContainText("1 ends");
    subscription = (await transactions()).find((row) => row.id === first)?.subscription_id ?? "";
    expect(subscription).toMatch(/^sub_/);
  });

  await test.step("up to Fix Plan, charged for the rest of the period, with what it gives more", async () => {
    await billing.plan("Fix Plan").getByRole("link", { name: "Change plan", exact: true }).click();
    await billing.main.getByRole("checkbox", { name: /^Charge \d+\.\d\d USD today/ }).check();
    await billing.main.getByRole("button", { name: "Change to Fix Plan" }).click();
    await expect.poll(figures).toEqual(["7/0/0", "5/0/0", "50/0/0"]);
    await billing.open();
    await expect(billing.plan("Fix Plan")).toContainText("Current plan");
    await billing.expectBalances("7/0/0", "5/0/0", "50/0/0");
  });

  await test.step("past due: credits stay, nothing is sold, and what is due is said", async () => {
    await paddle.failRenewal(subscription);
    await expect(billing.main.getByRole("heading", { name: "Subscription past due" })).toBeVisible();
    await expect(billing.main).toContainText("249.00 USD is due since");
    await billing.expectBalances("7/0/0", "5/0/0", "50/0/0");
    await expect(billing.topUp("scan")).toContainText("Recover that payment first");
  });

  await test.step("recovered: the renewal that was paid after all brings its credits once", async () => {
    const due = (await transactions()).find((row) => row.status === "past_due" && row.subscription_id === subscription);
    await paddle.pay(due?.id ?? "");
    await expect(billing.main.getByRole("heading", { name: "Subscription past due" })).toHaveCount(0);
    await billing.expectBalances("14/0/0", "10/0/0", "100/0/0");
  });

  await test.step("a refund of one of three credits takes one back", async () => {
    topUp = await buy("scan_credits", 3);
    await billing.expectBalance("Scan credits", "17/0/0");
    const sdk = new Sdk(API_KEY, { environment: stack.sandbox as Environment, logLevel: LogLevel.none });
    const paid = await sdk.transactions.get(topUp);
    const [line] = paid.details?.lineItems ?? [];
    const adjustment = await sdk.adjustments.create({
      action: "refund",
      transactionId: topUp,
      reason: "One was too many",
      items: [{ itemId: line?.id ?? "", type: "partial", amount: "2900" }],
    });
    await paddle.decide(adjustment.id, "approve");
    await billing.expectBalance("Scan credits", "16/0/0");
    expect(await newest()).toBe("refund scan 1");
    await page.goto(`/billing/transactions/${topUp}`);
    await expect(billing.region("Timeline")).toContainText("Refund");
  });

  await test.step("a dispute at the bank takes the rest back, and won it brings it again", async () => {
    const dispute = await paddle.chargeBack(topUp);
    await expect.poll(() => api.balance(JUNIPER, "scan")).toBe("14/0/0");
    await expect(billing.region("Timeline")).toContainText("isput");
    await paddle.reverse(dispute);
    await expect.poll(() => api.balance(JUNIPER, "scan")).toBe("16/0/0");
    expect(await newest()).toBe("grant scan 2");
    await billing.open();
    await billing.expectBalance("Scan credits", "16/0/0");
    await expect(billing.ledger.first()).toContainText("Dispute or refund undone");
  });

  await test.step("cancelled at the end of its period, and over with it", async () => {
    await billing.ladder.getByRole("link", { name: "Cancel plan", exact: true }).click();
    await expect(billing.main).toContainText("What is left of the plan's credits ends with the period; top-up credits stay.");
    await billing.main.getByRole("button", { name: "Cancel plan", exact: true }).click();
    await expect.poll(async () => (await api.billing(JUNIPER)).subscription_status).toBe("cancellation_scheduled");
    await billing.open();
    await expect(billing.ladder).toContainText("Fix Plan is to be cancelled and ends");
    await paddle.renew(subscription);
    await expect(billing.region("Account entitlements")).toContainText("Free Snapshot");
    await expect(billing.plan("Scan Plan").getByRole("link", { name: "Choose plan" })).toBeVisible();
  });
});

test("a paused plan says so, sells no second one, and is resumed for nothing in the period that is paid", async ({ openAs, api, paddle }) => {
  const page = await openAs("/billing", "acc_lantern");
  const billing = new BillingPage(page);
  await expect(billing.ladder).toContainText("Scan Plan renews");
  const { subscriptions } = await api.read<{ subscriptions: { subscription_id: string }[] }>("/accounts/acc_lantern/transactions");
  await paddle.pause(subscriptions[0]?.subscription_id ?? "");
  await expect(billing.ladder).toContainText("The plan is paused: nothing is charged");
  await expect(billing.plan("Fix Plan")).toContainText("Resume it or cancel it before another one is chosen");
  await billing.ladder.getByRole("link", { name: "Resume plan", exact: true }).click();
  await expect(billing.h1).toHaveText("Review: Resume plan");
  await expect(billing.main).toContainText("The period that is paid goes on, so that nothing is charged today.");
  await billing.main.getByRole("button", { name: "Resume plan", exact: true }).click();
  await expect.poll(async () => (await api.billing("acc_lantern")).subscription_status).toBe("active");
  await billing.open();
  await expect(billing.ladder).toContainText("Scan Plan renews");
});
