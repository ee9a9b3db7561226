-- Until when the card that paid last for a subscription can be charged. Nothing else of it is kept.
CREATE TABLE paying_cards (
  subscription_id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id), ends_at INTEGER NOT NULL, paid_at INTEGER NOT NULL) STRICT;
CREATE INDEX paying_cards_ending ON paying_cards (ends_at);
