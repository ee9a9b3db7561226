-- The repository of a project: asked for, granted, revoked.
CREATE TABLE project_access (
  project_id TEXT PRIMARY KEY REFERENCES projects(id), provider TEXT NOT NULL CHECK (provider IN ('git','github')),
  repository_id TEXT NOT NULL, base_branch TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('requested','granted','revoked')),
  requested_by TEXT NOT NULL, requested_at INTEGER NOT NULL, granted_by TEXT, granted_at INTEGER, revoked_by TEXT, revoked_at INTEGER) STRICT;
-- The pull request of a fix task: asked for with the digest of the approved draft, created by the worker.
CREATE TABLE pull_requests (
  fix_task_id TEXT PRIMARY KEY REFERENCES fix_tasks(id), digest TEXT NOT NULL, branch_name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('creating','open','failed')), url TEXT, commit_id TEXT, trouble TEXT, detail TEXT,
  asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, next_at INTEGER, ended_at INTEGER) STRICT;
CREATE INDEX pull_requests_due ON pull_requests(next_at) WHERE status = 'creating';
