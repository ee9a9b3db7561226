// What every page has: regions, the account selector, the live region. By role and label only.
import { expect, type Locator, type Page } from "@playwright/test";

export class AppPage {
  constructor(readonly page: Page) {}

  region(name: string | RegExp): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  get main(): Locator {
    return this.page.getByRole("main");
  }

  get h1(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  get account(): Locator {
    return this.page.getByLabel("Current account", { exact: true });
  }

  /** The account that the page looks at, as the selector says. */
  async accountName(): Promise<string> {
    return this.account.evaluate((node) =>
      node instanceof HTMLSelectElement ? (node.selectedOptions[0]?.textContent ?? "") : (node.textContent ?? ""),
    );
  }

  async switchTo(name: string): Promise<void> {
    const option = this.account.locator("option").filter({ hasText: name });
    await expect(option).toHaveCount(1);
    await this.account.selectOption((await option.getAttribute("value")) ?? "");
  }

  /** A figure of a panel: the text that follows its label. */
  async fact(region: Locator, label: RegExp): Promise<string> {
    const text = (await region.innerText()).replace(/\s+/g, " ");
    const found = new RegExp(`(?:${label.source})\\s*:?\\s*(\\S+)`, "i").exec(text);
    return found?.[1] ?? "";
  }

  async expectFact(region: Locator, label: RegExp, value: string): Promise<void> {
    await expect.poll(() => this.fact(region, label), { message: `${label.source} is ${value}` }).toBe(value);
  }

  /** The one control of this name, whether it is a link or a button. */
  control(within: Locator, name: string | RegExp): Locator {
    return within.getByRole("button", { name }).or(within.getByRole("link", { name })).first();
  }

  /** A control that cannot be used: it takes focus, is marked, and a visible sentence that describes it says why. */
  async expectOff(control: Locator, why: string | RegExp): Promise<void> {
    await expect(control).toHaveAttribute("aria-disabled", "true");
    await expect(control).toHaveAccessibleDescription(why);
    await control.focus();
    await expect(control).toBeFocused();
    const sentences = await control.evaluate((node) =>
      (node.getAttribute("aria-describedby") ?? "")
        .split(/\s+/)
        .filter((id) => id !== "")
        .map((id) => document.getElementById(id)?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ?? false),
    );
    expect(sentences, "the reason can be seen").toContain(true);
  }

  /** Writes down from now on what the live region says. */
  async listen(): Promise<void> {
    await this.page.evaluate(() => {
      const said: string[] = [];
      Object.assign(window, { said });
      const live = document.querySelector("#live");
      if (!live) throw new Error("There is no live region.");
      new MutationObserver(() => {
        const text = live.textContent?.trim() ?? "";
        if (text !== "" && said.at(-1) !== text) said.push(text);
      }).observe(live, { childList: true, characterData: true, subtree: true });
    });
  }

  said(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { said: string[] }).said);
  }

  /** Marks the document, so that a reload would be noticed. */
  async mark(): Promise<void> {
    await this.page.evaluate(() => Object.assign(window, { notReloaded: true }));
  }

  async expectNotReloaded(): Promise<void> {
    expect(await this.page.evaluate(() => "notReloaded" in window), "the page was not loaded again").toBe(true);
  }
}
