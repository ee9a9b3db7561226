-- Live audits: who carries a run out, how far it is, which pages it saw and what it found.
ALTER TABLE scan_runs ADD COLUMN claimable_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scan_runs ADD COLUMN started_at INTEGER;
ALTER TABLE scan_runs ADD COLUMN worker TEXT;
ALTER TABLE scan_runs ADD COLUMN lease TEXT;
ALTER TABLE scan_runs ADD COLUMN lease_until INTEGER;
ALTER TABLE scan_runs ADD COLUMN page_limit INTEGER;
ALTER TABLE scan_runs ADD COLUMN current_page TEXT;
ALTER TABLE scan_runs ADD COLUMN pages_done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scan_runs ADD COLUMN pages_total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scan_runs ADD COLUMN skipped_more INTEGER NOT NULL DEFAULT 0;
CREATE INDEX scan_runs_open ON scan_runs(status, queued_at) WHERE status IN ('queued','running');
CREATE TABLE scan_pages (
  scan_run_id TEXT NOT NULL REFERENCES scan_runs(id), position INTEGER NOT NULL, url TEXT NOT NULL, status INTEGER, skipped TEXT,
  PRIMARY KEY (scan_run_id, position), CHECK ((status IS NULL) <> (skipped IS NULL))) STRICT;
ALTER TABLE reports ADD COLUMN scan_run_id TEXT;
ALTER TABLE findings ADD COLUMN check_key TEXT;
ALTER TABLE findings ADD COLUMN confidence TEXT NOT NULL DEFAULT 'high' CHECK (confidence IN ('high','medium','low'));
ALTER TABLE findings ADD COLUMN evidence_hash TEXT;
ALTER TABLE findings ADD COLUMN fingerprint TEXT;
-- A run makes one report, however often its result arrives.
CREATE UNIQUE INDEX reports_one_a_run ON reports(scan_run_id) WHERE scan_run_id IS NOT NULL;
