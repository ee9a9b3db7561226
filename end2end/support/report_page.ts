import { expect, type Locator } from "@playwright/test";
import { AppPage } from "./page.js";
import * as names from "./names.js";

export class ReportPage extends AppPage {
  async open(report: string, query = ""): Promise<void> {
    await this.page.goto(`/reports/${report}${query}`);
    await expect(this.panel).toBeVisible();
  }

  get panel(): Locator {
    return this.region("Automated fix workflow");
  }

  /** Findings that can be selected. */
  get choices(): Locator {
    return this.main.getByRole("checkbox", { disabled: false }).and(this.main.locator(':not([aria-disabled="true"])'));
  }

  get start(): Locator {
    return this.panel.getByRole("button", { name: names.START_FIX }).first();
  }

  async select(count: number): Promise<void> {
    await expect(this.choices.nth(count - 1)).toBeVisible();
    for (let n = 0; n < count; n += 1) await this.choices.nth(n).check();
  }

  async choose(mode: string): Promise<void> {
    await this.panel.getByRole("radio", { name: new RegExp(`^${mode}`) }).check();
  }

  expectSelected(count: number): Promise<void> {
    return this.expectFact(this.panel, /Selected issues?(?: count)?/, String(count));
  }

  expectCost(credits: number): Promise<void> {
    return this.expectFact(this.panel, /Fix credit cost/, String(credits));
  }

  get checkedCount(): Promise<number> {
    return this.main.getByRole("checkbox", { checked: true }).count();
  }
}
