// The console's API without a page: to look at what is true, and to do what another person would.
import { randomUUID } from "node:crypto";
import { request, expect, type APIRequestContext, type APIResponse } from "@playwright/test";
import { PASSWORD, type Stack } from "./stack.mjs";
import type { BillingView, CheckoutView, Entry, LedgerPage, ProjectView, ReportView, SessionView } from "./wire.js";

type Cookies = Awaited<ReturnType<APIRequestContext["storageState"]>>["cookies"];

/** Sessions that were signed in once, so that a suite does not sign in hundreds of times. */
const sessions = new Map<string, Cookies>();

export class Api {
  constructor(
    readonly http: APIRequestContext,
    readonly stack: Stack,
  ) {}

  static async anonymous(stack: Stack, headers: Record<string, string> = {}): Promise<Api> {
    return new Api(await request.newContext({ baseURL: stack.url, extraHTTPHeaders: headers }), stack);
  }

  /** A client with this person's session; the same session is used again within a stack. */
  static async signedIn(stack: Stack, email: string): Promise<Api> {
    const name = `${stack.folder} ${email}`;
    const known = sessions.get(name);
    if (known) {
      return new Api(await request.newContext({ baseURL: stack.url, storageState: { cookies: known, origins: [] } }), stack);
    }
    const api = await Api.fresh(stack, email);
    sessions.set(name, await api.cookies());
    return api;
  }

  /** A client with a session that nobody else uses, so that it may be ended. */
  static async fresh(stack: Stack, email: string): Promise<Api> {
    const api = await Api.anonymous(stack);
    const answer = await api.post("/sign-in", { email, password: PASSWORD });
    expect(answer.ok(), `sign in as ${email}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return api;
  }

  async cookies(): Promise<Cookies> {
    return (await this.http.storageState()).cookies;
  }

  async dispose(): Promise<void> {
    await this.http.dispose();
  }

  get(path: string, headers: Record<string, string> = {}): Promise<APIResponse> {
    return this.http.get(`/api/v1${path}`, { headers });
  }

  post(path: string, body: unknown = {}, key: string = randomUUID()): Promise<APIResponse> {
    return this.http.post(`/api/v1${path}`, { data: body, headers: { "Idempotency-Key": key } });
  }

  async read<T>(path: string): Promise<T> {
    const answer = await this.get(path);
    expect(answer.status(), `GET ${path}: ${await answer.text()}`).toBe(200);
    return (await answer.json()) as T;
  }

  session = (): Promise<SessionView> => this.read("/session");
  billing = (account: string): Promise<BillingView> => this.read(`/accounts/${account}/billing`);
  project = (id: string): Promise<ProjectView> => this.read(`/projects/${id}`);
  report = (id: string): Promise<ReportView> => this.read(`/reports/${id}`);
  checkout = (account: string, id: string): Promise<CheckoutView> => this.read(`/accounts/${account}/checkouts/${id}`);

  async ledger(account: string): Promise<Entry[]> {
    return (await this.read<LedgerPage>(`/accounts/${account}/ledger`)).items;
  }

  async remember(account: string): Promise<void> {
    const answer = await this.http.put("/api/v1/session/account", {
      data: { account_id: account },
      headers: { "Idempotency-Key": randomUUID() },
    });
    expect(answer.ok(), `remember ${account}: ${await answer.text()}`).toBe(true);
  }

  /** A balance as "Avail/Res/Spent". */
  async balance(account: string, type: "scan" | "automated_fix" | "ai"): Promise<string> {
    const { avail, res, spent } = (await this.billing(account)).credit_balance[type];
    return `${avail}/${res}/${spent}`;
  }

  /** What a scanner says about a run. */
  result(run: string, status: "completed" | "failed", more: object = {}, key: string = randomUUID()): Promise<APIResponse> {
    return this.http.post("/api/v1/scanner/results", {
      data: { scan_run_id: run, status, ...more },
      headers: { "X-Scanner-Secret": this.stack.scannerSecret, "Idempotency-Key": key },
    });
  }

  /** Findings of a report that can become fix work. */
  async eligible(report: string): Promise<string[]> {
    const { findings } = (await this.report(report)).fix_workflow;
    return findings.filter((finding) => !finding.ineligible).map((finding) => finding.finding_id);
  }
}
