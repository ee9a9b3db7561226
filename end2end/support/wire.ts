// The parts of the wire format that the tests look at; crates/domain has all of it.

export interface Balance {
  avail: number;
  res: number;
  spent: number;
}

export interface AccountRef {
  id: string;
  name: string;
}

export interface Reason {
  code: string;
  label: string;
  message: string;
  owner: string;
  next_action: { kind: string; label: string; href: string | null };
  clears_when: string;
  guide: string;
}

export interface Verdict {
  outcome: "ready" | "blocked" | "stop";
  cost: number;
  checks: { label: string; state: "passed" | "failed" | "waiting" }[];
  blocked_reasons: Reason[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  blocked_reasons?: Reason[];
}

export interface Membership {
  account_id: string;
  account_name: string;
  role: string;
}

export interface SessionView {
  user: { user_id: string; name: string; email: string };
  memberships: Membership[];
  last_account_id: string | null;
}

export interface Entry {
  seq: number;
  kind: string;
  credit_type: string;
  amount: number;
  delta: Balance;
  after: Balance;
  reference: { type: string; id: string; label: string; href: string | null };
  project_id: string | null;
}

export interface LedgerPage {
  items: Entry[];
  next_cursor: number | null;
}

export interface Card {
  item_key: string;
  name: string;
  quantity: number;
  price_label: string;
  checkout_state: string;
  checkout_route: string | null;
  disabled_reason: string | null;
  suggested_package_key: string | null;
  checkout_session_id: string | null;
  note: string | null;
}

export interface CheckoutView {
  checkout_session_id: string;
  item_key: string;
  state: string;
  payment_status: string;
  transaction_id: string | null;
  stages: { key: string; state: string; at: string | null }[];
  balance: Balance | null;
  granted: { amount: number; seq: number } | null;
}

export interface BillingView {
  account_id: string;
  account_name: string;
  billing_email: string;
  package_key: string;
  package_entitlement_status: string;
  billing_state: string;
  subscription_status: string;
  payment_status: string;
  credit_balance: { scan: Balance; automated_fix: Balance; ai: Balance };
  remaining_fix_credits: number;
  open_checkouts: CheckoutView[];
  project_usage: { project_id: string; service: string; badge: string }[];
  plans: Card[];
  top_ups: Card[];
  latest_ledger: Entry[];
  ledger_seq: number;
  paid_by: string | null;
}

export interface ScanRun {
  scan_run_id: string;
  status: string;
  credit_state: string;
  failure_reason: string | null;
}

export interface ProjectView {
  proof: { challenge: { expected: string } | null };
  project_id: string;
  owner: AccountRef;
  paying_account: AccountRef;
  services: { service: string; state: string; badge: string; blocked_reasons: Reason[] }[];
  scan_gate: Verdict;
  latest_scan: ScanRun | null;
}

export interface Finding {
  finding_id: string;
  title: string;
  fix_credit_cost: number;
  ineligible: string | null;
  fix_task_id: string | null;
}

export interface FixTaskRow {
  fix_task_id: string;
  status: string;
  fix_credit_cost: number;
  credit_state: string;
}

export interface StartedFix {
  fix_task: FixTaskRow;
  balance: Balance;
}

export interface ReportView {
  report_id: string;
  title: string;
  publication_status: string;
  owner: AccountRef;
  fix_workflow: { findings: Finding[]; tasks: FixTaskRow[]; verdict: Verdict };
}
