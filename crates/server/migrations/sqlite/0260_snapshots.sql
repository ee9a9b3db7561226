-- Public quick scans: of no account, so they touch no ledger. `errand` is the name that the worker holding it knows it by.
CREATE TABLE snapshots (
  id TEXT PRIMARY KEY, errand TEXT NOT NULL UNIQUE, domain TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued','running','done','failed')), asked_at INTEGER NOT NULL,
  worker TEXT, lease TEXT, lease_until INTEGER, ended_at INTEGER, outcome TEXT, failure TEXT,
  CHECK ((state IN ('done','failed')) = (ended_at IS NOT NULL)), CHECK ((state = 'done') = (outcome IS NOT NULL))) STRICT;
CREATE UNIQUE INDEX snapshots_one_open ON snapshots(domain) WHERE state IN ('queued','running');
CREATE INDEX snapshots_newest ON snapshots(domain, asked_at DESC);
