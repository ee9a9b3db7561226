-- Until when the card that paid last for a subscription can be charged. Nothing else of it is kept.
CREATE TABLE paying_cards (
  subscription_id TEXT COLLATE "C" PRIMARY KEY, account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), ends_at BIGINT NOT NULL, paid_at BIGINT NOT NULL);
CREATE INDEX paying_cards_ending ON paying_cards (ends_at);
