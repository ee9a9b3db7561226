// What the server sends beside the API: files, headers, the page for navigations, and nothing for the rest.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { request } from "@playwright/test";
import { expect, test, type Stack } from "../support/test.js";
import { expectProblem } from "../support/problem.js";

const DIST = process.env.DIST_DIR ?? fileURLToPath(new URL("../../dist", import.meta.url));
const PAGE = { accept: "text/html,application/xhtml+xml", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

const MIME: Record<string, RegExp> = { wasm: /^application\/wasm$/, js: /^(text|application)\/javascript/, css: /^text\/css/, svg: /^image\/svg\+xml/, txt: /^text\/plain/ };

/** Files of the build, without their compressed twins. */
const files = (ending: RegExp): string[] => readdirSync(DIST).filter((name) => ending.test(name));

async function get(stack: Stack, path: string, headers: Record<string, string> = {}) {
  const http = await request.newContext({ baseURL: stack.url, extraHTTPHeaders: headers });
  const answer = await http.get(path, { maxRedirects: 0 });
  const body = await answer.body();
  await http.dispose();
  return { status: answer.status(), headers: answer.headers(), body, answer };
}

test("the page comes with strict headers", async ({ stack }) => {
  const { status, headers } = await get(stack, "/billing", PAGE);
  expect(status).toBe(200);
  const policy = headers["content-security-policy"] ?? "";
  expect(policy).not.toContain("'unsafe-inline'");
  expect(policy).not.toMatch(/'unsafe-eval'/);
  expect(policy).not.toMatch(/\*(\s|;|$)/);
  for (const part of ["default-src 'none'", "'wasm-unsafe-eval'", "frame-ancestors 'none'", "base-uri 'none'", `script-src 'self'`]) expect(policy).toContain(part);
  expect(policy, "the provider's script and frame are allowed by name").toContain(stack.sandbox);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"] ?? "").toMatch(/strict-origin-when-cross-origin|no-referrer|same-origin/);
  expect(headers["cross-origin-opener-policy"] ?? "").toMatch(/same-origin/);
  expect(headers["permissions-policy"] ?? "").not.toBe("");
  expect(headers["cache-control"] ?? "").toMatch(/no-cache|no-store/);
  expect(headers.server ?? "", "the server does not say what it runs on").not.toMatch(/\d/);
});

test("the page asks early for its data", async ({ stack }) => {
  const { headers } = await get(stack, "/billing", PAGE);
  expect(headers.link ?? "").toMatch(/rel="?preload"?/);
});

test("hashed files are kept for ever, have the right type and come compressed", async ({ stack }) => {
  const hashed = files(/-[0-9a-f]{12,}(_bg)?\.(wasm|js|css)$/);
  expect(hashed.length, hashed.join(" ")).toBeGreaterThanOrEqual(3);
  for (const name of hashed) {
    const plain = readFileSync(join(DIST, name));
    for (const encoding of ["br", "gzip", "identity"]) {
      const { status, headers, body } = await get(stack, `/${name}`, { "accept-encoding": encoding });
      expect(status, name).toBe(200);
      expect(headers["content-type"] ?? "", name).toMatch(MIME[name.split(".").at(-1) ?? ""] ?? /nothing/);
      expect(headers["cache-control"] ?? "", name).toMatch(/immutable/);
      expect(headers["cache-control"] ?? "", name).toMatch(/max-age=31536000/);
      expect(headers["x-content-type-options"], name).toBe("nosniff");
      expect(headers["content-encoding"] ?? "identity", `${name} as ${encoding}`).toBe(encoding);
      expect(headers.vary ?? "", name).toMatch(/accept-encoding/i);
      expect(body.equals(plain), `${name} as ${encoding} is the same file`).toBe(true);
    }
  }
});

test("other files are asked for again", async ({ stack }) => {
  for (const name of ["icons.svg", "robots.txt"]) {
    const { status, headers } = await get(stack, `/${name}`);
    expect(status, name).toBe(200);
    expect(headers["content-type"] ?? "").toMatch(MIME[name.split(".").at(-1) ?? ""] ?? /nothing/);
    expect(headers["cache-control"] ?? "", name).not.toMatch(/immutable/);
  }
});

test("the page stands in for navigations only", async ({ stack }) => {
  const index = (await get(stack, "/", PAGE)).body.toString();
  expect(index).toMatch(/id="?live\b/);
  for (const path of ["/billing", "/docs", "/docs/billing/scan-credits", "/reports/rep_ready", "/projects/prj_shop", "/nowhere", "/checkout/automated_fix_credits?from=fix"]) {
    const { status, headers, body } = await get(stack, path, PAGE);
    expect(status, path).toBe(200);
    expect(headers["content-type"]).toMatch(/^text\/html/);
    // A page that anybody may read says in its head what it is; all else is the same page.
    const page = path.startsWith("/docs") ? body.toString().replace(/<title>.*?<link rel="canonical"[^>]*>/, "<title>WebRiskOps</title>") : body.toString();
    const bare = (text: string): string => text.replace(/<meta [^>]*(name=description|name=robots|noindex)[^>]*>/g, "");
    expect(bare(page), path).toBe(bare(index));
  }
  for (const path of ["/gone-0123456789abcdef_bg.wasm", "/gone.js", "/gone.css", "/icons/none.svg", "/.env", "/index.html.br/x.js", "/..%2Fsecret.txt", "/%2e%2e/%2e%2e/etc/passwd.txt"]) {
    for (const headers of [{ accept: "*/*", "sec-fetch-mode": "cors" }, PAGE]) {
      const { status, body } = await get(stack, path, headers);
      if (headers !== PAGE || /\.(wasm|js|css|svg)$/.test(path)) expect(status, path).toBe(404);
      expect(body.toString(), path).not.toMatch(/root:|\[package\]/);
    }
  }
});

test("a missing API path is a real 404, also for a navigation", async ({ stack }) => {
  for (const path of ["/api/v1/nonsense", "/api/nonsense", "/api", "/api/v2/session"]) {
    const { answer } = await get(stack, path, PAGE);
    expect(answer.status(), path).toBe(404);
    expect(answer.headers()["content-type"] ?? "", path).not.toMatch(/html/);
  }
});

test("health, readiness and the description of the API", async ({ stack, api }) => {
  for (const path of ["/healthz", "/readyz"]) expect((await get(stack, path)).status, path).toBe(200);
  const { status, headers, body } = await get(stack, "/api/openapi.json");
  expect(status).toBe(200);
  expect(headers["content-type"]).toMatch(/json/);
  const described = JSON.parse(body.toString()) as { openapi: string; paths: Record<string, unknown> };
  expect(described.openapi).toMatch(/^3\.1/);
  const paths = Object.keys(described.paths).join(" ");
  for (const part of ["billing", "checkouts", "scans", "fix-workflow", "scanner/results", "session"]) expect(paths).toContain(part);
  await expectProblem(await api.get("/openapi.json.bak"), 404);
});

test("S0-18 the event stream begins with how far the ledger is", async ({ stack, api }) => {
  const cookies = (await api.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const stop = new AbortController();
  const answer = await fetch(`${stack.url}/api/v1/accounts/acc_northwind/events`, { headers: { cookie: cookies, accept: "text/event-stream" }, signal: stop.signal });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/\n\n/.test(text)) text += (await reader?.read())?.value ?? "\n\n";
  stop.abort();
  expect(text).toMatch(/event: ?snapshot/);
  expect(text).toContain(`"ledger_seq":${(await api.billing("acc_northwind")).ledger_seq}`);
});

test("logs hold no bodies, passwords or secrets", async ({ stack, api }) => {
  await api.post("/sign-in", { email: "dana@northwind.example", password: "a-password-nobody-may-log" });
  await api.result("scn_nowhere", "failed", { error_summary: "a-summary-nobody-may-log" });
  const cookie = (await api.cookies())[0]?.value ?? "no cookie";
  for (const secret of ["a-password-nobody-may-log", "a-summary-nobody-may-log", stack.scannerSecret, cookie]) expect(stack.logs()).not.toContain(secret);
});

test("the file that a page comes in is named with the page, and is the one that it asks for", async ({ openAs }) => {
  for (const path of ["/projects", "/scans", "/reports/rep_ready", "/billing/transactions", "/billing/ledger", "/accounts", "/docs", "/billing?from=fix&ref=rep_ready"]) {
    const page = await openAs("about:blank", "acc_northwind");
    const loaded: string[] = [];
    page.on("request", (request) => {
      const name = /\/(split_[a-z]+)-/.exec(request.url())?.[1];
      if (name) loaded.push(name);
    });
    const answer = await page.goto(path);
    const [, named] = /\/(split_[a-z]+)-[0-9a-f]+\.wasm/.exec(answer?.headers().link ?? "") ?? [];
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect([...new Set(loaded)], path).toEqual([named]);
    await page.close();
  }
});
