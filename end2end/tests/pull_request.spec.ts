// A finding of the sample shop through a review-only patch and a pull request in a git repository to a passed retest, and the
// same kind of finding through tickets, with the ledger at every step.
import { expect, test as base } from "../support/test.js";
import { ProjectPage } from "../support/project_page.js";
import { ReportPage } from "../support/report_page.js";
import { makeRepositories, type Repositories } from "../support/repository.js";

const NORTHWIND = "acc_northwind";

const test = base.extend<{ repositories: Repositories }>({
  repositories: async ({}, use) => {
    const repositories = makeRepositories();
    await use(repositories);
    repositories.remove();
  },
  stackOptions: async ({ repositories }, use) => {
    await use({ scanner: true, env: { REPOSITORY_ROOT: repositories.root } });
  },
});

test.use({ stackPer: "test" });

test("S0-28 S0-36 safe access is connected, an approved patch becomes a pull request, and a retest finds the issue gone", async ({ openAs, api, stack, repositories }) => {
  test.setTimeout(180_000);
  const page = await openAs("/reports/rep_access", NORTHWIND);
  const project = new ProjectPage(page);
  const report = new ReportPage(page);
  const access = report.region("Project access");
  const patch = report.region("Review-only patch");
  const target = report.region("Target repository");
  const create = target.getByRole("button", { name: "Create pull request" });
  const fix = (): Promise<string> => api.balance(NORTHWIND, "automated_fix");
  let task = "";

  await test.step("without access the report leads to the fallback, or to connecting it", async () => {
    await report.select(1);
    await report.choose("Connected access");
    await expect(report.panel).toContainText("Connected access unavailable");
    await expect(report.panel.getByRole("link", { name: "Ticket-only fallback" }).first()).toHaveAttribute("href", "/docs/remediation/ticket-only-fallback");
    await report.panel.getByRole("link", { name: "Connect safe access" }).click();
    await expect(page).toHaveURL(/\/projects\/prj_shop$/);
  });

  await test.step("access is asked for, says what it is for, and is granted", async () => {
    await access.getByText("Connect a repository").click();
    await access.getByLabel("Repository", { exact: true }).fill("shop.git");
    await access.getByRole("button", { name: "Request access" }).click();
    await expect(access).toContainText("Requested, not granted");
    await expect(access.getByRole("list", { name: "Required scopes" })).toContainText("never merge them");
    await access.getByRole("button", { name: "Grant access" }).click();
    await expect(access).toContainText("not shown that the repository is yours");
    const line = (await access.locator(".copyable code").textContent()) ?? "";
    repositories.commit(".webriskops-verification", `${line}\n`);
    await access.getByRole("button", { name: "Grant access" }).click();
    await expect(access).toContainText("Read main and write branches that begin with webriskops/ in shop.git");
    await page.goto("/reports/rep_access");
    await report.choose("Connected access");
    await expect(report.panel).not.toContainText("Connected access unavailable");
  });

  await test.step("a scan of the shop finds a flaw, and fix work drafts its patch", async () => {
    await page.goto("/projects/prj_shop");
    await project.run.click();
    await expect.poll(() => api.balance(NORTHWIND, "scan"), { timeout: 60_000 }).toBe("2/1/5");
    await project.scan.getByRole("link", { name: "Open the scan" }).click();
    await project.region("Status").getByRole("link", { name: "View issues" }).click();
    await report.panel.getByRole("checkbox", { name: /guess/ }).check();
    expect(await fix()).toBe("2/1/5");
    await report.choose("Review-only patch");
    await report.start.click();
    await report.panel.getByRole("link", { name: "Open the fix task", exact: true }).click();
    await expect(patch).toContainText("x-content-type-options: nosniff");
    task = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    expect(await fix()).toBe("1/2/5");
  });

  await test.step("nothing is made before exactly this draft is approved", async () => {
    await patch.getByRole("link", { name: "Pull request" }).click();
    await report.expectOff(create, /Approve this draft first/);
    await expect(target).toContainText("PATCH_APPROVAL_REQUIRED");
    await expect(target).toContainText("shop.git");
    expect(repositories.branches()).toEqual(["main"]);
    await page.goBack();
    await patch.getByRole("button", { name: "Approve patch" }).click();
    await expect(patch).toContainText("Approved");
    expect(repositories.branches()).toEqual(["main"]);
  });

  await test.step("the pull request is created, once, and spends the credit", async () => {
    await patch.getByRole("link", { name: "Pull request" }).click();
    await create.click();
    await expect(target).toContainText(`git:shop.git#refs/heads/webriskops/${task}`, { timeout: 20_000 });
    await expect(create).toHaveCount(0);
    expect(repositories.branches()).toEqual(["main", `webriskops/${task}`]);
    expect(repositories.files(`webriskops/${task}`)).toEqual([".webriskops-verification", "README", expect.stringContaining(`webriskops/${task}/response-headers/`)]);
    expect(await fix()).toBe("1/1/6");
  });

  await test.step("the change reaches the site, and the retest finds the issue gone", async () => {
    await fetch(`${stack.shop}/__shop/mime_sniffing/repair`, { method: "POST", redirect: "manual" });
    await report.main.getByRole("link", { name: "Fix task", exact: true }).click();
    await expect(report.region("What happened")).toContainText("Pull request created");
    const retest = report.region("Retest");
    await retest.getByRole("button", { name: "Request retest" }).click();
    await expect(retest).toContainText("Not found any more on", { timeout: 60_000 });
    expect(await fix()).toBe("1/1/6");
  });

  await test.step("tickets for another finding of the same report move no credit", async () => {
    await report.main.getByRole("link", { name: /^Live audit/ }).click();
    await report.select(1);
    await report.choose("Ticket-only");
    await report.start.click();
    await report.panel.getByRole("link", { name: "Open the fix task", exact: true }).click();
    await report.region("Next step").getByRole("button", { name: "Mark as done" }).click();
    await expect(report.region("Next step")).toContainText("The tickets were handed over");
    expect(await fix()).toBe("1/1/6");
  });

  await test.step("revoked, nothing more is made there", async () => {
    await page.goto("/projects/prj_shop");
    await access.getByRole("button", { name: "Revoke access" }).click();
    await expect(access).toContainText("Revoked");
    await expect(access).not.toContainText("Approved scope");
  });
});
