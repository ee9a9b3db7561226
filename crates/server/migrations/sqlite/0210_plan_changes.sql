-- A plan changes when the provider says so: what it becomes at the next renewal, and what was asked for and is not confirmed yet.
ALTER TABLE paddle_subscriptions ADD COLUMN next_item_key TEXT;
ALTER TABLE paddle_subscriptions ADD COLUMN next_from INTEGER;
ALTER TABLE paddle_subscriptions ADD COLUMN asked_wish TEXT;
ALTER TABLE paddle_subscriptions ADD COLUMN asked_at INTEGER;
