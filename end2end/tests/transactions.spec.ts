// Transactions: one payment to its end, asking for it back, and what an account switch shows of subscriptions.
import { ANA, DANA, expect, FINANCE, test, VIEWER } from "../support/test.js";
import { AppPage } from "../support/page.js";

test.describe("asking for a refund", () => {
  test.use({ stackPer: "test" });

  test("a refund says before what it takes, and the same page shows what becomes of it", async ({ openAs, paddle }) => {
    const page = await openAs("/billing/transactions", "acc_northwind", FINANCE);
    const app = new AppPage(page);
    const row = app.region("Transactions").getByRole("row").filter({ hasText: "Scan credit" }).first();
    await row.getByRole("link", { name: /Scan credit/ }).click();
    await expect(app.h1).toHaveText(/Scan credit/);
    const timeline = app.region("Timeline");
    for (const label of ["Checkout opened", "Billed", "Confirmed", /Granted: \d+ scan credit/]) await expect(timeline).toContainText(label);
    const refund = app.region("Refund");
    const ask = refund.getByRole("button", { name: /^Ask for a refund/ });
    await app.expectOff(ask, "Choose why first.");
    await refund.getByRole("radio", { name: /^Quality gate blocked/ }).check();
    await expect(refund).toContainText("Asks Paddle to return");
    await expect(refund).toContainText(/scan credits? of this payment/);
    await expect(refund).toContainText("A refund ends no plan");
    await refund.getByRole("button", { name: /^Ask for a refund of \d/ }).click();
    await expect(refund.getByRole("list", { name: "Refunds asked for" })).toContainText("Handed to Paddle");
    // Paddle tells of it by itself, perhaps before the answer to the asking is there.
    await expect(timeline).toContainText("Refund: in review");
    await expect(refund).toContainText("in review at Paddle");
    const asked = (await paddle.state()).adjustments.find((one) => one.action === "refund");
    await paddle.decide(asked?.id ?? "", "approve");
    await expect(timeline).toContainText("Refund: approved");
  });
});

test("a viewer reads a transaction and is told who may ask for a refund", async ({ openAs }) => {
  const page = await openAs("/billing/transactions", "acc_northwind", VIEWER);
  const app = new AppPage(page);
  await app.region("Transactions").getByRole("row").nth(1).getByRole("link").first().click();
  await expect(app.region("Refund")).toContainText("Your role is Viewer. Ask an owner or billing manager to ask for a refund.");
  await expect(app.region("Timeline")).toContainText("The evidence is for an owner or billing manager.");
  await expect(app.region("Timeline").getByRole("link", { name: "Download CSV" })).toBeVisible();
});

test("S3-12 a switch changes credits, transactions, subscriptions and services", async ({ openAs }) => {
  const page = await openAs("/accounts", "acc_northwind", DANA);
  const app = new AppPage(page);
  const card = (name: string) => page.getByRole("article", { name, exact: true });
  await expect(card("Northwind Trading")).toContainText("Fix Plan");
  await expect(card("Ridgeline Outdoor")).toContainText("Subscription past due");
  await page.getByLabel("Find an account").fill("juniper");
  await expect(page.getByRole("article")).toHaveCount(1);
  await card("Juniper Studio").getByRole("button", { name: "Switch to Juniper Studio" }).click();
  await expect.poll(() => app.accountName()).toContain("Juniper Studio");
  await page.goto("/billing/transactions");
  await expect(app.region("Subscriptions")).toContainText("No subscription");
  await expect(app.region("Transactions")).toContainText("No transactions yet");
  await app.switchTo("Harbor Bakery");
  await expect(app.region("Subscriptions")).toContainText("Fix Plan");
  await expect(app.region("Subscriptions")).toContainText("Active");
  await expect(app.region("Transactions")).toContainText("Fix Plan");
});

test("an agency sees its pool and what each client took, and other accounts are told that they are none", async ({ openAs }) => {
  const page = await openAs("/agency", "acc_beacon", ANA);
  const app = new AppPage(page);
  await expect(app.region("Agency allowance")).toContainText("1 of 10 used, 9 left");
  const client = app.region("Clients").getByRole("row").filter({ hasText: "Corner Cafe" });
  await expect(client).toContainText("spent");
  await app.switchTo("Corner Cafe");
  await expect(app.main).toContainText("Corner Cafe is no agency");
});
