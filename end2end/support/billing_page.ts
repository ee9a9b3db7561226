import { expect, type Locator } from "@playwright/test";
import { AppPage } from "./page.js";
import * as names from "./names.js";

export type CreditRow = "Scan credits" | "Automated fix credits" | "AI assistance";

export const PANELS = [
  "Billing account status",
  "Payment provider",
  "Account entitlements",
  "Credit balance",
  "Latest ledger",
  "Project usage and dependencies",
  "Credit top-ups",
] as const;

export class BillingPage extends AppPage {
  async open(query = ""): Promise<void> {
    await this.page.goto(`/billing${query}`);
  }

  get ladder(): Locator {
    return this.region(names.LADDER);
  }

  /** A row of the balance as "Avail/Res/Spent", read by the column headers; a figure that is not a number stays as it is. */
  async balance(row: CreditRow): Promise<string> {
    const table = this.region("Credit balance").getByRole("table");
    const line = table.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name: new RegExp(`^${row}`) }) });
    if ((await line.count()) !== 1) return "no such row";
    return line.evaluate((tr) => {
      const heads = [...(tr.closest("table")?.querySelectorAll("thead th, thead td") ?? [])];
      const figure = (label: string): string => {
        const place = heads.findIndex((head) => head.textContent?.trim() === label);
        const text = (tr as HTMLTableRowElement).cells[place]?.textContent?.trim() ?? "no such column";
        return /-?\d+/.exec(text.replaceAll(",", ""))?.[0] ?? text;
      };
      return ["Avail", "Res", "Spent"].map(figure).join("/");
    });
  }

  async expectBalance(row: CreditRow, figures: string): Promise<void> {
    await expect.poll(() => this.balance(row), { message: `${row} ${figures}` }).toBe(figures);
  }

  async expectBalances(scan: string, fix: string, ai: string): Promise<void> {
    await this.expectBalance("Scan credits", scan);
    await this.expectBalance("Automated fix credits", fix);
    await this.expectBalance("AI assistance", ai);
  }

  /** Rows of Latest ledger, newest first. */
  get ledger(): Locator {
    return this.region("Latest ledger").locator("tbody").getByRole("row");
  }

  topUp(type: "scan" | "fix"): Locator {
    const name = type === "scan" ? /^Scan credits?\b/i : /^Automated fix credits?\b/i;
    return this.region("Credit top-ups").getByRole("article", { name });
  }

  topUpAction(type: "scan" | "fix"): Locator {
    return this.control(this.topUp(type), /^Top up credits/);
  }

  plan(name: string): Locator {
    return this.ladder.getByRole("article", { name: new RegExp(`^${name}`) });
  }

  /** What the page says about a blocked action that led to it. */
  get blocked(): Locator {
    return this.region("Blocked action");
  }

  /** The account's fields as the API names them, with their values. */
  async fields(): Promise<Record<string, string>> {
    const panel = this.region("Account entitlements");
    const list = panel.getByLabel("Fields of the API", { exact: true });
    if (!(await list.isVisible())) await panel.getByText("Fields of the API", { exact: true }).click();
    const names = await list.getByRole("term").allInnerTexts();
    const values = await list.getByRole("definition").allInnerTexts();
    return Object.fromEntries(names.map((name, n) => [name.trim(), values[n]?.trim() ?? "no value"]));
  }

  async expectFields(fields: Record<string, string>): Promise<void> {
    await expect.poll(() => this.fields()).toMatchObject(fields);
  }

  async refresh(): Promise<void> {
    await this.main.getByRole("button", { name: names.REFRESH }).first().click();
  }
}
