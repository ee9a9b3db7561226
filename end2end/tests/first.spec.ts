// What a page says before the program runs, and what becomes of it when it does.
import type { BrowserContext } from "@playwright/test";
import { beSignedIn, DANA, expect, test, type Page, type Stack } from "../support/test.js";
import { AppPage } from "../support/page.js";

const PROGRAM = /\.wasm$/;

/** A tab whose program does not arrive until it is let through. */
async function heldBack(context: BrowserContext): Promise<{ page: Page; release: () => void }> {
  const page = await context.newPage();
  let release = (): void => {};
  const released = new Promise<void>((done) => (release = done));
  await page.route(PROGRAM, async (route) => {
    await released;
    await route.continue();
  });
  return { page, release };
}

/** The figures of a panel, in the order they stand in, as the reader sees them. */
const figures = (page: Page): Promise<string[]> =>
  page.locator("section.panel").filter({ has: page.getByRole("heading", { name: "Available now" }) }).locator("dd").filter({ visible: true }).allTextContents();

/** How far what is on the page moved since it was opened, as the browser counts it. */
const shift = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as unknown as { value: number }[]) sum += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
      }),
  );

async function signedIn(context: BrowserContext, stack: Stack, account: string): Promise<void> {
  await beSignedIn(context, stack, DANA, account);
}

test("Billing says the figures and the next step before the program runs, the same as afterwards, and nothing moves", async ({ context, stack }) => {
  await signedIn(context, stack, "acc_northwind");
  const { page, release } = await heldBack(context);
  await page.goto("/billing", { waitUntil: "commit" });
  await expect(page.getByRole("heading", { level: 1, name: "Billing" })).toBeVisible();
  await expect(page.getByRole("table").filter({ hasText: "Spent" }).getByRole("row", { name: /Scan credits/ })).toContainText(/3\s*1\s*4/);
  const step = page.getByRole("link", { name: "Open the project" });
  const [before, href] = [await figures(page), await step.getAttribute("href")];
  expect(before).toEqual(["3", "2", "40"]);
  release();
  await expect(page.getByRole("button", { name: "Refresh" })).toBeVisible();
  expect(await figures(page)).toEqual(before);
  await expect(step).toHaveAttribute("href", href ?? "");
  await expect(page.getByRole("main")).toHaveCount(1);
  expect(await shift(page)).toBeLessThan(0.01);
});

test("a tab that looks at another account than the last one never sees that one's figures", async ({ context, stack }) => {
  await signedIn(context, stack, "acc_harbor");
  const { page, release } = await heldBack(context);
  const seen: string[] = [];
  await page.exposeFunction("saw", (text: string) => seen.push(text));
  // Looked at in every frame, from the first one on.
  await page.addInitScript(() => {
    sessionStorage.setItem("account", "acc_northwind");
    const look = (): void => {
      // The program's own selector names every account.
      if (document.querySelector("select")) return;
      const text = document.body?.innerText ?? "";
      if (text.includes("Harbor Bakery")) void (window as unknown as { saw: (text: string) => void }).saw(text);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto("/billing", { waitUntil: "commit" });
  await expect(page.getByRole("link", { name: "Reports" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(0);
  release();
  await expect(page.getByRole("heading", { level: 1, name: "Billing" })).toBeVisible();
  expect(await new AppPage(page).accountName()).toBe("Northwind Trading");
  expect(seen).toEqual([]);
});

test("with scripts off figures, the way back from a block and the next steps of projects and reports can be read", async ({ browser, stack }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: stack.url });
  await signedIn(context, stack, "acc_northwind");
  const page = await context.newPage();
  await page.goto("/billing?from=fix&ref=rep_ready");
  await expect(page.getByRole("heading", { name: "Available now" })).toBeVisible();
  await page.getByRole("link", { name: "Return to the report" }).click();
  await expect(page).toHaveURL(/\/reports\/rep_ready$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Next step" })).toBeVisible();
  await page.goto("/projects/prj_baseline");
  await expect(page.getByRole("heading", { level: 1, name: "Northwind gifts" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Next step" })).toBeVisible();
  await context.close();
});

test("the chosen theme holds from the first paint on", async ({ context, stack }) => {
  await signedIn(context, stack, "acc_northwind");
  const { page } = await heldBack(context);
  await page.addInitScript(() => localStorage.setItem("theme", "dark"));
  await page.goto("/billing", { waitUntil: "commit" });
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toContain("dark");
});
