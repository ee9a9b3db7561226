-- Service credits that were asked for, and what was decided. An approved one is an entry of the ledger with this as its cause.
CREATE TABLE service_credits (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id), transaction_id TEXT NOT NULL REFERENCES paddle_transactions(id),
  reason TEXT NOT NULL CHECK (reason IN ('duplicate_charge','unsupported_before_delivery','quality_gate_blocked','partially_undeliverable')),
  credit_type TEXT NOT NULL CHECK (credit_type IN ('scan','automated_fix','ai')), credits INTEGER NOT NULL CHECK (credits > 0),
  asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked','approved','rejected')), decided_by TEXT, decided_at INTEGER,
  CHECK ((state = 'asked') = (decided_at IS NULL)), CHECK ((decided_at IS NULL) = (decided_by IS NULL))) STRICT;
CREATE INDEX service_credits_transaction ON service_credits(transaction_id, asked_at);
CREATE INDEX service_credits_open ON service_credits(asked_at) WHERE state = 'asked';
CREATE TRIGGER service_credits_own_account BEFORE INSERT ON service_credits
WHEN NOT EXISTS (SELECT 1 FROM paddle_transactions t WHERE t.id = NEW.transaction_id AND t.account_id = NEW.account_id)
BEGIN SELECT RAISE(ABORT,'a service credit is asked for by the account of the payment'); END;
CREATE TRIGGER service_credits_decided_once BEFORE UPDATE ON service_credits
WHEN OLD.state <> 'asked' OR NEW.credits <> OLD.credits OR NEW.credit_type <> OLD.credit_type OR NEW.account_id <> OLD.account_id OR NEW.transaction_id <> OLD.transaction_id
BEGIN SELECT RAISE(ABORT,'a service credit is decided once and never changed'); END;
CREATE TRIGGER service_credits_stay BEFORE DELETE ON service_credits BEGIN SELECT RAISE(ABORT,'service credits are kept'); END;
