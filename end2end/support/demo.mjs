// What the measures and the screenshots share: a browser, and a person's session in it.
import { chromium, request } from "@playwright/test";
import { launchOptions } from "./browser.mjs";
import { PASSWORD } from "./stack.mjs";

export const launch = () => chromium.launch(launchOptions);

/**
 * A session as cookies, with the account that a new tab begins with.
 * @param {import("./stack.mjs").Stack} stack @param {string} email
 */
export async function signIn(stack, email) {
  const http = await request.newContext({ baseURL: stack.url });
  const key = () => ({ "Idempotency-Key": crypto.randomUUID() });
  const answer = await http.post("/api/v1/sign-in", { data: { email, password: PASSWORD }, headers: key() });
  if (!answer.ok()) throw new Error(`Sign-in answered ${answer.status()}: ${await answer.text()}`);
  const { cookies } = await http.storageState();
  return {
    cookies,
    http,
    /** @param {string} account */
    remember: async (account) => {
      await http.put("/api/v1/session/account", { data: { account_id: account }, headers: key() });
    },
  };
}
