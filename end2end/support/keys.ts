// A person who has a keyboard and nothing else.
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

const MOST_STOPS = 150;

export class Keys {
  constructor(readonly page: Page) {}

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  /** Goes on with Tab until this has the focus, and checks at each stop that the focus can be seen. */
  async reach(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    const seen: string[] = [];
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await target.evaluate((node) => node === node.ownerDocument.activeElement && node.ownerDocument.hasFocus())) {
        await this.expectVisibleFocus(target);
        return;
      }
      await this.press("Tab");
      seen.push(await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80) ?? ""));
    }
    throw new Error(`Tab never reached it. It went by:\n${seen.slice(-40).join("\n")}`);
  }

  async activate(target: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
    await this.reach(target);
    await this.press(key);
  }

  async type(target: Locator, text: string): Promise<void> {
    await this.reach(target);
    await this.press("Control+A");
    await this.page.keyboard.type(text);
  }

  /** Chooses in a list by its first letters. */
  async pick(target: Locator, text: string): Promise<void> {
    await this.reach(target);
    await this.page.keyboard.type(text);
  }

  /** The focus has a ring of at least two pixels and lies inside the window, under nothing. */
  async expectVisibleFocus(target: Locator): Promise<void> {
    const shown = await target.evaluate((node) => {
      const style = getComputedStyle(node);
      const ring = style.outlineStyle !== "none" ? parseFloat(style.outlineWidth) : 0;
      const box = node.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const top = node.ownerDocument.elementFromPoint(x, y);
      const inside = x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
      const uncovered = top !== null && (node.contains(top) || top.contains(node) || top.closest("label") !== null);
      return { ring: ring >= 2 || style.boxShadow !== "none", inside, uncovered };
    });
    expect(shown, "the focus can be seen").toEqual({ ring: true, inside: true, uncovered: true });
  }

  /** Fills the provider's form, which is another site's page. */
  async payIn(frame: FrameLocator, card: string): Promise<void> {
    const fill = async (label: string, text: string): Promise<void> => {
      const field = frame.getByLabel(label, { exact: true });
      await expect(field).toBeVisible();
      for (let stop = 0; stop < 30; stop += 1) {
        if (await field.evaluate((node) => node === document.activeElement)) break;
        await this.press("Tab");
      }
      await expect(field).toBeFocused();
      if (label === "Country") return this.page.keyboard.type(text);
      await this.press("Control+A");
      await this.page.keyboard.type(text);
    };
    await fill("Email", "dana@northwind.example");
    await fill("Country", "United St");
    await fill("Postcode", "10001");
    await fill("Card number", card);
    await fill("Name on card", "Dana Reyes");
    await fill("Expiry", "12/40");
    await fill("Security code", "123");
    await this.press("Enter");
  }
}
