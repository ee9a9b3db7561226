-- Runs that were cancelled while they waited, and runs that a schedule starts: those hold no credit. SQLite changes no CHECK
-- in place: the table is written anew, with everything in it as it was.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE scan_runs_before AS SELECT * FROM scan_runs;
DROP TABLE scan_runs;
CREATE TABLE scan_runs (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects(id), billing_account_id TEXT NOT NULL REFERENCES accounts(id), hold_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('queued','running','completed','failed','cancelled')),
  queued_at INTEGER NOT NULL, ended_at INTEGER, failure_reason TEXT, scanned_pages INTEGER, report_id TEXT, started_by TEXT NOT NULL,
  claimable_at INTEGER NOT NULL DEFAULT 0, started_at INTEGER, worker TEXT, lease TEXT, lease_until INTEGER, page_limit INTEGER,
  current_page TEXT, pages_done INTEGER NOT NULL DEFAULT 0, pages_total INTEGER NOT NULL DEFAULT 0, skipped_more INTEGER NOT NULL DEFAULT 0,
  kind TEXT NOT NULL DEFAULT 'audit' CHECK (kind IN ('audit','monitoring')),
  CHECK ((kind = 'audit') = (hold_id IS NOT NULL)),
  FOREIGN KEY (billing_account_id, hold_id) REFERENCES holds(account_id, id)) STRICT;
INSERT INTO scan_runs (id, project_id, billing_account_id, hold_id, status, queued_at, ended_at, failure_reason, scanned_pages, report_id, started_by,
  claimable_at, started_at, worker, lease, lease_until, page_limit, current_page, pages_done, pages_total, skipped_more)
  SELECT id, project_id, billing_account_id, hold_id, status, queued_at, ended_at, failure_reason, scanned_pages, report_id, started_by,
  claimable_at, started_at, worker, lease, lease_until, page_limit, current_page, pages_done, pages_total, skipped_more FROM scan_runs_before;
DROP TABLE scan_runs_before;
CREATE UNIQUE INDEX scan_runs_one_open ON scan_runs(project_id) WHERE status IN ('queued','running');
CREATE INDEX scan_runs_project ON scan_runs(project_id, queued_at);
CREATE INDEX scan_runs_open ON scan_runs(status, queued_at) WHERE status IN ('queued','running');
CREATE INDEX scan_runs_payer ON scan_runs(billing_account_id, queued_at);
