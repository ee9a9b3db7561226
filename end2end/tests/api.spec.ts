// Bad input to every endpoint: a problem document with the right status and code, nothing changed, never a 500.
import { createHmac, randomUUID } from "node:crypto";
import { expect, test, VIEWER } from "../support/test.js";
import { Api } from "../support/api.js";
import { expectProblem } from "../support/problem.js";
import { PASSWORD, WEBHOOK_SECRETS } from "../support/stack.mjs";

const NORTHWIND = "acc_northwind";

interface Mutation {
  method: "POST" | "PUT";
  path: string;
  good: Record<string, unknown>;
  /** A field of `good` and a value of another type. */
  wrong: Record<string, unknown>;
  /** The same for a thing that does not exist, and for one of somebody else. */
  elsewhere?: string[];
  /** Sent twice it says the same, so it needs no key. */
  keyless?: boolean;
}

const MUTATIONS: Mutation[] = [
  { method: "PUT", path: "/session/account", good: { account_id: NORTHWIND }, wrong: { account_id: 7 }, keyless: true },
  { method: "POST", path: "/accounts/acc_northwind/checkouts", good: { item_key: "nonsense", quantity: 1 }, wrong: { quantity: "many" }, elsewhere: ["/accounts/acc_nowhere/checkouts", "/accounts/acc_beacon/checkouts"] },
  { method: "POST", path: "/projects/prj_unsupported/scans", good: { account_id: NORTHWIND }, wrong: { account_id: ["acc_northwind"] }, elsewhere: ["/projects/prj_nowhere/scans", "/projects/prj_corner/scans"] },
  { method: "POST", path: "/projects/prj_unsupported/services/monitoring/enable", good: { account_id: NORTHWIND }, wrong: { account_id: null }, elsewhere: ["/projects/prj_nowhere/services/monitoring/enable", "/projects/prj_corner/services/monitoring/enable"] },
  { method: "POST", path: "/reports/rep_draft/fix-workflow", good: { account_id: NORTHWIND, finding_ids: ["fnd_none"], delivery_mode: "review_only_patch", expected_cost: 1 }, wrong: { expected_cost: "1" }, elsewhere: ["/reports/rep_nowhere/fix-workflow", "/reports/rep_corner/fix-workflow"] },
];

const READS = ["/session", "/accounts/acc_northwind/billing", "/accounts/acc_northwind/ledger", "/accounts/acc_northwind/projects", "/accounts/acc_northwind/reports", "/projects/prj_shop", "/reports/rep_ready", "/reports/rep_ready/fix-workflow"];

const ACCOUNTS = [NORTHWIND, "acc_harbor", "acc_quayside"];
let before: number[] = [];
const seqs = (api: Api): Promise<number[]> => Promise.all(ACCOUNTS.map(async (account) => (await api.billing(account)).ledger_seq));

test.beforeEach(async ({ api }) => {
  before = await seqs(api);
});

test.afterEach(async ({ api }) => {
  expect(await seqs(api), "no ledger moved").toEqual(before);
});

/** Sends raw bytes to a mutation; a string as it is, not as JSON of a string. */
function raw(api: Api, at: Mutation | { method: string; path: string }, data: string | Buffer, headers: Record<string, string> = {}): ReturnType<Api["get"]> {
  return api.http.fetch(`/api/v1${at.path}`, { method: at.method, data: Buffer.from(data), headers: { "content-type": "application/json", "Idempotency-Key": randomUUID(), ...headers } });
}

for (const at of MUTATIONS) {
  test(`${at.method} ${at.path} refuses bad bodies`, async ({ api }) => {
    const good = JSON.stringify(at.good);
    for (const malformed of ["", "{", good.slice(0, -1), "nonsense", "\u0000", '{"a":1}}', "[".repeat(50_000)]) {
      await expectProblem(await raw(api, at, malformed), [400, 422], "MALFORMED_JSON", "VALIDATION_FAILED");
    }
    await expectProblem(await raw(api, at, "{"), 400, "MALFORMED_JSON");
    await expectProblem(await raw(api, at, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])), [400, 422], "MALFORMED_JSON", "VALIDATION_FAILED");
    for (const shape of [{ ...at.good, extra: true }, { ...at.good, ...at.wrong }, {}, [], "text", 7, null]) {
      await expectProblem(await raw(api, at, JSON.stringify(shape)), 422, "VALIDATION_FAILED");
    }
    await expectProblem(await raw(api, at, JSON.stringify({ ...at.good, padding: "x".repeat(3_000_000) })), 413, "TOO_LARGE");
    await expectProblem(await raw(api, at, good, { "content-type": "text/plain" }), 415, "UNSUPPORTED_MEDIA_TYPE");
  });

  test(`${at.method} ${at.path} wants ${at.keyless ? "" : "a key, "}a session and its own page`, async ({ api, stack }) => {
    const url = `/api/v1${at.path}`;
    const keyless = await api.http.fetch(url, { method: at.method, data: at.good });
    if (at.keyless) expect(keyless.status()).toBe(204);
    else await expectProblem(keyless, 400, "IDEMPOTENCY_KEY_MISSING");
    for (const key of at.keyless ? [] : [" ", "x".repeat(1000), "é"]) {
      const odd = await api.http.fetch(url, { method: at.method, data: at.good, headers: { "Idempotency-Key": key } });
      await expectProblem(odd, 400, "IDEMPOTENCY_KEY_INVALID");
    }
    const anonymous = await Api.anonymous(stack);
    await expectProblem(await raw(anonymous, at, JSON.stringify(at.good)), 401, "UNAUTHORIZED");
    await expectProblem(await raw(anonymous, at, JSON.stringify(at.good), { cookie: "sid=0000; __Host-sid=0000" }), 401, "UNAUTHORIZED");
    await anonymous.dispose();
    const crossSite = { "sec-fetch-site": "cross-site", origin: "https://else.example" };
    await expectProblem(await raw(api, at, JSON.stringify(at.good), crossSite), 403, "CROSS_SITE");
    for (const path of at.elsewhere ?? []) {
      await expectProblem(await raw(api, { method: at.method, path }, JSON.stringify(at.good)), 404, "NOT_FOUND");
    }
  });
}

test("S1-27 unknown and foreign ids are not found, whatever they look like", async ({ api }) => {
  const odd = ["acc_nowhere", "ACC_NORTHWIND", "acc_", "prj_shop", "%00", "..%2F..%2Fetc", "acc_%27%20OR%201%3D1", "acc_" + "a".repeat(5000), "%F0%9F%92%B8", "%FF"];
  for (const id of odd) {
    for (const path of [`/accounts/${id}/billing`, `/accounts/${id}/ledger`, `/projects/${id}x`, `/reports/${id}x`, `/scans/${id}`, `/fix-tasks/${id}`, `/accounts/${NORTHWIND}/checkouts/${id}`]) {
      await expectProblem(await api.get(path), [404, 400, 414, 422]);
    }
  }
  await expectProblem(await api.get("/nonsense"), 404, "NOT_FOUND");
  await expectProblem(await api.get(""), 404, "NOT_FOUND");
  for (const query of ["before=abc", "before=99999999999999999999", "type=gold", "credit_type=gold", "kind=theft", "project=acc_x", "limit=few", "limit=0", "limit=-5", "limit=201", "before=-1"]) {
    await expectProblem(await api.get(`/accounts/${NORTHWIND}/ledger?${query}`), 422, "VALIDATION_FAILED");
  }
  const nothing = await api.read<{ items: unknown[] }>(`/accounts/${NORTHWIND}/ledger?before=1`);
  expect(nothing.items, "nothing came before the first entry").toEqual([]);
});

test("a wrong method is told which are right", async ({ api }) => {
  for (const path of READS) {
    for (const method of ["DELETE", "PATCH"]) {
      const answer = await raw(api, { method, path }, "{}");
      await expectProblem(answer, 405, "METHOD_NOT_ALLOWED");
      expect(answer.headers().allow ?? "", `${method} ${path}`).toMatch(/GET/);
    }
  }
  for (const path of ["/sign-out", "/webhooks/paddle", "/scanner/results", "/projects/prj_shop/scans"]) await expectProblem(await api.get(path), 405, "METHOD_NOT_ALLOWED");
});

test("S3-5 reads want a session and are kept by nobody", async ({ api, stack }) => {
  const anonymous = await Api.anonymous(stack);
  for (const path of [...READS, "/accounts/acc_northwind/events"]) await expectProblem(await anonymous.get(path), 401, "UNAUTHORIZED");
  await anonymous.dispose();
  for (const path of READS) {
    const answer = await api.get(path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()["cache-control"] ?? "", path).toMatch(/no-store|private|no-cache/);
  }
  const first = await api.get(`/accounts/${NORTHWIND}/billing`);
  const again = await api.get(`/accounts/${NORTHWIND}/billing`, { "If-None-Match": first.headers().etag ?? "none" });
  expect(again.status(), "unchanged figures are not sent again").toBe(304);
});

test("S0-16 one key, one checkout; the same key for something else is refused", async ({ api, paddle }) => {
  const path = "/accounts/acc_harbor/checkouts";
  const body = { item_key: "scan_credits", quantity: 1 };
  const transactions = (await paddle.state()).transactions.length;
  const key = randomUUID();
  const answers = await Promise.all([1, 2, 3].map(() => api.post(path, body, key)));
  for (const answer of answers) expect([200, 201, 409]).toContain(answer.status());
  const first = await api.post(path, body, key);
  const second = await api.post(path, body, key);
  expect(first.status()).toBe(201);
  expect((await second.json()).checkout_session_id).toBe((await first.json()).checkout_session_id);
  expect((await api.billing("acc_harbor")).open_checkouts).toHaveLength(1);
  expect((await paddle.state()).transactions.length).toBe(transactions + 1);
  await expectProblem(await api.post(path, { ...body, quantity: 2 }, key), 422, "IDEMPOTENCY_KEY_REUSED");
  await expectProblem(await api.post("/projects/prj_shop/scans", { account_id: NORTHWIND }, key), 422, "IDEMPOTENCY_KEY_REUSED");
  for (const quantity of [0, -1, 101, 1.5, 1e30]) await expectProblem(await api.post(path, { ...body, quantity }), 422, "VALIDATION_FAILED");
  for (const item of ["free_snapshot", "nonsense", "", "x".repeat(500)]) await expectProblem(await api.post(path, { ...body, item_key: item }), [404, 409, 422]);
});

test("S0-8 S3-18 S3-19 the server refuses what the page would not offer", async ({ api }) => {
  const refused = async (path: string, body: object, code: string): Promise<void> => {
    const problem = await expectProblem(await api.post(path, body), 409, "BLOCKED", "SELECTION_CHANGED");
    if (problem.code === "BLOCKED") expect(problem.blocked_reasons?.[0]?.code, path).toBe(code);
  };
  const scan = { account_id: NORTHWIND };
  for (const project of ["prj_scope", "prj_domain", "prj_paused"]) await refused(`/projects/${project}/scans`, scan, "PROJECT_SERVICE_BLOCKED");
  await refused("/projects/prj_unsupported/scans", scan, "UNSUPPORTED_TARGET");
  await refused("/projects/prj_harbor/scans", { account_id: "acc_harbor" }, "CREDIT_BALANCE_EXHAUSTED");
  await refused("/projects/prj_harbor/scans", scan, "WRONG_ACCOUNT");
  await refused("/projects/prj_baseline/services/monitoring/enable", scan, "PROJECT_SERVICE_BLOCKED");
  const fix = async (report: string, account: string, finding_ids?: string[], cost?: number): Promise<object> => {
    const { findings } = (await api.report(report)).fix_workflow;
    const ids = finding_ids ?? findings.slice(0, 1).map((finding) => finding.finding_id);
    return { account_id: account, finding_ids: ids, delivery_mode: "review_only_patch", expected_cost: cost ?? 1 };
  };
  for (const report of ["rep_draft", "rep_gates"]) await refused(`/reports/${report}/fix-workflow`, await fix(report, NORTHWIND), "REPORT_PUBLICATION_BLOCKED");
  await refused("/reports/rep_none/fix-workflow", await fix("rep_none", NORTHWIND), "NO_ELIGIBLE_FINDING_SELECTED");
  await refused("/reports/rep_harbor/fix-workflow", await fix("rep_harbor", "acc_harbor", (await api.eligible("rep_harbor")).slice(0, 1)), "CREDIT_BALANCE_EXHAUSTED");
  const [one = ""] = await api.eligible("rep_ready");
  await expectProblem(await api.post("/reports/rep_ready/fix-workflow", await fix("rep_ready", NORTHWIND, [one], 9)), 409, "SELECTION_CHANGED");
});

test("S2-3 S2-29 a viewer may read and nothing else", async ({ stack }) => {
  const viewer = await Api.signedIn(stack, VIEWER);
  expect((await viewer.billing(NORTHWIND)).ledger_seq).toBeGreaterThan(0);
  for (const [path, body] of [["/projects/prj_shop/scans", { account_id: NORTHWIND }], ["/accounts/acc_northwind/checkouts", { item_key: "scan_credits", quantity: 1 }], ["/projects/prj_shop/services/monitoring/pause", { account_id: NORTHWIND }]] as const) {
    await expectProblem(await viewer.post(path, body), [403, 409], "FORBIDDEN", "BLOCKED");
  }
  await viewer.dispose();
});

test("the scanner needs its secret, a run that exists and a body that fits", async ({ api, stack }) => {
  const path = "/api/v1/scanner/results";
  const data = { scan_run_id: "scn_nowhere", status: "completed" };
  const key = { "Idempotency-Key": randomUUID() };
  await expectProblem(await api.http.post(path, { data, headers: key }), 401);
  await expectProblem(await api.http.post(path, { data, headers: { ...key, "X-Scanner-Secret": "guess" } }), 401);
  const secret = { "X-Scanner-Secret": stack.scannerSecret };
  await expectProblem(await api.http.post(path, { data, headers: secret }), 400, "IDEMPOTENCY_KEY_MISSING");
  await expectProblem(await api.result("scn_nowhere", "completed"), 404, "NOT_FOUND");
  // A run that waits for its result: only the body stands in the way.
  const waiting = (await api.project("prj_baseline")).latest_scan;
  expect(waiting?.status).toBe("queued");
  for (const bad of [{ status: "great" }, { extra: 1 }, { scan_run_id: 7 }, { error_summary: 7 }, { scanned_pages: -1 }]) {
    await expectProblem(await api.result(waiting?.scan_run_id ?? "", "completed", bad), 422, "VALIDATION_FAILED");
  }
  expect((await api.project("prj_baseline")).latest_scan).toEqual(waiting);
});

test("S1-14 webhooks that are not the provider's are refused before they are read", async ({ api }) => {
  const send = (body: string, header?: string): ReturnType<Api["get"]> =>
    api.http.post("/api/v1/webhooks/paddle", { data: body, headers: { "content-type": "application/json", ...(header ? { "Paddle-Signature": header } : {}) } });
  const sign = (body: string, ts: number, secret = WEBHOOK_SECRETS[0] ?? ""): string => `ts=${ts};h1=${createHmac("sha256", secret).update(`${ts}:${body}`).digest("hex")}`;
  const now = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ event_id: "evt_x", event_type: "transaction.completed", occurred_at: new Date().toISOString(), data: {} });
  for (const header of [undefined, "", "ts=;h1=", "nonsense", `ts=${now}`, `ts=${now};h1=00`, sign(body, now, "another"), sign(body, now - 3600), sign(`${body} `, now)]) {
    await expectProblem(await send(body, header), 401, "INVALID_SIGNATURE");
  }
  for (const signed of ["{", "[]", "7", "{}"]) expect((await send(signed, sign(signed, now))).status(), signed).toBeLessThan(500);
  await expectProblem(await send("x".repeat(5_000_000), `ts=${now};h1=00`), [401, 413]);
});

test("sign-in tells nobody which half was wrong", async ({ stack }) => {
  const api = await Api.anonymous(stack);
  const wrong = await expectProblem(await api.post("/sign-in", { email: "dana@northwind.example", password: "no" }), 401, "WRONG_CREDENTIALS");
  const unknown = await expectProblem(await api.post("/sign-in", { email: "nobody@northwind.example", password: PASSWORD }), 401, "WRONG_CREDENTIALS");
  expect(unknown.detail).toBe(wrong.detail);
  await expectProblem(await raw(api, { method: "POST", path: "/sign-in" }, "{"), 400, "MALFORMED_JSON");
  await expectProblem(await raw(api, { method: "POST", path: "/sign-in" }, '{"email":1}'), 422, "VALIDATION_FAILED");
  const right = await api.post("/sign-in", { email: "dana@northwind.example", password: PASSWORD });
  expect(right.headers()["set-cookie"]).toMatch(/^(__Host-)?sid=.{20,};.*HttpOnly/i);
  expect(right.headers()["set-cookie"]).toMatch(/SameSite=Lax/i);
  await api.dispose();
});
