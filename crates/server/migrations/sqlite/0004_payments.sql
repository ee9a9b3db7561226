-- What the payment provider said, and the checkouts we opened there.
CREATE TABLE catalog_prices (
  price_id TEXT PRIMARY KEY, item_key TEXT NOT NULL, price_list TEXT NOT NULL, active INTEGER NOT NULL CHECK (active IN (0,1)), seen_at INTEGER NOT NULL) STRICT;
CREATE TABLE checkouts (
  account_id TEXT NOT NULL REFERENCES accounts(id), id TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users(id),
  item_key TEXT NOT NULL, price_id TEXT NOT NULL REFERENCES catalog_prices(price_id), quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 100),
  state TEXT NOT NULL CHECK (state IN ('created','opened','returned_pending','confirmed','failed','cancelled','expired')),
  paddle_transaction_id TEXT UNIQUE, total TEXT, origin TEXT, failure_reason TEXT,
  finished_at INTEGER, paid_at INTEGER, received_at INTEGER, written_at INTEGER,
  next_poll_at INTEGER, poll_count INTEGER NOT NULL DEFAULT 0, asked_at INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, id), UNIQUE (id)) STRICT;
CREATE INDEX checkouts_poll ON checkouts(next_poll_at) WHERE state IN ('created','opened','returned_pending');
-- Nobody pays twice for the same thing by accident: one unfinished checkout an item and account.
CREATE UNIQUE INDEX checkouts_one_unfinished ON checkouts(account_id, item_key) WHERE state IN ('created','opened','returned_pending');
CREATE TABLE paddle_events (
  event_id TEXT PRIMARY KEY, event_type TEXT NOT NULL, entity_id TEXT NOT NULL, occurred_at INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('webhook','poll')), body TEXT NOT NULL, received_at INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending','done','ignored','quarantined')),
  attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at INTEGER NOT NULL, last_error TEXT, processed_at INTEGER) STRICT;
CREATE INDEX paddle_events_due ON paddle_events(next_attempt_at) WHERE status = 'pending';
CREATE TABLE paddle_subscriptions (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id), item_key TEXT NOT NULL, status TEXT NOT NULL,
  period_start INTEGER, period_end INTEGER, scheduled_action TEXT, scheduled_at INTEGER, state_at INTEGER NOT NULL) STRICT;
CREATE INDEX paddle_subscriptions_account ON paddle_subscriptions(account_id);
CREATE TABLE paddle_transactions (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id), checkout_id TEXT, subscription_id TEXT, status TEXT NOT NULL,
  origin TEXT NOT NULL, currency_code TEXT NOT NULL, grand_total TEXT NOT NULL, invoice_number TEXT, granted_at INTEGER, state_at INTEGER NOT NULL) STRICT;
CREATE INDEX paddle_transactions_account ON paddle_transactions(account_id, state_at);
