// Paddle's own SDK against the sandbox: what the sandbox signs and answers is what Paddle would.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Environment, EventName, LogLevel, Paddle as Sdk } from "@paddle/paddle-node-sdk";
import { expect, test } from "../support/test.js";
import { Paddle } from "../support/paddle.js";
import { API_KEY, WEBHOOK_SECRETS, startSandbox } from "../support/stack.mjs";

interface Received {
  body: string;
  signature: string;
}

const [SECRET = "", SECOND = ""] = WEBHOOK_SECRETS;

/** The SDK takes another address in place of a known environment. */
const sdkOf = (url: string, key: string = API_KEY): Sdk => new Sdk(key, { environment: url as Environment, logLevel: LogLevel.none });

let inbox: Received[] = [];
let catcher: Server;
let sandbox: { url: string; stop: () => Promise<void> };
let control: Paddle;

test.beforeAll(async () => {
  catcher = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      inbox.push({ body: Buffer.concat(parts).toString("utf8"), signature: String(request.headers["paddle-signature"]) });
      response.writeHead(200).end("{}");
    });
  });
  await new Promise<void>((resolve) => catcher.listen(0, "127.0.0.1", resolve));
  const { port } = catcher.address() as AddressInfo;
  sandbox = await startSandbox(`http://127.0.0.1:${port}/webhooks`);
  control = new Paddle(sandbox.url);
});

test.afterAll(async () => {
  await sandbox?.stop();
  catcher?.close();
});

test.beforeEach(() => {
  inbox = [];
});

/** Makes a transaction with the SDK, pays it, and waits for the webhook that says so. */
async function buy(): Promise<{ id: string; completed: Received }> {
  const sdk = sdkOf(sandbox.url);
  const [price] = await sdk.prices.list().next();
  if (!price) throw new Error("The sandbox has no prices.");
  const { id } = await sdk.transactions.create({ items: [{ priceId: price.id, quantity: 2 }], customData: { order: "e2e" } });
  await control.pay(id);
  const isCompleted = (one: Received): boolean => (JSON.parse(one.body) as { event_type: string }).event_type === "transaction.completed";
  await expect.poll(() => inbox.some(isCompleted), { message: "transaction.completed arrived" }).toBe(true);
  const completed = inbox.find(isCompleted);
  if (!completed) throw new Error("unreachable");
  return { id, completed };
}

test("the SDK accepts what the sandbox signs", async () => {
  const { id, completed } = await buy();
  const sdk = sdkOf(sandbox.url);
  const event = await sdk.webhooks.unmarshal(completed.body, SECRET, completed.signature);
  expect(event.eventType).toBe(EventName.TransactionCompleted);
  expect((event.data as { id: string }).id).toBe(id);
  for (const one of inbox) expect(await sdk.webhooks.isSignatureValid(one.body, SECRET, one.signature)).toBe(true);
});

test("the SDK refuses a changed byte, another secret and another time", async () => {
  const { completed } = await buy();
  const { webhooks } = sdkOf(sandbox.url);
  const valid = (body: string, secret: string, signature: string): Promise<boolean> => webhooks.isSignatureValid(body, secret, signature);
  expect(await valid(completed.body, SECRET, completed.signature)).toBe(true);
  const bytes = [...completed.body];
  for (const place of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const changed = bytes.with(place, bytes[place] === " " ? "x" : " ").join("");
    expect(await valid(changed, SECRET, completed.signature), `byte ${place}`).toBe(false);
  }
  expect(await valid(completed.body, SECOND, completed.signature)).toBe(false);
  const later = completed.signature.replace(/ts=(\d+)/, (_, ts: string) => `ts=${Number(ts) + 1}`);
  expect(await valid(completed.body, SECRET, later)).toBe(false);
  await expect(webhooks.unmarshal(completed.body, SECOND, completed.signature)).rejects.toThrow();
});

test("the SDK refuses what a fault signs wrongly, and a rotated secret signs", async () => {
  const { webhooks } = sdkOf(sandbox.url);
  await control.faults({ wrong_signature: 1000 });
  const { completed } = await buy();
  expect(await webhooks.isSignatureValid(completed.body, SECRET, completed.signature)).toBe(false);
  await control.noFaults();
  await control.rotateSecret(SECOND, false);
  inbox = [];
  const after = await buy();
  expect(await webhooks.isSignatureValid(after.completed.body, SECOND, after.completed.signature)).toBe(true);
  await control.rotateSecret(SECRET, false);
});

test("the SDK lists and reads the sandbox's transactions", async () => {
  const { id } = await buy();
  const sdk = sdkOf(sandbox.url);
  const one = await sdk.transactions.get(id, { include: ["customer"] });
  expect(one).toMatchObject({ id, status: "completed", currencyCode: "USD", customData: { order: "e2e" } });
  expect(one.items[0]?.quantity).toBe(2);
  expect(one.details?.totals?.grandTotal).toMatch(/^\d+$/);
  expect(one.payments[0]?.status).toBe("captured");
  expect(one.customer?.email).toContain("@");
  const found = await sdk.transactions.list({ status: ["completed"], perPage: 1 }).next();
  expect(found).toHaveLength(1);
  const ids = [];
  for await (const transaction of sdk.transactions.list({ perPage: 2 })) ids.push(transaction.id);
  expect(ids).toContain(id);
  expect(new Set(ids).size, "pages do not overlap").toBe(ids.length);
  await expect(sdk.transactions.get("txn_01nothing0000000000000000")).rejects.toMatchObject({ code: expect.stringMatching(/not_found/) });
  await expect(sdkOf(sandbox.url, "pdl_sdbx_apikey_wrong").transactions.get(id)).rejects.toMatchObject({ code: expect.stringMatching(/auth|forbidden|invalid/) });
});

test("S3-6 the SDK reads the transactions of the demonstration", async ({ stack, api }) => {
  const pending = (await api.billing("acc_quayside")).open_checkouts[0]?.transaction_id ?? "";
  const transaction = await sdkOf(stack.sandbox).transactions.get(pending);
  expect(["paid", "completed"]).toContain(transaction.status);
  const events = await sdkOf(stack.sandbox).events.list().next();
  expect(events.length).toBeGreaterThan(0);
});

test("the SDK reads how a payment method is changed, and the customer's own page", async () => {
  const sdk = sdkOf(sandbox.url);
  const monthly = (await sdk.prices.list({ perPage: 50 }).next()).find((price) => price.billingCycle);
  if (!monthly) throw new Error("The sandbox sells no plan.");
  const { id } = await sdk.transactions.create({ items: [{ priceId: monthly.id, quantity: 1 }] });
  await control.pay(id);
  const { subscriptionId, customerId } = await sdk.transactions.get(id);
  const change = await sdk.subscriptions.getPaymentMethodChangeTransaction(subscriptionId ?? "");
  expect([change.origin, change.subscriptionId, change.details?.totals?.grandTotal]).toEqual(["subscription_payment_method_change", subscriptionId, "0"]);
  expect(change.checkout?.url).toContain(`_ptxn=${change.id}`);
  const portal = await sdk.customerPortalSessions.create(customerId ?? "", [subscriptionId ?? ""]);
  expect(portal.urls.general.overview).toContain(sandbox.url);
  expect(portal.urls.subscriptions[0]?.updateSubscriptionPaymentMethod).toContain(subscriptionId ?? "none");
});
