// A plan is changed, cancelled and kept: each after its review, and only when Paddle confirms it.
import { expect, test } from "../support/test.js";
import { BillingPage } from "../support/billing_page.js";

const NORTHWIND = "acc_northwind";
const LANTERN = "acc_lantern";

test.use({ stackPer: "test" });

test("S2-26 a larger plan is reviewed, agreed to and charged, and brings what it gives more", async ({ openAs, api }) => {
  const page = await openAs("/billing", NORTHWIND);
  const billing = new BillingPage(page);
  const before = await api.balance(NORTHWIND, "scan");
  await billing.plan("Agency Plan").getByRole("link", { name: "Change plan", exact: true }).click();
  await expect(page).toHaveURL(/\/billing\/plan\/agency_plan$/);
  await expect(billing.h1).toHaveText("Review: Change to Agency Plan");
  for (const text of ["Fix Plan \u2192 Agency Plan", "As soon as Paddle confirms it", "Every credit that the account holds stays."]) await expect(billing.main).toContainText(text);
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
