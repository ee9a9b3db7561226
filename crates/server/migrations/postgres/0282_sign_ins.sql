-- Tries to sign in within the last minute, by what they are counted for; no email and no address stands here.
CREATE TABLE sign_in_tries (id TEXT COLLATE "C" PRIMARY KEY, bucket TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL);
CREATE INDEX sign_in_tries_bucket ON sign_in_tries (bucket, at);
CREATE INDEX sign_in_tries_age ON sign_in_tries (at);
-- Browsers in which a person signed in before: what strangers try does not hold them up.
CREATE TABLE known_browsers (
  token_sha256 TEXT COLLATE "C" NOT NULL, user_id TEXT COLLATE "C" NOT NULL REFERENCES users(id), seen_at BIGINT NOT NULL, PRIMARY KEY (token_sha256, user_id));
CREATE INDEX known_browsers_user ON known_browsers (user_id, seen_at);
-- Which process works under a key: when it is gone, nobody waits for it.
ALTER TABLE idempotency_keys ADD COLUMN locked_by BIGINT;
