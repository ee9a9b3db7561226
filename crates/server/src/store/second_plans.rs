//! Plans that were paid while another one ran, as stored.

use super::{Flag, StoreError, id, micros};
use domain::Timestamp;
use domain::id::AccountId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A second plan and the one that stays.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Whose they are.
    pub account: AccountId,
    /// The subscription that has to end.
    pub subscription: String,
    /// The subscription that stays.
    pub kept: String,
    /// The payment that began the second one.
    pub transaction: String,
    /// The item of the second plan.
    pub item_key: String,
    /// The item of the plan that stays.
    pub kept_item_key: String,
    /// Whether the provider said that the second one has ended.
    pub ended: bool,
}

const SELECT: &str = "SELECT p.*, s.item_key, s.status = 'canceled' AS ended, k.item_key AS kept_item_key FROM second_plans p \
  JOIN paddle_subscriptions s ON s.id = p.subscription_id JOIN paddle_subscriptions k ON k.id = p.kept_subscription_id ";

fn stored(row: &AnyRow) -> Result<Stored, StoreError> {
    Ok(Stored {
        account: id("account", row.try_get("account_id")?)?,
        subscription: row.try_get("subscription_id")?,
        kept: row.try_get("kept_subscription_id")?,
        transaction: row.try_get("transaction_id")?,
        item_key: row.try_get("item_key")?,
        kept_item_key: row.try_get("kept_item_key")?,
        ended: row.try_get::<Flag, _>("ended")?.0,
    })
}

/// Notes that a subscription has to end because another one stays; its next step is due at once. The payment is the one
/// that began it.
pub async fn insert(
    conn: &mut AnyConnection,
    account: &AccountId,
    subscription: &str,
    kept: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO second_plans (subscription_id, account_id, kept_subscription_id, transaction_id, found_at, next_at) \
         SELECT $1, $2, $3, t.id, $4, $4 FROM paddle_transactions t WHERE t.subscription_id = $1 AND t.account_id = $2 AND t.checkout_id IS NOT NULL \
         ORDER BY t.billed_at NULLS FIRST, t.id LIMIT 1 ON CONFLICT (subscription_id) DO NOTHING",
    )
    .bind(subscription)
    .bind(account.as_str())
    .bind(kept)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Those whose next step is due.
pub async fn due(conn: &mut AnyConnection, now: Timestamp) -> Result<Vec<Stored>, StoreError> {
    let sql = const_format::concatcp!(SELECT, "WHERE p.next_at <= $1 ORDER BY p.next_at LIMIT 20");
    let rows = sqlx::query(sql).bind(micros(now)).fetch_all(conn).await?;
    rows.iter().map(stored).collect()
}

/// Those of an account, newest first.
pub async fn of_account(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<Stored>, StoreError> {
    let sql = const_format::concatcp!(
        SELECT,
        "WHERE p.account_id = $1 ORDER BY p.found_at DESC LIMIT 20"
    );
    let rows = sqlx::query(sql)
        .bind(account.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(stored).collect()
}

/// The second plan that a payment began, if it did.
pub async fn of_payment(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Option<Stored>, StoreError> {
    let sql = const_format::concatcp!(SELECT, "WHERE p.transaction_id = $1");
    let row = sqlx::query(sql)
        .bind(transaction)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(stored).transpose()
}

/// When the next step is due; none when everything was asked for.
pub async fn plan_next(
    conn: &mut AnyConnection,
    subscription: &str,
    at: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE second_plans SET next_at = $2 WHERE subscription_id = $1")
        .bind(subscription)
        .bind(at.map(micros))
        .execute(conn)
        .await?;
    Ok(())
}

/// It is no second plan: the other one had ended when we asked.
pub async fn forget(conn: &mut AnyConnection, subscription: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM second_plans WHERE subscription_id = $1")
        .bind(subscription)
        .execute(conn)
        .await?;
    Ok(())
}
