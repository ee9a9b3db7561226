// Starts a Paddle sandbox and a server of its own on free ports, with demo data, and stops only these.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 5_000;

export const PASSWORD = "webriskops-demo";
export const API_KEY = "pdl_sdbx_apikey_01e2e00000000000000000000_e2e";
export const CLIENT_TOKEN = "test_e2e000000000000000000000";
/** The server accepts both; the sandbox signs with the first until it is told otherwise. */
export const WEBHOOK_SECRETS = ["pdl_ntfset_01e2e00000000000000000000_one", "pdl_ntfset_01e2e00000000000000000000_two"];

/** The database and the sandbox's state after seeding; copied for every stack. */
const DATABASE = "webriskops.db";
const STATE = "paddle-sandbox.json";

/**
 * @typedef {object} Stack
 * @property {string} url where the console is
 * @property {string} sandbox where the Paddle sandbox is
 * @property {string} scannerSecret
 * @property {string} shop where the sample shop is; empty when the stack has no scanner
 * @property {string} folder its temporary folder
 * @property {() => string} logs what both programs wrote
 * @property {() => Promise<void>} stopPrograms ends them and leaves the folder
 * @property {() => Promise<void>} stop ends them and removes the folder
 *
 * @typedef {object} StackOptions
 * @property {string} [template] a folder whose database and state are copied
 * @property {boolean} [demo] whether demo data is written; on unless told
 * @property {boolean} [sandbox] whether a sandbox is started and configured; on unless told
 * @property {boolean} [scanner] whether a scanner is started, with the sample shop answering for every site; off unless told
 * @property {Record<string, string>} [env] more variables for the server
 */

/** @param {string} name @param {string} variable */
function binary(name, variable) {
  const told = process.env[variable];
  if (told) return told;
  const places = ["release", "debug"].map((profile) => join(ROOT, "target", profile, name));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`There is no ${name}. Build it with cargo build --release, or set ${variable}.`);
  return found;
}

/** @returns {Promise<number>} */
export async function freePort() {
  for (;;) {
    const port = await offeredPort();
    if (!given.has(port)) {
      given.add(port);
      return port;
    }
  }
}

/** Ports that were given out: the system may offer one again before anybody listens on it. */
const given = /** @type {Set<number>} */ (new Set());

/** @returns {Promise<number>} */
function offeredPort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/**
 * @param {string} program @param {Record<string, string>} env @param {string} log
 */
function start(program, env, log) {
  const file = openSync(log, "a");
  const child = spawn(program, [], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", RUST_LOG: process.env.RUST_LOG ?? "info", ...env },
    stdio: ["ignore", file, file],
  });
  closeSync(file);
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const gone = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", resolve);
  });
  return {
    ended: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(kill, STOP_MS);
      await gone;
      clearTimeout(timer);
      process.removeListener("exit", kill);
    },
  };
}

/** @param {string} url @param {{ended: () => boolean}} program @param {() => string} logs */
async function answers(url, program, logs) {
  const end = Date.now() + READY_MS;
  while (Date.now() < end) {
    if (program.ended()) throw new Error(`It stopped before ${url} answered.\n${logs()}`);
    const status = await fetch(url).then((answer) => answer.status, () => 0);
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${url} did not answer 200 in ${READY_MS / 1000} s.\n${logs()}`);
}

/** @param {StackOptions} [options] @returns {Promise<Stack>} */
export async function startStack(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "webriskops-e2e-"));
  if (options.template) cpSync(options.template, folder, { recursive: true, filter: (path) => !path.endsWith(".log") });
  const [port, paddlePort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const sandbox = `http://127.0.0.1:${paddlePort}`;
  const scannerSecret = randomBytes(16).toString("hex");
  const log = join(folder, "programs.log");
  const logs = () => (existsSync(log) ? readFileSync(log, "utf8") : "");
  let shop = "";
  const programs = /** @type {ReturnType<typeof start>[]} */ ([]);
  const stopPrograms = async () => {
    // The server first: it would otherwise report a provider that does not answer.
    for (const program of programs.splice(0).reverse()) await program.stop();
  };
  const stop = async () => {
    await stopPrograms();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (options.sandbox !== false) {
      const program = start(binary("paddle-sandbox", "SANDBOX_BIN"), sandboxEnv(paddlePort, sandbox, url, join(folder, STATE)), log);
      programs.push(program);
      await answers(`${sandbox}/__sim/health`, program, logs);
    }
    const env = { ...serverEnv(port, url, folder, scannerSecret, options), ...(options.sandbox === false ? {} : paddleEnv(sandbox)) };
    const server = start(binary("server", "SERVER_BIN"), { ...env, ...options.env }, log);
    programs.push(server);
    await answers(`${url}/readyz`, server, logs);
    if (options.scanner) shop = await startScanner(url, scannerSecret, programs, log, logs);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, sandbox, scannerSecret, shop, folder, logs, stopPrograms, stop };
}

/**
 * @param {string} url @param {string} secret @param {ReturnType<typeof start>[]} programs @param {string} log @param {() => string} logs
 */
async function startScanner(url, secret, programs, log, logs) {
  const port = await freePort();
  const shop = start(binary("sample-shop", "SAMPLE_SHOP_BIN"), { SAMPLE_SITE_PORT: String(port) }, log);
  programs.push(shop);
  await answers(`http://127.0.0.1:${port}/robots.txt`, shop, logs);
  const env = { SCANNER_API_URL: url, SCANNER_SECRET: secret, SCANNER_STAND_IN: `example=127.0.0.1:${port}`, SCANNER_POLL_MS: "100", SCANNER_GAP_MS: "5" };
  programs.push(start(binary("scanner", "SCANNER_BIN"), env, log));
  return `http://127.0.0.1:${port}`;
}

/** @param {number} port @param {string} sandbox @param {string} url @param {string} state */
function sandboxEnv(port, sandbox, url, state) {
  return {
    PADDLE_SANDBOX_PORT: String(port),
    PADDLE_SANDBOX_PUBLIC_URL: sandbox,
    PADDLE_SANDBOX_API_KEY: API_KEY,
    PADDLE_SANDBOX_CLIENT_TOKEN: CLIENT_TOKEN,
    PADDLE_SANDBOX_WEBHOOK_URL: `${url}/api/v1/webhooks/paddle`,
    PADDLE_SANDBOX_WEBHOOK_SECRET: WEBHOOK_SECRETS[0] ?? "",
    PADDLE_SANDBOX_CHECKOUT_URL: `${url}/billing/checkout`,
    PADDLE_SANDBOX_STATE: state,
    PADDLE_SANDBOX_RETRY_MS: "200,400",
  };
}

/** @param {number} port @param {string} url @param {string} folder @param {string} scannerSecret @param {StackOptions} options */
function serverEnv(port, url, folder, scannerSecret, options) {
  return {
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: `sqlite:${join(folder, DATABASE)}`,
    DIST_DIR: process.env.DIST_DIR ?? join(ROOT, "dist"),
    SCANNER_SECRET: scannerSecret,
    ...(options.demo === false ? {} : { DEMO: "1" }),
  };
}

/** @param {string} sandbox */
function paddleEnv(sandbox) {
  return {
    PADDLE_API_URL: sandbox,
    PADDLE_JS_URL: `${sandbox}/paddle/v2/paddle.js`,
    PADDLE_SIM_URL: `${sandbox}/__sim`,
    PADDLE_API_KEY: API_KEY,
    PADDLE_CLIENT_TOKEN: CLIENT_TOKEN,
    PADDLE_WEBHOOK_SECRETS: WEBHOOK_SECRETS.join(","),
  };
}

/** A sandbox alone, whose webhooks go to this address. @param {string} webhooks */
export async function startSandbox(webhooks) {
  const folder = mkdtempSync(join(tmpdir(), "webriskops-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(folder, "programs.log");
  const env = { ...sandboxEnv(port, url, url, join(folder, STATE)), PADDLE_SANDBOX_WEBHOOK_URL: webhooks };
  const program = start(binary("paddle-sandbox", "SANDBOX_BIN"), env, log);
  const stop = async () => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answers(`${url}/__sim/health`, program, () => readFileSync(log, "utf8"));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** Seeds once; the folder is then copied for every stack. @returns {Promise<{folder: string, remove: () => void}>} */
export async function seedTemplate() {
  const seeded = await startStack();
  const folder = mkdtempSync(join(tmpdir(), "webriskops-seed-"));
  // The programs are ended first, so that the files are whole; the copy is taken before their folder is removed.
  await seeded.stopPrograms();
  cpSync(seeded.folder, folder, { recursive: true, filter: (path) => !path.endsWith(".log") });
  rmSync(seeded.folder, { recursive: true, force: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
