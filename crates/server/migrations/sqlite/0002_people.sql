-- People, what they may open, and their sign-ins.
CREATE TABLE users (
  id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password_hash TEXT NOT NULL,
  last_account_id TEXT REFERENCES accounts(id), created_at INTEGER NOT NULL) STRICT;
CREATE TABLE memberships (
  account_id TEXT NOT NULL REFERENCES accounts(id), user_id TEXT NOT NULL REFERENCES users(id),
  role TEXT NOT NULL CHECK (role IN ('owner','admin','billing_manager','viewer')), PRIMARY KEY (account_id, user_id)) STRICT;
CREATE INDEX memberships_user ON memberships(user_id);
CREATE TABLE sessions (
  token_sha256 TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users(id), created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;
CREATE INDEX sessions_expiry ON sessions(expires_at);
CREATE TABLE idempotency_keys (
  principal TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('started','done')),
  status_code INTEGER, response_body TEXT, resource TEXT, locked_until INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, PRIMARY KEY (principal, key)) STRICT;
CREATE INDEX idempotency_age ON idempotency_keys(created_at);
-- What this installation remembers of itself.
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
