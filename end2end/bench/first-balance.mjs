// Time from navigation to the first balance on /billing with an empty cache: the median of seven, for two kinds of user.
import { launch, signIn } from "../support/demo.mjs";
import { startStack } from "../support/stack.mjs";

const RUNS = 7;

/** @typedef {{ name: string, slowdown: number, kbit?: number, latency?: number }} User */

/** @type {User[]} */
const USERS = [
  { name: "desktop", slowdown: 1 },
  { name: "4x slower CPU, 1.6 Mbit/s, 150 ms", slowdown: 4, kbit: 1600, latency: 150 },
];

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/**
 * One visit with an empty cache; answers the milliseconds and the bytes that came over the wire.
 * @param {import("@playwright/test").Browser} browser @param {import("../support/stack.mjs").Stack} stack
 * @param {Awaited<ReturnType<typeof signIn>>["cookies"]} cookies @param {User} user
 */
async function visit(browser, stack, cookies, user) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.clearBrowserCache");
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: user.slowdown });
  if (user.kbit) {
    const throughput = (user.kbit * 1000) / 8;
    await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: user.latency ?? 0, downloadThroughput: throughput, uploadThroughput: throughput });
  }
  let bytes = 0;
  cdp.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  // The page itself notices the moment, so that no time passes between it and this program.
  await page.addInitScript(() => {
    const look = () => {
      const row = [...document.querySelectorAll("th[scope=row]")].find((head) => head.textContent?.trim().startsWith("Scan credits"));
      if (row && /\d/.test(row.closest("tr")?.querySelector("td.num, td:last-child")?.textContent ?? "")) {
        requestAnimationFrame(() => requestAnimationFrame(() => Object.assign(window, { firstBalance: performance.now() })));
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${stack.url}/billing`, { waitUntil: "commit", timeout: 60_000 });
  const seen = await page.waitForFunction(() => /** @type {{firstBalance?: number}} */ (window).firstBalance, undefined, { timeout: 60_000 });
  const ms = Number(await seen.jsonValue());
  await context.close();
  return { ms, bytes };
}

const stack = await startStack();
const browser = await launch();
try {
  const { cookies, remember, http } = await signIn(stack, "dana@northwind.example");
  await remember("acc_northwind");
  for (const user of USERS) {
    // Once beforehand, so that the server's own first time does not count.
    await visit(browser, stack, cookies, user);
    const runs = [];
    for (let n = 0; n < RUNS; n += 1) runs.push(await visit(browser, stack, cookies, user));
    const times = runs.map((run) => run.ms);
    const kb = (median(runs.map((run) => run.bytes)) / 1000).toFixed(0);
    console.log(`first balance, ${user.name}: ${median(times).toFixed(0)} ms (median of ${RUNS}, ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}), ${kb} kB until then`);
  }
  await http.dispose();
} finally {
  await browser.close();
  await stack.stop();
}
