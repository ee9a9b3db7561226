-- What happened on fix tasks, and what customers tell of changes that they made.
CREATE TABLE fix_task_events (
  fix_task_id TEXT NOT NULL REFERENCES fix_tasks(id), seq INTEGER NOT NULL CHECK (seq > 0), kind TEXT NOT NULL, actor TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '', at INTEGER NOT NULL, PRIMARY KEY (fix_task_id, seq)) STRICT;
CREATE TRIGGER fix_task_events_no_update BEFORE UPDATE ON fix_task_events BEGIN SELECT RAISE(ABORT,'fix_task_events is append-only'); END;
CREATE TRIGGER fix_task_events_no_delete BEFORE DELETE ON fix_task_events BEGIN SELECT RAISE(ABORT,'fix_task_events is append-only'); END;
CREATE TABLE fix_task_evidence (
  fix_task_id TEXT PRIMARY KEY REFERENCES fix_tasks(id), refs TEXT NOT NULL, note TEXT NOT NULL, applied_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL) STRICT;
INSERT INTO fix_task_events (fix_task_id, seq, kind, actor, at) SELECT id, 1, 'started', started_by, created_at FROM fix_tasks;
INSERT INTO fix_task_events (fix_task_id, seq, kind, actor, at)
  SELECT id, 2, status, 'WebRiskOps', coalesce(ended_at, created_at) FROM fix_tasks WHERE status IN ('completed','cancelled');
-- These wait for the customer from the beginning.
UPDATE fix_tasks SET status = 'awaiting_customer' WHERE status IN ('created','in_progress') AND delivery_mode IN ('ticket_only','customer_applied');
