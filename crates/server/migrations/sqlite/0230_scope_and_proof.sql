-- Small jobs of a scanner; one open for each project and kind.
CREATE TABLE errands (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects(id), kind TEXT NOT NULL CHECK (kind IN ('discover','prove')),
  state TEXT NOT NULL CHECK (state IN ('queued','running','done','failed')), asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL,
  worker TEXT, lease TEXT, lease_until INTEGER, ended_at INTEGER, answer TEXT, failure TEXT,
  CHECK ((state IN ('done','failed')) = (ended_at IS NOT NULL))) STRICT;
CREATE UNIQUE INDEX errands_one_open ON errands(project_id, kind) WHERE state IN ('queued','running');
CREATE INDEX errands_newest ON errands(project_id, kind, asked_at DESC);
-- What is selected now, and who accepted exactly what. Pages are JSON lists of paths.
CREATE TABLE scope_selections (
  project_id TEXT PRIMARY KEY REFERENCES projects(id), pages TEXT NOT NULL, manual TEXT NOT NULL, digest TEXT NOT NULL,
  changed_by TEXT NOT NULL, changed_at INTEGER NOT NULL) STRICT;
CREATE TABLE scope_acceptances (
  project_id TEXT NOT NULL REFERENCES projects(id), seq INTEGER NOT NULL CHECK (seq > 0), pages TEXT NOT NULL, digest TEXT NOT NULL,
  accepted_by TEXT NOT NULL, accepted_by_name TEXT NOT NULL, accepted_at INTEGER NOT NULL, PRIMARY KEY (project_id, seq)) STRICT;
CREATE TRIGGER scope_acceptances_no_update BEFORE UPDATE ON scope_acceptances BEGIN SELECT RAISE(ABORT,'scope_acceptances is append-only'); END;
CREATE TRIGGER scope_acceptances_no_delete BEFORE DELETE ON scope_acceptances BEGIN SELECT RAISE(ABORT,'scope_acceptances is append-only'); END;
CREATE TABLE domain_proofs (
  project_id TEXT PRIMARY KEY REFERENCES projects(id), method TEXT NOT NULL CHECK (method IN ('dns_txt','meta_tag','file')), token TEXT NOT NULL,
  created_by TEXT NOT NULL, created_at INTEGER NOT NULL, verified_at INTEGER, holds_until INTEGER,
  CHECK ((verified_at IS NULL) = (holds_until IS NULL))) STRICT;
