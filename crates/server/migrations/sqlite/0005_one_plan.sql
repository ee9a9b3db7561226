-- One unfinished plan checkout an account: two plans that are both paid would be two subscriptions.
ALTER TABLE checkouts ADD COLUMN is_plan INTEGER NOT NULL DEFAULT 0 CHECK (is_plan IN (0,1));
-- An ended session whose transaction must not be payable any more; the provider is told as soon as it answers.
ALTER TABLE checkouts ADD COLUMN withdraw INTEGER NOT NULL DEFAULT 0 CHECK (withdraw IN (0,1));
UPDATE checkouts SET is_plan = 1 WHERE item_key IN ('scan_plan','monitor_plan','fix_plan','agency_plan');
-- Of several, the one that was paid stays, else the newest.
UPDATE checkouts SET state = 'cancelled', withdraw = (paid_at IS NULL), next_poll_at = 0, updated_at = unixepoch() * 1000000
  WHERE rowid IN (SELECT n FROM (SELECT rowid AS n, row_number() OVER (PARTITION BY account_id ORDER BY paid_at IS NULL, created_at DESC, id) AS place
    FROM checkouts WHERE is_plan = 1 AND state IN ('created','opened','returned_pending')) WHERE place > 1);
CREATE UNIQUE INDEX checkouts_one_unfinished_plan ON checkouts(account_id) WHERE is_plan = 1 AND state IN ('created','opened','returned_pending');
-- Ended sessions are asked about too: somebody may still pay them. Those that ended long ago are left alone.
UPDATE checkouts SET next_poll_at = NULL WHERE state IN ('confirmed','failed','cancelled','expired') AND next_poll_at > 0
  AND (state = 'confirmed' OR paddle_transaction_id IS NULL OR updated_at < (unixepoch() - 259200) * 1000000);
DROP INDEX checkouts_poll;
CREATE INDEX checkouts_poll ON checkouts(next_poll_at) WHERE next_poll_at IS NOT NULL;
