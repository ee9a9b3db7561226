-- Money that the provider takes back or returns, and what that does to the credits that the money brought.
-- What a payment consists of, and everything that was adjusted of it.
CREATE TABLE paddle_lines (
  id TEXT PRIMARY KEY, transaction_id TEXT NOT NULL REFERENCES paddle_transactions(id), price_id TEXT NOT NULL,
  quantity INTEGER NOT NULL, total INTEGER NOT NULL CHECK (total >= 0)) STRICT;
CREATE INDEX paddle_lines_transaction ON paddle_lines(transaction_id);
-- When a payment was billed, by the provider's clock.
ALTER TABLE paddle_transactions ADD COLUMN billed_at INTEGER;
CREATE TABLE paddle_adjustments (
  id TEXT PRIMARY KEY, transaction_id TEXT NOT NULL REFERENCES paddle_transactions(id), account_id TEXT NOT NULL REFERENCES accounts(id),
  action TEXT NOT NULL CHECK (action IN ('refund','credit','credit_reverse','chargeback','chargeback_reverse','chargeback_warning','chargeback_warning_reverse')),
  status TEXT NOT NULL CHECK (status IN ('pending_approval','approved','rejected','reversed')), stage INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 2),
  is_full INTEGER NOT NULL CHECK (is_full IN (0,1)), reason TEXT NOT NULL, currency_code TEXT NOT NULL, total TEXT NOT NULL,
  items TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX paddle_adjustments_transaction ON paddle_adjustments(transaction_id, created_at);
CREATE TRIGGER adjustments_go_forward BEFORE UPDATE ON paddle_adjustments
WHEN NEW.stage <= OLD.stage OR NEW.transaction_id <> OLD.transaction_id OR NEW.account_id <> OLD.account_id OR NEW.action <> OLD.action
BEGIN SELECT RAISE(ABORT,'an adjustment never goes back'); END;
CREATE TRIGGER adjustments_own_account BEFORE INSERT ON paddle_adjustments
WHEN NOT EXISTS (SELECT 1 FROM paddle_transactions t WHERE t.id = NEW.transaction_id AND t.account_id = NEW.account_id)
BEGIN SELECT RAISE(ABORT,'an adjustment belongs to the account of its payment'); END;

-- What is claimed of a lot, cumulative, and how far that is met. A lot and the lots that reversals brought in its place are one.
CREATE TABLE lot_claims (
  account_id TEXT NOT NULL, lot_id TEXT NOT NULL, credit_type TEXT NOT NULL,
  refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0), disputed INTEGER NOT NULL DEFAULT 0 CHECK (disputed >= 0),
  in_review INTEGER NOT NULL DEFAULT 0 CHECK (in_review >= 0),
  -- Taken and not returned; owed because a disputed payment was used; paid of that with other credits.
  taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0), owed INTEGER NOT NULL DEFAULT 0 CHECK (owed >= 0), paid INTEGER NOT NULL DEFAULT 0,
  -- The adjustment that last claimed more, the last dispute, and the refund in review.
  claimed_by TEXT NOT NULL DEFAULT '', disputed_by TEXT NOT NULL DEFAULT '', reviewed_for TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL, PRIMARY KEY (account_id, lot_id),
  FOREIGN KEY (account_id, lot_id) REFERENCES credit_lots(account_id, id),
  FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  CHECK (taken + owed <= refunded + disputed), CHECK (paid BETWEEN 0 AND owed)) STRICT;
CREATE INDEX lot_claims_owed ON lot_claims(account_id, credit_type, position) WHERE owed > paid;
CREATE TRIGGER lot_claims_fit BEFORE INSERT ON lot_claims
WHEN NOT EXISTS (SELECT 1 FROM credit_lots l WHERE l.account_id = NEW.account_id AND l.id = NEW.lot_id AND l.credit_type = NEW.credit_type
  AND l.replaces IS NULL AND NEW.refunded + NEW.disputed + NEW.in_review <= l.amount)
BEGIN SELECT RAISE(ABORT,'claims are on a lot of that type and fit into it'); END;
CREATE TRIGGER lot_claims_still_fit BEFORE UPDATE ON lot_claims
WHEN NEW.account_id <> OLD.account_id OR NEW.lot_id <> OLD.lot_id OR NEW.credit_type <> OLD.credit_type OR NOT EXISTS (SELECT 1 FROM credit_lots l
  WHERE l.account_id = NEW.account_id AND l.id = NEW.lot_id AND NEW.refunded + NEW.disputed + NEW.in_review <= l.amount)
BEGIN SELECT RAISE(ABORT,'claims are on a lot of that type and fit into it'); END;
CREATE TRIGGER lot_claims_stay BEFORE DELETE ON lot_claims BEGIN SELECT RAISE(ABORT,'claims are kept'); END;

-- What paid a debt, lot by lot: it is returned there when the debt turns out to be none.
CREATE TABLE debt_payments (
  account_id TEXT NOT NULL, debtor_lot TEXT NOT NULL, position INTEGER NOT NULL, payer_lot TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), returned INTEGER NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND amount),
  PRIMARY KEY (account_id, debtor_lot, position),
  FOREIGN KEY (account_id, debtor_lot) REFERENCES lot_claims(account_id, lot_id),
  FOREIGN KEY (account_id, payer_lot) REFERENCES credit_lots(account_id, id)) STRICT;
CREATE INDEX debt_payments_payer ON debt_payments(account_id, payer_lot);
CREATE TRIGGER debt_payments_go_forward BEFORE UPDATE ON debt_payments
WHEN NEW.account_id <> OLD.account_id OR NEW.debtor_lot <> OLD.debtor_lot OR NEW.position <> OLD.position OR NEW.payer_lot <> OLD.payer_lot
  OR NEW.amount <> OLD.amount OR NEW.returned < OLD.returned
BEGIN SELECT RAISE(ABORT,'a payment of a debt is only ever returned'); END;
CREATE TRIGGER debt_payments_stay BEFORE DELETE ON debt_payments BEGIN SELECT RAISE(ABORT,'payments of debts are kept'); END;

-- The lot in whose place a reversal brought this one, and the part of what was taken that paid a debt.
ALTER TABLE credit_lots ADD COLUMN replaces TEXT;
ALTER TABLE credit_lots ADD COLUMN settled INTEGER NOT NULL DEFAULT 0 CHECK (settled BETWEEN 0 AND refunded);
CREATE INDEX credit_lots_replaces ON credit_lots(account_id, replaces) WHERE replaces IS NOT NULL;
DROP TRIGGER lots_immutable;
CREATE TRIGGER lots_immutable BEFORE UPDATE ON credit_lots
WHEN NEW.amount<>OLD.amount OR NEW.credit_type<>OLD.credit_type OR NEW.source<>OLD.source OR NEW.source_ref<>OLD.source_ref OR NEW.account_id<>OLD.account_id
  OR NEW.spent<OLD.spent OR NEW.refunded<OLD.refunded OR NEW.expired<OLD.expired OR NEW.settled<OLD.settled OR NEW.replaces IS NOT OLD.replaces
BEGIN SELECT RAISE(ABORT,'lot identity and terminal counters are immutable'); END;
CREATE TRIGGER lots_replace_their_own BEFORE INSERT ON credit_lots
WHEN NEW.replaces IS NOT NULL AND (NEW.source <> 'adjustment_reversal' OR NOT EXISTS (SELECT 1 FROM credit_lots l
  WHERE l.account_id = NEW.account_id AND l.id = NEW.replaces AND l.credit_type = NEW.credit_type AND l.replaces IS NULL))
BEGIN SELECT RAISE(ABORT,'a reversal replaces a lot of the same account and type'); END;

-- A refund in review holds credits too, and entries have causes of their own for what is taken back. SQLite changes no
-- CHECK in place: both tables are written anew, with everything in them as it was.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE holds_before AS SELECT * FROM holds;
DROP TABLE holds;
CREATE TABLE holds (
  account_id TEXT NOT NULL, id TEXT NOT NULL, credit_type TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
  purpose TEXT NOT NULL CHECK (purpose IN ('scan','fix','ai','refund_review')), project_id TEXT, work_ref TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'held' CHECK (status IN ('held','spent','restored')),
  spent_amount INTEGER NOT NULL DEFAULT 0, restored_amount INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, resolved_at INTEGER,
  PRIMARY KEY (account_id, id), UNIQUE (id), FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  CHECK (purpose <> 'refund_review' OR status <> 'spent'),
  CHECK ((status = 'held' AND spent_amount = 0 AND restored_amount = 0 AND resolved_at IS NULL)
      OR (status = 'spent' AND spent_amount > 0 AND restored_amount >= 0 AND spent_amount + restored_amount = amount AND resolved_at IS NOT NULL)
      OR (status = 'restored' AND spent_amount = 0 AND restored_amount = amount AND resolved_at IS NOT NULL))) STRICT;
INSERT INTO holds SELECT * FROM holds_before;
DROP TABLE holds_before;
CREATE UNIQUE INDEX holds_one_live ON holds(account_id, purpose, work_ref) WHERE status IN ('held','spent');
CREATE TRIGGER holds_terminal BEFORE UPDATE ON holds
WHEN OLD.status <> 'held' OR NEW.amount <> OLD.amount OR NEW.credit_type <> OLD.credit_type OR NEW.work_ref <> OLD.work_ref OR NEW.account_id <> OLD.account_id
BEGIN SELECT RAISE(ABORT,'hold is resolved or an immutable field changed'); END;
-- While billing is blocked, past due or closed no work can take credits, whatever asks; what runs may end.
CREATE TRIGGER holds_need_billing BEFORE INSERT ON holds
WHEN NEW.purpose <> 'refund_review' AND NEW.status = 'held' AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = NEW.account_id AND a.billing_state IN ('past_due','blocked','closed'))
BEGIN SELECT RAISE(ABORT,'billing lets no work start'); END;

CREATE TABLE entries_before AS SELECT * FROM ledger_entries;
DROP TABLE ledger_entries;
CREATE TABLE ledger_entries (
  account_id TEXT NOT NULL, seq INTEGER NOT NULL CHECK (seq > 0), credit_type TEXT NOT NULL,
  kind TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
  d_avail INTEGER NOT NULL, d_res INTEGER NOT NULL, d_spent INTEGER NOT NULL,
  avail_after INTEGER NOT NULL CHECK (avail_after >= 0), res_after INTEGER NOT NULL CHECK (res_after >= 0),
  spent_after INTEGER NOT NULL CHECK (spent_after >= 0),
  lot_id TEXT, hold_id TEXT,
  cause TEXT NOT NULL CHECK (cause IN ('checkout','renewal','hold','expiry','refund','service_credit','chargeback','reversal','debt')),
  cause_ref TEXT NOT NULL, project_id TEXT, actor TEXT NOT NULL, created_at INTEGER NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (account_id, seq),
  -- Each effect happens once, whatever is delivered how often.
  UNIQUE (account_id, credit_type, kind, cause, cause_ref),
  FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  FOREIGN KEY (account_id, lot_id) REFERENCES credit_lots(account_id, id),
  FOREIGN KEY (account_id, hold_id) REFERENCES holds(account_id, id),
  CHECK ((kind = 'refund') = (cause IN ('refund','chargeback','debt')) AND (cause <> 'reversal' OR kind = 'grant')),
  CHECK ((kind IN ('grant','service_credit') AND d_avail =  amount AND d_res = 0       AND d_spent = 0      AND lot_id IS NOT NULL)
      OR (kind = 'reserve'                   AND d_avail = -amount AND d_res = amount  AND d_spent = 0      AND hold_id IS NOT NULL)
      OR (kind = 'spend'                     AND d_avail = 0       AND d_res = -amount AND d_spent = amount AND hold_id IS NOT NULL)
      OR (kind = 'restore'                   AND d_avail = amount  AND d_res = -amount AND d_spent = 0      AND hold_id IS NOT NULL)
      OR (kind IN ('expire','refund')        AND d_avail = -amount AND d_res = 0       AND d_spent = 0      AND lot_id IS NOT NULL))) STRICT;
INSERT INTO ledger_entries SELECT * FROM entries_before;
DROP TABLE entries_before;
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
