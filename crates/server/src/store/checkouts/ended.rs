//! Sessions that have ended: taken back when they are paid after all, or taken out of use for good.

use super::Checkout;
use crate::store::{Flag, StoreError, id, micros};
use domain::Timestamp;
use domain::id::CheckoutId;
use sqlx::AnyConnection;

/// Takes an ended session back because it was paid. Another one that is under way for the same thing and not paid gives
/// way to it, and must not be payable any more; answers those. One that is paid too keeps its place: both will be granted.
pub async fn revive(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    now: Timestamp,
) -> Result<Vec<CheckoutId>, StoreError> {
    let displaced: Vec<String> = sqlx::query_scalar(
        "UPDATE checkouts SET state = 'cancelled', withdraw = 1, next_poll_at = $2, updated_at = $2 \
         WHERE state IN ('created','opened','returned_pending') AND paid_at IS NULL AND EXISTS (SELECT 1 FROM checkouts c WHERE c.id = $1 \
         AND c.state IN ('cancelled','expired','failed') AND c.account_id = checkouts.account_id AND c.id <> checkouts.id \
         AND (c.item_key = checkouts.item_key OR (c.is_plan = 1 AND checkouts.is_plan = 1))) RETURNING id",
    )
    .bind(checkout_id.as_str())
    .bind(micros(now))
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query(
        "UPDATE checkouts SET state = 'returned_pending', withdraw = 0, finished_at = COALESCE(finished_at, $2), updated_at = $2 WHERE id = $1 \
         AND state IN ('cancelled','expired','failed') AND NOT EXISTS (SELECT 1 FROM checkouts o WHERE o.account_id = checkouts.account_id \
         AND o.id <> checkouts.id AND (o.item_key = checkouts.item_key OR (o.is_plan = 1 AND checkouts.is_plan = 1)) \
         AND o.state IN ('created','opened','returned_pending'))",
    )
    .bind(checkout_id.as_str())
    .bind(micros(now))
    .execute(conn)
    .await?;
    ids(&displaced)
}

/// Ends the other plan sessions of the account of a plan session that was confirmed, unless they are paid too, and lets
/// none of their transactions be paid any more; answers those that ended now.
pub async fn withdraw_other_plans(
    conn: &mut AnyConnection,
    confirmed: &Checkout,
    now: Timestamp,
) -> Result<Vec<CheckoutId>, StoreError> {
    let ended: Vec<String> = sqlx::query_scalar(
        "UPDATE checkouts SET state = 'cancelled', updated_at = $3 WHERE account_id = $1 AND id <> $2 AND is_plan = 1 AND paid_at IS NULL \
         AND state IN ('created','opened','returned_pending') RETURNING id",
    )
    .bind(confirmed.account.as_str())
    .bind(confirmed.id.as_str())
    .bind(micros(now))
    .fetch_all(&mut *conn)
    .await?;
    // Those that ended earlier may be open in a form somewhere: each is asked about once more and taken out of use.
    sqlx::query(
        "UPDATE checkouts SET withdraw = 1, next_poll_at = $3 WHERE account_id = $1 AND id <> $2 AND is_plan = 1 AND paid_at IS NULL \
         AND state IN ('cancelled','expired','failed') AND paddle_transaction_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM paddle_transactions t \
         WHERE t.id = checkouts.paddle_transaction_id AND t.status = 'canceled')",
    )
    .bind(confirmed.account.as_str())
    .bind(confirmed.id.as_str())
    .bind(micros(now))
    .execute(conn)
    .await?;
    ids(&ended)
}

fn ids(texts: &[String]) -> Result<Vec<CheckoutId>, StoreError> {
    let ids = texts.iter().map(|text| id("checkout", text));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Notes whether the transaction of an ended session still has to be taken out of use.
pub async fn note_withdraw(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    withdraw: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE checkouts SET withdraw = $2 WHERE id = $1")
        .bind(checkout_id.as_str())
        .bind(Flag(withdraw))
        .execute(conn)
        .await?;
    Ok(())
}
