//! How a checkout session is opened and moves on, never back and never out of an end but by money that came late.

use crate::store::{Flag, micros};
use domain::Timestamp;
use domain::catalogue::{Item, ItemKind};
use domain::checkout::CheckoutState;
use domain::id::{AccountId, CheckoutId, UserId};
use domain::link::Origin;
use sqlx::AnyConnection;

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewCheckout<'a> {
    /// Its id.
    pub id: &'a CheckoutId,
    /// The account.
    pub account: &'a AccountId,
    /// Who opens it.
    pub user: &'a UserId,
    /// The catalogue item.
    pub item: &'a Item,
    /// The provider's price.
    pub price_id: &'a str,
    /// Units.
    pub quantity: i64,
    /// Where the person came from.
    pub origin: Option<&'a Origin>,
    /// When the provider is asked the first time.
    pub next_poll_at: Timestamp,
}

/// Stores a new session before the provider knows of it.
pub async fn insert(
    conn: &mut AnyConnection,
    new: &NewCheckout<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO checkouts (account_id, id, user_id, item_key, price_id, quantity, state, origin, next_poll_at, created_at, updated_at, is_plan) \
         VALUES ($1,$2,$3,$4,$5,$6,'created',$7,$8,$9,$9,$10)",
    )
    .bind(new.account.as_str())
    .bind(new.id.as_str())
    .bind(new.user.as_str())
    .bind(&new.item.key)
    .bind(new.price_id)
    .bind(new.quantity)
    .bind(new.origin.and_then(|origin| serde_json::to_string(origin).ok()))
    .bind(micros(new.next_poll_at))
    .bind(micros(now))
    .bind(Flag(new.item.kind == ItemKind::Plan))
    .execute(conn)
    .await?;
    Ok(())
}

/// Ties a session to the provider's transaction, unless it has another one; answers whether it is this one now. One that
/// has ended meanwhile must not be payable.
pub async fn attach(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    transaction: &str,
    total: Option<&str>,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let tied = sqlx::query(
        "UPDATE checkouts SET paddle_transaction_id = $2, total = $3, updated_at = $4, \
         withdraw = CASE WHEN state IN ('cancelled','expired','failed') THEN 1 ELSE withdraw END, \
         next_poll_at = CASE WHEN state IN ('cancelled','expired','failed') THEN $4 ELSE next_poll_at END \
         WHERE id = $1 AND (paddle_transaction_id IS NULL OR paddle_transaction_id = $2)",
    )
    .bind(checkout_id.as_str())
    .bind(transaction)
    .bind(total)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(tied.rows_affected() == 1)
}

/// How long after its end an ended session is asked about the first time.
const FOLLOW: chrono::Duration = chrono::Duration::minutes(10);
/// How long after a payment was taken the provider is asked whether it is completed.
const PAID_POLL: chrono::Duration = chrono::Duration::minutes(2);

/// Moves a session on, but never back and never out of an end; answers whether it moved.
pub async fn advance(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    to: CheckoutState,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let before = CheckoutState::ALL
        .iter()
        .filter(|from| to.may_follow(**from));
    let from: Vec<&str> = before.map(|from| from.key()).collect();
    // What has ended without being confirmed is followed for a while, because its form may be open somewhere.
    let moved = sqlx::query(
        "UPDATE checkouts SET state = $2, updated_at = $3, finished_at = CASE WHEN $2 = 'returned_pending' THEN COALESCE(finished_at, $3) ELSE finished_at END, \
         next_poll_at = CASE WHEN $2 NOT IN ('failed','cancelled','expired') THEN next_poll_at WHEN paddle_transaction_id IS NULL THEN NULL ELSE $5 END \
         WHERE id = $1 AND instr(',' || $4 || ',', ',' || state || ',') > 0",
    )
    .bind(checkout_id.as_str())
    .bind(to.key())
    .bind(micros(now))
    .bind(from.join(","))
    .bind(micros(now + FOLLOW))
    .execute(conn)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Notes when the provider took the payment, by its own clock; soon afterwards it is asked whether it is completed.
pub async fn note_paid(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    at: Timestamp,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE checkouts SET paid_at = COALESCE(paid_at, $2), failure_reason = NULL, \
         poll_count = CASE WHEN paid_at IS NULL THEN 0 ELSE poll_count END, \
         next_poll_at = CASE WHEN state = 'confirmed' THEN NULL ELSE min(COALESCE(next_poll_at, $3), $3) END WHERE id = $1",
    )
    .bind(checkout_id.as_str())
    .bind(micros(at))
    .bind(micros(now + PAID_POLL))
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the browser came back from the provider's form, however far the session is by now.
pub async fn note_finished(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    // Whatever was declined before, this attempt is another one.
    sqlx::query("UPDATE checkouts SET finished_at = COALESCE(finished_at, $2), failure_reason = NULL WHERE id = $1")
        .bind(checkout_id.as_str())
        .bind(micros(at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes when the completed event reached us and when its grant was written.
pub async fn note_written(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    received_at: Timestamp,
    written_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE checkouts SET received_at = COALESCE(received_at, $2), finished_at = COALESCE(finished_at, paid_at), written_at = COALESCE(written_at, $3), next_poll_at = NULL WHERE id = $1")
        .bind(checkout_id.as_str())
        .bind(micros(received_at))
        .bind(micros(written_at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes why an attempt to pay failed.
pub async fn note_failure(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    reason: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE checkouts SET failure_reason = $2, updated_at = $3 WHERE id = $1")
        .bind(checkout_id.as_str())
        .bind(reason)
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes a session back whose payment was handed in and then declined: nothing was charged and it can be paid again.
/// Only for what the provider itself answered just now; answers whether it moved.
pub async fn reopen(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let moved = sqlx::query(
        "UPDATE checkouts SET state = 'opened', finished_at = NULL, updated_at = $2 WHERE id = $1 AND state = 'returned_pending' AND paid_at IS NULL",
    )
    .bind(checkout_id.as_str())
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Plans the next question to the provider; `counts` when the last one was answered.
pub async fn plan_poll(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    next: Option<Timestamp>,
    counts: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE checkouts SET next_poll_at = $2, poll_count = poll_count + $3 WHERE id = $1",
    )
    .bind(checkout_id.as_str())
    .bind(next.map(micros))
    .bind(Flag(counts))
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a person asked the provider; answers whether the last time is long enough ago.
pub async fn may_ask(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let asked = sqlx::query("UPDATE checkouts SET asked_at = $2 WHERE id = $1 AND asked_at <= $3")
        .bind(checkout_id.as_str())
        .bind(micros(now))
        .bind(micros(now - chrono::Duration::seconds(5)))
        .execute(conn)
        .await?;
    Ok(asked.rows_affected() == 1)
}
