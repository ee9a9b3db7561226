-- The patch of a fix task: the newest draft, and the approval of exactly one draft.
CREATE TABLE fix_patches (
  fix_task_id TEXT PRIMARY KEY REFERENCES fix_tasks(id), version INTEGER NOT NULL CHECK (version > 0), digest TEXT NOT NULL,
  files TEXT NOT NULL, left_out TEXT NOT NULL, drafted_by TEXT NOT NULL, drafted_at INTEGER NOT NULL,
  approved_digest TEXT, approved_by TEXT, approved_at INTEGER,
  CHECK ((approved_digest IS NULL) = (approved_by IS NULL)), CHECK ((approved_digest IS NULL) = (approved_at IS NULL)),
  CHECK (approved_digest IS NULL OR approved_digest = digest)) STRICT;
