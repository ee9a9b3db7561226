-- A plan that was paid while another one ran: it is ended at the provider and its payment asked back, by a rule.
ALTER TABLE paddle_subscriptions ADD COLUMN started_at INTEGER;
UPDATE paddle_subscriptions SET started_at = period_start;
CREATE TABLE second_plans (
  subscription_id TEXT PRIMARY KEY REFERENCES paddle_subscriptions(id), account_id TEXT NOT NULL REFERENCES accounts(id),
  kept_subscription_id TEXT NOT NULL REFERENCES paddle_subscriptions(id), transaction_id TEXT NOT NULL, found_at INTEGER NOT NULL,
  -- When the next step is due; none when everything was asked for.
  next_at INTEGER) STRICT;
CREATE INDEX second_plans_account ON second_plans(account_id);
CREATE INDEX second_plans_due ON second_plans(next_at) WHERE next_at IS NOT NULL;
