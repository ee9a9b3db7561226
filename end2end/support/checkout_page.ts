import { expect, type FrameLocator, type Locator } from "@playwright/test";
import { AppPage } from "./page.js";
import * as names from "./names.js";

export const GOOD_CARD = "4242 4242 4242 4242";
export const DECLINED_CARD = "4000 0000 0000 0002";

export type Item = "automated_fix_credits" | "scan_credits";

export class CheckoutPage extends AppPage {
  async open(item: Item, query = ""): Promise<void> {
    await this.page.goto(`/checkout/${item}${query}`);
    await expect(this.pay).toBeVisible();
  }

  async openSession(id: string): Promise<void> {
    await this.page.goto(`/billing/checkout?checkout_session_id=${id}`);
  }

  /** From the review to the provider's form. */
  get pay(): Locator {
    return this.main.getByRole("button", { name: names.TO_PAYMENT }).first();
  }

  get overlay(): Locator {
    return this.page.getByTitle("Checkout", { exact: true });
  }

  get frame(): FrameLocator {
    return this.overlay.contentFrame();
  }

  async openOverlay(): Promise<void> {
    await this.pay.click();
    await expect(this.frame.getByRole("button", { name: /^Pay \$/ })).toBeVisible();
  }

  async fillCard(card: string): Promise<void> {
    await this.frame.getByLabel("Email", { exact: true }).fill("dana@northwind.example");
    await this.frame.getByLabel("Country", { exact: true }).selectOption("US");
    await this.frame.getByLabel("Postcode", { exact: true }).fill("10001");
    await this.frame.getByLabel("Card number", { exact: true }).fill(card);
    await this.frame.getByLabel("Name on card", { exact: true }).fill("Dana Reyes");
    await this.frame.getByLabel("Expiry", { exact: true }).fill("12/40");
    await this.frame.getByLabel("Security code", { exact: true }).fill("123");
  }

  async submitCard(card: string): Promise<void> {
    await this.fillCard(card);
    await this.frame.getByRole("button", { name: /^Pay \$/ }).click();
  }

  /** Pays, and comes back to the console, whether the console or the buyer closes the provider's form. */
  async payWith(card: string = GOOD_CARD): Promise<void> {
    await this.submitCard(card);
    const back = this.frame.getByRole("button", { name: "Back to the shop" });
    await expect(back.or(this.main.getByText(names.STAGES[0])).first()).toBeVisible();
    // The console may have closed it by now.
    await back.click({ timeout: 15_000 }).catch(() => undefined);
    await expect(this.overlay).toHaveCount(0);
  }

  stage(name: (typeof names.STAGES)[number]): Locator {
    return this.main.getByRole("listitem").filter({ hasText: name });
  }

  async expectStages(done: number): Promise<void> {
    for (const [n, name] of names.STAGES.entries()) {
      // A stage that was reached says when; one that was not has no time.
      const time = this.stage(name).getByRole("time").or(this.stage(name).locator("time"));
      if (n === 0 || n === done - 1) await expect(time.first(), `${name} was reached`).toBeVisible();
      if (n >= done) await expect(time, `${name} was not reached`).toHaveCount(0);
    }
  }

  /** The session that the page shows, from its address. */
  async sessionId(): Promise<string> {
    await expect(this.page).toHaveURL(/checkout_session_id=chk_/);
    return new URL(this.page.url()).searchParams.get("checkout_session_id") ?? "";
  }
}
