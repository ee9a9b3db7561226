// Pictures of all pages in their main states, wide and narrow, light and dark, into screenshots/.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, signIn } from "./support/demo.mjs";
import { startStack } from "./support/stack.mjs";

const OUT = fileURLToPath(new URL("screenshots", import.meta.url));
const WIDTHS = [1280, 390];
const SCHEMES = /** @type {const} */ (["light", "dark"]);
const DANA = "dana@northwind.example";
const ANA = "ana@beacon.example";
const VIEWER = "viewer@northwind.example";

/** @typedef {{ name: string, path: string, account?: string, user?: string, select?: number, anonymous?: boolean }} Shot */

/** @type {Shot[]} */
const SHOTS = [
  { name: "sign-in", path: "/sign-in", anonymous: true },
  { name: "billing", path: "/billing", account: "acc_northwind" },
  { name: "billing-viewer", path: "/billing", account: "acc_northwind", user: VIEWER },
  { name: "billing-exhausted", path: "/billing", account: "acc_harbor" },
  { name: "billing-blocked-fix", path: "/billing?from=fix&ref=rep_harbor", account: "acc_harbor" },
  { name: "billing-new", path: "/billing", account: "acc_juniper" },
  { name: "billing-pending", path: "/billing", account: "acc_quayside" },
  { name: "billing-past-due", path: "/billing", account: "acc_ridgeline" },
  { name: "billing-provider-pending", path: "/billing", account: "acc_lantern" },
  { name: "billing-agency", path: "/billing", account: "acc_beacon", user: ANA },
  { name: "billing-client", path: "/billing", account: "acc_corner", user: ANA },
  { name: "ledger", path: "/billing/ledger", account: "acc_northwind" },
  { name: "transactions", path: "/billing/transactions", account: "acc_northwind" },
  { name: "transaction", path: "", account: "acc_northwind" },
  { name: "accounts", path: "/accounts", account: "acc_northwind" },
  { name: "agency", path: "/agency", account: "acc_beacon", user: ANA },
  { name: "checkout-review", path: "/checkout/automated_fix_credits?from=fix&ref=rep_harbor", account: "acc_harbor" },
  { name: "checkout-shut", path: "/checkout/scan_credits", account: "acc_lantern" },
  { name: "checkout-pending", path: "", account: "acc_quayside" },
  { name: "projects", path: "/projects", account: "acc_northwind" },
  ...["shop", "scope", "domain", "paused", "unsupported", "baseline"].map((id) => ({ name: `project-${id}`, path: `/projects/prj_${id}`, account: "acc_northwind" })),
  { name: "project-client", path: "/projects/prj_corner", account: "acc_corner", user: ANA },
  { name: "reports", path: "/reports", account: "acc_northwind" },
  { name: "report-ready", path: "/reports/rep_ready", account: "acc_northwind", select: 2 },
  ...["draft", "gates", "none", "access"].map((id) => ({ name: `report-${id}`, path: `/reports/rep_${id}`, account: "acc_northwind" })),
  { name: "report-exhausted", path: "/reports/rep_harbor", account: "acc_harbor", select: 2 },
  { name: "report-wrong-account", path: "/reports/rep_harbor", account: "acc_northwind" },
  { name: "fix-task", path: "", account: "acc_northwind" },
  { name: "not-found", path: "/nowhere", account: "acc_northwind" },
];

const stack = await startStack();
const browser = await launch();
mkdirSync(OUT, { recursive: true });
try {
  /** @type {Map<string, Awaited<ReturnType<typeof signIn>>>} */
  const people = new Map();
  for (const email of [DANA, ANA, VIEWER]) people.set(email, await signIn(stack, email));
  const dana = people.get(DANA);
  const read = async (/** @type {string} */ path) => (await dana?.http.get(`/api/v1${path}`))?.json();
  const checkout = (await read("/accounts/acc_quayside/billing")).open_checkouts[0]?.checkout_session_id;
  const task = (await read("/reports/rep_none")).fix_workflow.tasks[0]?.fix_task_id;
  const transaction = (await read("/accounts/acc_northwind/transactions")).items[0]?.transaction_id;
  const later = new Map([["transaction", `/billing/transactions/${transaction}`], ["checkout-pending", `/billing/checkout?checkout_session_id=${checkout}`], ["fix-task", `/fix-tasks/${task}`]]);
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      for (const shot of SHOTS) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce", locale: "en-GB", timezoneId: "UTC" });
        const person = people.get(shot.user ?? DANA);
        if (person && !shot.anonymous) {
          if (shot.account) await person.remember(shot.account);
          await context.addCookies(person.cookies);
        }
        const page = await context.newPage();
        await page.goto(`${stack.url}${later.get(shot.name) ?? shot.path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
        for (let n = 0; n < (shot.select ?? 0); n += 1) {
          await page.getByRole("main").locator('input[type="checkbox"]:not(:disabled, [aria-disabled="true"])').nth(n).check();
        }
        await page.screenshot({ path: join(OUT, `${shot.name}-${width}-${colorScheme}.png`), fullPage: true });
        await context.close();
      }
    }
  }
  console.log(`${SHOTS.length * WIDTHS.length * SCHEMES.length} pictures in ${OUT}`);
  for (const { http } of people.values()) await http.dispose();
} finally {
  await browser.close();
  await stack.stop();
}
