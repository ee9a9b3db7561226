-- What happened to an account that those who pay for it should know; each once, by what caused it.
CREATE TABLE notices (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id), kind TEXT NOT NULL, cause TEXT NOT NULL, sentence TEXT NOT NULL,
  href TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER, UNIQUE (account_id, kind, cause)) STRICT;
CREATE INDEX notices_newest ON notices (account_id, at DESC);
-- Who has read which.
CREATE TABLE notice_reads (
  notice_id TEXT NOT NULL REFERENCES notices(id), user_id TEXT NOT NULL REFERENCES users(id), read_at INTEGER NOT NULL, PRIMARY KEY (notice_id, user_id)) STRICT;
-- How far each ledger was looked at; what was there before this version is no news.
CREATE TABLE notice_marks (account_id TEXT PRIMARY KEY REFERENCES accounts(id), seq INTEGER NOT NULL) STRICT;
INSERT INTO notice_marks (account_id, seq) SELECT id, ledger_seq FROM accounts;
