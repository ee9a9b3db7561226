-- Refunds that people asked for: what was asked, by whom, and which adjustment of the provider it became.
-- What the provider decides is told of as an adjustment; a request never changes credits.
CREATE TABLE refund_requests (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id), transaction_id TEXT NOT NULL REFERENCES paddle_transactions(id),
  reason TEXT NOT NULL CHECK (reason IN ('duplicate_charge','unsupported_before_delivery','quality_gate_blocked','partially_undeliverable')),
  amount INTEGER NOT NULL CHECK (amount > 0), currency_code TEXT NOT NULL, asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asking','asked','refused')), adjustment_id TEXT UNIQUE, refusal TEXT, answered_at INTEGER,
  CHECK ((state = 'asking') = (answered_at IS NULL)), CHECK ((state = 'asked') = (adjustment_id IS NOT NULL)), CHECK ((state = 'refused') = (refusal IS NOT NULL))) STRICT;
CREATE INDEX refund_requests_transaction ON refund_requests(transaction_id, asked_at);
-- One at a time is on its way for a payment.
CREATE UNIQUE INDEX refund_requests_one_open ON refund_requests(transaction_id) WHERE state = 'asking';
CREATE TRIGGER refund_requests_own_account BEFORE INSERT ON refund_requests
WHEN NOT EXISTS (SELECT 1 FROM paddle_transactions t WHERE t.id = NEW.transaction_id AND t.account_id = NEW.account_id)
BEGIN SELECT RAISE(ABORT,'a refund is asked for by the account of the payment'); END;
CREATE TRIGGER refund_requests_answered_once BEFORE UPDATE ON refund_requests
WHEN OLD.state <> 'asking' OR NEW.transaction_id <> OLD.transaction_id OR NEW.account_id <> OLD.account_id OR NEW.amount <> OLD.amount OR NEW.reason <> OLD.reason
BEGIN SELECT RAISE(ABORT,'a request is answered once and never changed'); END;
CREATE TRIGGER refund_requests_stay BEFORE DELETE ON refund_requests BEGIN SELECT RAISE(ABORT,'requests are kept'); END;
