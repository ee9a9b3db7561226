// Monitoring of a project: where it is found, what it says while it is on, and what is missing where it cannot be.
import { expect, test } from "../support/test.js";
import { AppPage } from "../support/page.js";
import { ProjectPage } from "../support/project_page.js";

test("S3-32 recurring checks: from the project's Monitoring service to its schedule and its guide", async ({ openAs }) => {
  const project = new ProjectPage(await openAs("/projects/prj_shop", "acc_northwind"));
  const row = project.service("Monitoring");
  await expect(row.getByRole("link", { name: "Guide: Monitoring plans" })).toHaveAttribute("href", "/docs/billing/monitoring-plans");
  await row.getByRole("link", { name: "Open monitoring" }).click();
  const app = new AppPage(project.page);
  await expect(app.h1).toHaveText("Monitoring");
  await expect(app.region("Monitoring")).toContainText("Enabled");
  await expect(app.region("Schedule")).toContainText("Every week");
  await expect(app.region("Runs")).toContainText("No run yet");
  await app.region("Schedule").getByLabel("How often").selectOption("daily");
  await app.region("Schedule").getByRole("button", { name: "Save schedule" }).click();
  await expect(app.region("Schedule").getByRole("definition").filter({ hasText: "Every day" })).toBeVisible();
});

test("S2-36 monitoring that the plan lacks names its code, its entitlement and its guide", async ({ openAs }) => {
  const app = new AppPage(await openAs("/projects/prj_quayside/monitoring", "acc_quayside"));
  const panel = app.region("Monitoring");
  for (const text of ["MONITORING_ENTITLEMENT_MISSING", "monitoring_entitlement_status: inactive"]) await expect(panel).toContainText(text);
  await panel.getByRole("link", { name: "Guide: Monitoring plans" }).click();
  await expect(app.h1).toHaveText("Monitoring plans");
});
