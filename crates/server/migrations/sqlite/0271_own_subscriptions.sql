-- The subscriptions that give or gave an account its plan: all but those that were paid beside one that ran.
CREATE VIEW own_subscriptions AS SELECT * FROM paddle_subscriptions WHERE id NOT IN (SELECT subscription_id FROM second_plans);
