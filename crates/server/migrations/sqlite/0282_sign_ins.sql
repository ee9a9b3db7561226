-- Tries to sign in within the last minute, by what they are counted for; no email and no address stands here.
CREATE TABLE sign_in_tries (id TEXT PRIMARY KEY, bucket TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX sign_in_tries_bucket ON sign_in_tries (bucket, at);
CREATE INDEX sign_in_tries_age ON sign_in_tries (at);
-- Browsers in which a person signed in before: what strangers try does not hold them up.
CREATE TABLE known_browsers (
  token_sha256 TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users(id), seen_at INTEGER NOT NULL, PRIMARY KEY (token_sha256, user_id)) STRICT;
CREATE INDEX known_browsers_user ON known_browsers (user_id, seen_at);
-- Which process works under a key: when it is gone, nobody waits for it.
ALTER TABLE idempotency_keys ADD COLUMN locked_by INTEGER;
