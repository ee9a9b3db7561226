// A site's first audit, from a new project to its report, with a real scanner and a real site.
import { expect, test } from "../support/test.js";
import { ProjectPage } from "../support/project_page.js";

const NORTHWIND = "acc_northwind";

test.use({ stackPer: "test", stackOptions: { scanner: true } });

test("S1-12 S3-11 S3-29 a new project comes to its first report step by step, and one credit pays for it", async ({ openAs, api, stack }) => {
  test.setTimeout(120_000);
  const page = await openAs("/projects", NORTHWIND);
  const project = new ProjectPage(page);
  const form = project.region("New project");
  await form.getByLabel("Project name").fill("Tea house");
  await form.getByLabel("Site address").fill("tea.northwind.example");
  await form.getByRole("button", { name: "Create project" }).click();
  await expect(project.h1).toHaveText("Tea house");
  const scan = project.service("Activation scan");
  const selection = project.region("Scan scope selection");
  const acceptance = project.region("Scope acceptance");
  const proof = project.region("Prove this is your domain");

  await test.step("the scope comes first: pages are found, some are selected, exactly those are accepted", async () => {
    await expect(scan.getByRole("button", { name: "Accept scan scope" })).toBeVisible();
    await expect(project.run).toHaveAttribute("aria-disabled", "true");
    await selection.getByRole("button", { name: "Find the site's pages" }).click();
    const products = selection.getByRole("checkbox", { name: /^\/products\/\*/ });
    await expect(products).toBeVisible({ timeout: 30_000 });
    await products.check();
    await selection.getByLabel("Manual URLs").fill("https://tea.northwind.example/about");
    await selection.getByRole("button", { name: "Add page" }).click();
    await selection.getByRole("button", { name: "Save selection" }).click();
    await expect(selection).toContainText("9 pages selected");
    await project.expectOff(acceptance.getByRole("button", { name: "Accept scope" }), /Tick the box/);
    await acceptance.getByRole("checkbox", { name: /^I accept the plan scope, assumptions, exclusions, and legal-boundary disclaimer/ }).check();
    await acceptance.getByRole("button", { name: "Accept scope" }).click();
    await expect(acceptance).toContainText("Accepted by Dana Reyes");
  });

  await test.step("then the domain: what is found is told, and the right value proves it", async () => {
    await expect(scan.getByRole("button", { name: "Verify the domain" })).toBeVisible();
    await proof.getByRole("radio", { name: "File upload" }).check();
    await proof.getByRole("button", { name: "Create challenge" }).click();
    await expect(proof).toContainText("tea.northwind.example/.well-known/webriskops-site-verification.txt");
    await proof.getByRole("button", { name: "Check now" }).click();
    await expect(proof).toContainText("answered with the HTTP status 404", { timeout: 30_000 });
    const { challenge } = (await api.project(projectId(page.url()))).proof;
    await fetch(`${stack.shop}/__shop/proof`, { method: "POST", body: new URLSearchParams({ value: challenge?.expected ?? "" }), redirect: "manual" });
    await expect(async () => {
      await proof.getByRole("button", { name: "Check now" }).click({ timeout: 1_000 });
      await expect(proof).toContainText("The proof was found", { timeout: 3_000 });
    }).toPass({ timeout: 45_000 });
  });

  await test.step("then the service, and its guide is named", async () => {
    await expect(scan.getByRole("link", { name: "Guide: Activation scans" })).toHaveAttribute("href", "/docs/billing/activation-scans");
    await scan.getByRole("button", { name: "Enable service" }).click();
    await expect(scan).toContainText("Enabled");
  });

  await test.step("one credit is reserved, the accepted pages are scanned, the credit is spent, the report is there", async () => {
    expect(await api.balance(NORTHWIND, "scan")).toBe("3/1/4");
    await project.run.click();
    await expect(project.scan).toContainText("Scan queued");
    await expect.poll(() => api.balance(NORTHWIND, "scan"), { timeout: 60_000 }).toBe("2/1/5");
    await project.scan.getByRole("link", { name: "Open the scan" }).click();
    await expect(project.region("Pages").getByRole("listitem")).toHaveCount(9);
    await project.region("Status").getByRole("link", { name: "View issues" }).click();
    await expect(page).toHaveURL(/\/reports\/rep_/);
    await expect(project.main).toContainText("tea.northwind.example");
  });
});

/** The project of a page. */
function projectId(url: string): string {
  return /\/projects\/(prj_\w+)/.exec(url)?.[1] ?? "";
}

test("S1-21 a public quick scan looks at a first page for anybody and takes no credit from anybody", async ({ page, stack, api }) => {
  const accounts = ["acc_northwind", "acc_harbor", "acc_juniper", "acc_lantern"];
  const before = await Promise.all(accounts.map(async (account) => (await api.billing(account)).ledger_seq));
  await page.goto(`${stack.url}/snapshot`);
  const project = new ProjectPage(page);
  await expect(project.h1).toHaveText("Free quick scan");
  const form = project.region("Look at a site");
  await form.getByLabel("Site address").fill("http://10.0.0.1");
  await form.getByRole("button", { name: "Start quick scan" }).click();
  await expect(form).toContainText("Numeric network addresses cannot be scanned.");
  await form.getByLabel("Site address").fill("shop.northwind.example");
  await form.getByRole("button", { name: "Start quick scan" }).click();
  const result = project.region("Quick scan");
  await expect(result).toContainText("No credits were used.", { timeout: 30_000 });
  await expect(result.getByRole("listitem").first()).toBeVisible();
  // Its address shows the same to everybody, and asking again is the same look.
  const address = page.url();
  await page.reload();
  await expect(result).toContainText("No credits were used.");
  await form.getByLabel("Site address").fill("https://shop.northwind.example/");
  await form.getByRole("button", { name: "Start quick scan" }).click();
  await expect(page).toHaveURL(address);
  await expect(result).toContainText("No credits were used.");
  expect(await Promise.all(accounts.map(async (account) => (await api.billing(account)).ledger_seq))).toEqual(before);
  expect(await api.balance(NORTHWIND, "scan")).toBe("3/1/4");
});
