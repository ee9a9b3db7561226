import { expect, type Locator } from "@playwright/test";
import { AppPage } from "./page.js";

export class ProjectPage extends AppPage {
  async open(project: string): Promise<void> {
    await this.page.goto(`/projects/${project}`);
    await expect(this.scan).toBeVisible();
  }

  get scan(): Locator {
    return this.region("On-demand risk scan");
  }

  get services(): Locator {
    return this.region("Project services");
  }

  get run(): Locator {
    return this.scan.getByRole("button", { name: /^Run scan/ });
  }

  /** The row, item or card of one service. */
  service(name: string): Locator {
    const row = this.services.getByRole("row").filter({ hasText: name });
    return row.or(this.services.getByRole("listitem").filter({ hasText: name })).first();
  }
}
