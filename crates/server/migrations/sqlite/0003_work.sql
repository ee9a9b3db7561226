-- Projects and the work that uses credits.
CREATE TABLE projects (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id), billing_account_id TEXT NOT NULL REFERENCES accounts(id),
  name TEXT NOT NULL, domain TEXT NOT NULL, unsupported TEXT, setup_done INTEGER NOT NULL DEFAULT 1 CHECK (setup_done IN (0,1)),
  scope TEXT NOT NULL CHECK (scope IN ('none','selected','accepted','stale')), scope_pages INTEGER NOT NULL DEFAULT 0,
  domain_status TEXT NOT NULL CHECK (domain_status IN ('none','challenge_created','verified','failed')),
  connected_access INTEGER NOT NULL DEFAULT 0 CHECK (connected_access IN (0,1)), baseline_report_id TEXT, created_at INTEGER NOT NULL) STRICT;
CREATE INDEX projects_account ON projects(account_id);
CREATE INDEX projects_payer ON projects(billing_account_id);
CREATE TABLE project_services (
  project_id TEXT NOT NULL REFERENCES projects(id),
  service TEXT NOT NULL CHECK (service IN ('activation_scan','monitoring','fix_workflow','agency_delivery')),
  state TEXT NOT NULL CHECK (state IN ('not_enabled','enabled','paused')), PRIMARY KEY (project_id, service)) STRICT;
CREATE TABLE scan_runs (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects(id), billing_account_id TEXT NOT NULL, hold_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued','running','completed','failed')),
  queued_at INTEGER NOT NULL, ended_at INTEGER, failure_reason TEXT, scanned_pages INTEGER, report_id TEXT, started_by TEXT NOT NULL,
  FOREIGN KEY (billing_account_id, hold_id) REFERENCES holds(account_id, id)) STRICT;
CREATE UNIQUE INDEX scan_runs_one_open ON scan_runs(project_id) WHERE status IN ('queued','running');
CREATE INDEX scan_runs_project ON scan_runs(project_id, queued_at);
CREATE TABLE reports (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects(id), title TEXT NOT NULL,
  publication_status TEXT NOT NULL CHECK (publication_status IN ('draft','blocked','ready_for_publish','published')),
  gates TEXT NOT NULL, risk_score INTEGER NOT NULL CHECK (risk_score BETWEEN 0 AND 100), scanned_pages INTEGER NOT NULL,
  scanned_at INTEGER NOT NULL, preferred_mode TEXT NOT NULL DEFAULT 'review_only_patch') STRICT;
CREATE INDEX reports_project ON reports(project_id, scanned_at);
CREATE TABLE findings (
  id TEXT PRIMARY KEY, report_id TEXT NOT NULL REFERENCES reports(id), position INTEGER NOT NULL, title TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('critical','high','medium','low')), category TEXT NOT NULL, affected_url TEXT NOT NULL,
  evidence TEXT NOT NULL, remediation TEXT NOT NULL, fix_credit_cost INTEGER NOT NULL CHECK (fix_credit_cost > 0),
  ineligible TEXT CHECK (ineligible IN ('false_positive','missing_evidence','unsupported_scope','unsafe_access','needs_review'))) STRICT;
CREATE INDEX findings_report ON findings(report_id, position);
CREATE TABLE fix_tasks (
  id TEXT PRIMARY KEY, report_id TEXT NOT NULL REFERENCES reports(id), project_id TEXT NOT NULL REFERENCES projects(id),
  billing_account_id TEXT NOT NULL REFERENCES accounts(id), hold_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('created','in_progress','awaiting_customer','awaiting_approval','completed','cancelled')),
  delivery_mode TEXT NOT NULL, cost INTEGER NOT NULL CHECK (cost >= 0), started_by TEXT NOT NULL, created_at INTEGER NOT NULL, ended_at INTEGER,
  CHECK ((cost = 0) = (hold_id IS NULL)),
  FOREIGN KEY (billing_account_id, hold_id) REFERENCES holds(account_id, id)) STRICT;
CREATE INDEX fix_tasks_report ON fix_tasks(report_id, created_at);
CREATE TABLE fix_task_findings (
  fix_task_id TEXT NOT NULL REFERENCES fix_tasks(id), finding_id TEXT NOT NULL REFERENCES findings(id),
  live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0,1)), PRIMARY KEY (fix_task_id, finding_id)) STRICT;
-- A finding is worked on once: two starts at the same moment cannot both take it.
CREATE UNIQUE INDEX fix_task_findings_live ON fix_task_findings(finding_id) WHERE live = 1;
