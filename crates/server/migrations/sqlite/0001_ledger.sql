-- Accounts and the credit ledger. Times are UTC microseconds; credits are whole numbers.
-- What the rules forbid, the database refuses by itself: negative figures, changed entries, a hold resolved twice.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, account_type TEXT NOT NULL CHECK (account_type IN ('owner','agency','client')),
  billing_email TEXT NOT NULL,
  package_key TEXT NOT NULL DEFAULT 'free_snapshot'
    CHECK (package_key IN ('free_snapshot','scan_plan','monitor_plan','fix_plan','agency_plan')),
  billing_state TEXT NOT NULL DEFAULT 'active' CHECK (billing_state IN ('active','payment_pending','past_due','blocked','closed')),
  price_list TEXT NOT NULL DEFAULT 'standard', agency_account_id TEXT REFERENCES accounts(id),
  ledger_seq INTEGER NOT NULL DEFAULT 0 CHECK (ledger_seq >= 0), created_at INTEGER NOT NULL) STRICT;

CREATE TABLE credit_balances (
  account_id TEXT NOT NULL REFERENCES accounts(id), credit_type TEXT NOT NULL CHECK (credit_type IN ('scan','automated_fix','ai')),
  granted INTEGER NOT NULL DEFAULT 0 CHECK (granted >= 0), avail INTEGER NOT NULL DEFAULT 0 CHECK (avail >= 0),
  res INTEGER NOT NULL DEFAULT 0 CHECK (res >= 0), spent INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
  refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0), expired INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
  PRIMARY KEY (account_id, credit_type),
  CHECK (granted = avail + res + spent + refunded + expired)) STRICT;

CREATE TABLE credit_lots (
  account_id TEXT NOT NULL, id TEXT NOT NULL, credit_type TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('plan_period','paddle_txn','adjustment_reversal','admin')), source_ref TEXT NOT NULL, txn_id TEXT,
  amount INTEGER NOT NULL CHECK (amount > 0), avail INTEGER NOT NULL CHECK (avail >= 0),
  res INTEGER NOT NULL DEFAULT 0 CHECK (res >= 0), spent INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
  refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0), expired INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
  -- Credits to take back as soon as running work returns them.
  refund_due INTEGER NOT NULL DEFAULT 0,
  priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 100), expires_at INTEGER, arrival INTEGER NOT NULL, created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, id),
  -- Global: one payment or period feeds one account once.
  UNIQUE (source, source_ref, credit_type),
  FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  CHECK (amount = avail + res + spent + refunded + expired), CHECK (refund_due BETWEEN 0 AND res)) STRICT;
CREATE INDEX credit_lots_burn ON credit_lots(account_id, credit_type, priority, expires_at, arrival) WHERE avail > 0;
CREATE INDEX credit_lots_txn ON credit_lots(txn_id) WHERE txn_id IS NOT NULL;

CREATE TABLE holds (
  account_id TEXT NOT NULL, id TEXT NOT NULL, credit_type TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
  purpose TEXT NOT NULL CHECK (purpose IN ('scan','fix','ai')), project_id TEXT, work_ref TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'held' CHECK (status IN ('held','spent','restored')),
  spent_amount INTEGER NOT NULL DEFAULT 0, restored_amount INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, resolved_at INTEGER,
  PRIMARY KEY (account_id, id), UNIQUE (id), FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  CHECK ((status = 'held' AND spent_amount = 0 AND restored_amount = 0 AND resolved_at IS NULL)
      OR (status = 'spent' AND spent_amount > 0 AND restored_amount >= 0 AND spent_amount + restored_amount = amount AND resolved_at IS NOT NULL)
      OR (status = 'restored' AND spent_amount = 0 AND restored_amount = amount AND resolved_at IS NOT NULL))) STRICT;
CREATE UNIQUE INDEX holds_one_live ON holds(account_id, purpose, work_ref) WHERE status IN ('held','spent');

CREATE TABLE hold_lots (
  account_id TEXT NOT NULL, hold_id TEXT NOT NULL, lot_id TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), position INTEGER NOT NULL,
  PRIMARY KEY (account_id, hold_id, lot_id),
  FOREIGN KEY (account_id, hold_id) REFERENCES holds(account_id, id),
  FOREIGN KEY (account_id, lot_id) REFERENCES credit_lots(account_id, id)) STRICT;

CREATE TABLE ledger_entries (
  account_id TEXT NOT NULL, seq INTEGER NOT NULL CHECK (seq > 0), credit_type TEXT NOT NULL,
  kind TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
  d_avail INTEGER NOT NULL, d_res INTEGER NOT NULL, d_spent INTEGER NOT NULL,
  avail_after INTEGER NOT NULL CHECK (avail_after >= 0), res_after INTEGER NOT NULL CHECK (res_after >= 0),
  spent_after INTEGER NOT NULL CHECK (spent_after >= 0),
  lot_id TEXT, hold_id TEXT,
  cause TEXT NOT NULL CHECK (cause IN ('checkout','renewal','hold','expiry','refund','service_credit')),
  cause_ref TEXT NOT NULL, project_id TEXT, actor TEXT NOT NULL, created_at INTEGER NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (account_id, seq),
  -- Each effect happens once, whatever is delivered how often.
  UNIQUE (account_id, credit_type, kind, cause, cause_ref),
  FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  FOREIGN KEY (account_id, lot_id) REFERENCES credit_lots(account_id, id),
  FOREIGN KEY (account_id, hold_id) REFERENCES holds(account_id, id),
  CHECK ((kind IN ('grant','service_credit') AND d_avail =  amount AND d_res = 0       AND d_spent = 0      AND lot_id IS NOT NULL)
      OR (kind = 'reserve'                   AND d_avail = -amount AND d_res = amount  AND d_spent = 0      AND hold_id IS NOT NULL)
      OR (kind = 'spend'                     AND d_avail = 0       AND d_res = -amount AND d_spent = amount AND hold_id IS NOT NULL)
      OR (kind = 'restore'                   AND d_avail = amount  AND d_res = -amount AND d_spent = 0      AND hold_id IS NOT NULL)
      OR (kind IN ('expire','refund')        AND d_avail = -amount AND d_res = 0       AND d_spent = 0      AND lot_id IS NOT NULL))) STRICT;
CREATE INDEX ledger_by_type ON ledger_entries(account_id, credit_type, seq);

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_entries BEGIN SELECT RAISE(ABORT,'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_entries BEGIN SELECT RAISE(ABORT,'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_matches_balance AFTER INSERT ON ledger_entries
WHEN NOT EXISTS (SELECT 1 FROM credit_balances b WHERE b.account_id=NEW.account_id AND b.credit_type=NEW.credit_type
   AND b.avail=NEW.avail_after AND b.res=NEW.res_after AND b.spent=NEW.spent_after)
  OR NEW.avail_after - NEW.d_avail <> COALESCE((SELECT p.avail_after FROM ledger_entries p WHERE p.account_id=NEW.account_id AND p.credit_type=NEW.credit_type AND p.seq<NEW.seq ORDER BY p.seq DESC LIMIT 1),0)
  OR NEW.res_after - NEW.d_res <> COALESCE((SELECT p.res_after FROM ledger_entries p WHERE p.account_id=NEW.account_id AND p.credit_type=NEW.credit_type AND p.seq<NEW.seq ORDER BY p.seq DESC LIMIT 1),0)
  OR NEW.spent_after - NEW.d_spent <> COALESCE((SELECT p.spent_after FROM ledger_entries p WHERE p.account_id=NEW.account_id AND p.credit_type=NEW.credit_type AND p.seq<NEW.seq ORDER BY p.seq DESC LIMIT 1),0)
  OR NEW.seq <> (SELECT a.ledger_seq FROM accounts a WHERE a.id=NEW.account_id)
BEGIN SELECT RAISE(ABORT,'ledger entry does not match balance'); END;
CREATE TRIGGER holds_terminal BEFORE UPDATE ON holds
WHEN OLD.status <> 'held' OR NEW.amount <> OLD.amount OR NEW.credit_type <> OLD.credit_type OR NEW.work_ref <> OLD.work_ref OR NEW.account_id <> OLD.account_id
BEGIN SELECT RAISE(ABORT,'hold is resolved or an immutable field changed'); END;
CREATE TRIGGER lots_immutable BEFORE UPDATE ON credit_lots
WHEN NEW.amount<>OLD.amount OR NEW.credit_type<>OLD.credit_type OR NEW.source<>OLD.source OR NEW.source_ref<>OLD.source_ref OR NEW.account_id<>OLD.account_id
  OR NEW.spent<OLD.spent OR NEW.refunded<OLD.refunded OR NEW.expired<OLD.expired
BEGIN SELECT RAISE(ABORT,'lot identity and terminal counters are immutable'); END;
