// The fixtures: a stack for each file (or for each test), signed-in pages, and what no page may do.
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { AxeBuilder } from "@axe-core/playwright";
import { Api } from "./api.js";
import { Paddle } from "./paddle.js";
import { PASSWORD, startStack, type Stack, type StackOptions } from "./stack.mjs";

export { expect, PASSWORD };
export type { Page, BrowserContext, Stack };

export const DANA = "dana@northwind.example";
export const VIEWER = "viewer@northwind.example";
export const FINANCE = "finance@northwind.example";
export const DEV = "dev@northwind.example";
export const ANA = "ana@beacon.example";

/** The stacks of one worker: one for each file, started when the file's first test asks. */
class Stacks {
  private file = "";
  private current: Stack | undefined;

  async of(file: string, options: StackOptions): Promise<Stack> {
    if (this.current && this.file === file) return this.current;
    await this.stop();
    this.file = file;
    this.current = await startStack(options);
    return this.current;
  }

  async stop(): Promise<void> {
    await this.current?.stop();
    this.current = undefined;
  }
}

interface Options {
  /** `test`: a stack of its own for each test, for tests that move credits. */
  stackPer: "file" | "test";
  /** What the server is told beside the usual. */
  stackOptions: StackOptions;
}

interface Fixtures {
  stack: Stack;
  /** A client without a page, signed in as dana. */
  api: Api;
  paddle: Paddle;
  /** Opens a page as a person who looks at an account. */
  openAs: (path: string, account?: string, user?: string) => Promise<Page>;
  honest: void;
}

export const test = base.extend<Options & Fixtures, { stacks: Stacks }>({
  stackPer: ["file", { option: true }],
  stackOptions: [{}, { option: true }],
  stacks: [
    async ({}, use) => {
      const stacks = new Stacks();
      await use(stacks);
      await stacks.stop();
    },
    { scope: "worker" },
  ],
  stack: async ({ stacks, stackPer, stackOptions }, use, info) => {
    const options = { template: process.env.E2E_TEMPLATE, ...stackOptions };
    const stack = stackPer === "file" ? await stacks.of(info.file, options) : await startStack(options);
    await use(stack);
    if (info.status !== info.expectedStatus) {
      await info.attach("programs.log", { body: stack.logs(), contentType: "text/plain" });
    }
    if (stackPer === "test") await stack.stop();
  },
  baseURL: async ({ stack }, use) => use(stack.url),
  api: async ({ stack }, use) => {
    const api = await Api.signedIn(stack, DANA);
    await use(api);
    await api.dispose();
  },
  paddle: async ({ stack }, use) => use(new Paddle(stack.sandbox)),
  openAs: async ({ context, page, stack }, use) => {
    let opened = 0;
    await use(async (path, account, user = DANA) => {
      await beSignedIn(context, stack, user, account);
      const tab = opened++ === 0 ? page : await context.newPage();
      await tab.goto(path);
      return tab;
    });
  },
  // A page that panics or breaks the security policy fails its test, whatever else it shows.
  honest: [
    async ({ context }, use) => {
      const wrong: string[] = [];
      context.on("weberror", (error) => wrong.push(String(error.error())));
      context.on("console", (message) => {
        const text = message.text();
        if (/panicked at|Content.Security.Policy/i.test(text)) wrong.push(text);
      });
      await use();
      expect(wrong, "no page panics or breaks the security policy").toEqual([]);
    },
    { auto: true },
  ],
});

/** Gives a browser context a session, as the sign-in page would, and the account that its next tab begins with. */
export async function beSignedIn(context: BrowserContext, stack: Stack, user: string, account?: string): Promise<void> {
  const api = await Api.signedIn(stack, user);
  if (account) await api.remember(account);
  await context.addCookies(await api.cookies());
  await api.dispose();
}

/** Everything axe finds against WCAG 2.2 AA, in words; or what it finds against one of its rules. */
export async function axe(page: Page, rule?: string): Promise<string[]> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const look = new AxeBuilder({ page });
  const { violations } = await (rule === undefined ? look.withTags(tags) : look.withRules(rule)).analyze();
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
