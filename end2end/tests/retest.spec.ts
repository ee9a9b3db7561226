// A finding of a real site from its report through the customer's own change to a passed retest, with a real scanner.
import { expect, test } from "../support/test.js";
import { ProjectPage } from "../support/project_page.js";
import { ReportPage } from "../support/report_page.js";

const NORTHWIND = "acc_northwind";

test.use({ stackPer: "test", stackOptions: { scanner: true } });

test("S0-20 S0-29 a retest follows the change: it fails while the site has the flaw, passes when it is gone, and takes no credits", async ({ openAs, api, stack }) => {
  test.setTimeout(180_000);
  const page = await openAs("/projects/prj_shop", NORTHWIND);
  const project = new ProjectPage(page);
  const report = new ReportPage(page);
  const filters = report.panel.getByRole("group", { name: "Filters" });
  const retest = report.region("Retest");
  const request = retest.getByRole("button", { name: "Request retest" });

  await test.step("a scan finds the flaws of the site; the list is long and can be filtered in its address", async () => {
    await project.run.click();
    await expect.poll(() => api.balance(NORTHWIND, "scan"), { timeout: 60_000 }).toBe("2/1/5");
    await project.scan.getByRole("link", { name: "Open the scan" }).click();
    await project.region("Status").getByRole("link", { name: "View issues" }).click();
    await expect(report.panel.getByRole("heading", { name: /^Medium \(\d+\)$/ })).toBeVisible();
    await filters.getByLabel("Category").selectOption("Response headers");
    await expect(page).toHaveURL(/\?category=headers$/);
    await report.panel.getByRole("checkbox", { name: /guess/ }).check();
    await expect(page).toHaveURL(/select=fnd_\w+&category=headers$/);
    await filters.getByLabel("Severity").selectOption("Critical");
    await expect(report.panel).toContainText("1 selected finding is not shown; it stays selected.");
    await page.goBack();
    await expect(report.panel.getByRole("checkbox", { name: /guess/ })).toBeChecked();
  });

  await test.step("the work is started, and there is no retest before the change", async () => {
    await report.choose("Customer-applied evidence");
    await report.start.click();
    await report.panel.getByRole("link", { name: "Open the fix task", exact: true }).click();
    await report.expectOff(request, /Record evidence of the change first/);
  });

  await test.step("evidence completes the task and spends its credit", async () => {
    const form = report.region("Next step").getByRole("group", { name: "Record evidence" });
    await form.getByLabel("Where it can be seen").fill("http://shop.northwind.example/");
    await form.getByLabel("What was changed").fill("The header is sent.");
    await form.getByLabel("When it was changed").fill("2026-03-02");
    await form.getByRole("button", { name: "Record evidence" }).click();
    await expect(report.region("Next step")).toContainText("It is not proof; a retest or a later scan");
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("1/1/6");
  });

  await test.step("the site still has the flaw: the retest fails and the finding can be worked on again", async () => {
    await request.click();
    await expect(retest).toContainText("Retest requested");
    await expect(retest.getByText("Failed", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    await expect(report.region("Next step")).toContainText("The retest found the issue again.");
  });

  await test.step("the flaw is mended: the retest passes, report and project say so", async () => {
    await fetch(`${stack.shop}/__shop/mime_sniffing/repair`, { method: "POST", redirect: "manual" });
    await request.click();
    await expect(retest).toContainText("Not found any more on", { timeout: 60_000 });
    await expect(report.region("What happened")).toContainText("Retest passed");
    expect(await api.balance(NORTHWIND, "automated_fix")).toBe("1/1/6");
    await report.main.getByRole("link", { name: /^Live audit/ }).click();
    await filters.getByLabel("State").selectOption("Retest passed");
    await expect(report.panel).toContainText(/Retest passed, /i);
    await page.goto("/projects/prj_shop");
    await expect(project.region("Reports")).toContainText("Retests: 1 passed");
  });
});
