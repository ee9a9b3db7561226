-- Texts that a model drafts for fix tasks: one on its way for each task.
CREATE TABLE ai_drafts (
  id TEXT PRIMARY KEY, fix_task_id TEXT NOT NULL REFERENCES fix_tasks(id), payer_account_id TEXT NOT NULL REFERENCES accounts(id),
  hold_id TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('queued','running','done','failed')),
  asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL, deadline INTEGER NOT NULL, ended_at INTEGER, text TEXT, why TEXT) STRICT;
CREATE UNIQUE INDEX ai_drafts_one_open ON ai_drafts(fix_task_id) WHERE state IN ('queued','running');
CREATE INDEX ai_drafts_task ON ai_drafts(fix_task_id, asked_at);
