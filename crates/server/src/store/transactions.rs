//! The mirror of the provider's transactions.

use super::{Flag, StoreError, id, micros};
use domain::Timestamp;
use domain::id::{AccountId, CheckoutId};
use sqlx::AnyConnection;

/// A transaction as the provider reported it.
#[derive(Clone, Copy, Debug)]
pub struct TransactionReport<'a> {
    /// The provider's id.
    pub id: &'a str,
    /// Whose it is.
    pub account: &'a AccountId,
    /// The checkout that it pays.
    pub checkout: Option<&'a CheckoutId>,
    /// The subscription it belongs to.
    pub subscription: Option<&'a str>,
    /// Its status.
    pub status: &'a str,
    /// Where it came from.
    pub origin: &'a str,
    /// Its currency.
    pub currency_code: &'a str,
    /// What the customer pays, in minor units.
    pub grand_total: &'a str,
    /// Its invoice.
    pub invoice_number: Option<&'a str>,
    /// When it was billed.
    pub billed_at: Option<Timestamp>,
    /// When it was so, in microseconds; the newest report wins.
    pub state_at: i64,
}

/// Takes a report, when it is newer than what is known.
pub async fn report(
    conn: &mut AnyConnection,
    report: &TransactionReport<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO paddle_transactions (id, account_id, checkout_id, subscription_id, status, origin, currency_code, grand_total, invoice_number, state_at, billed_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT (id) DO UPDATE SET status = excluded.status, \
         subscription_id = COALESCE(excluded.subscription_id, paddle_transactions.subscription_id), grand_total = excluded.grand_total, \
         invoice_number = COALESCE(excluded.invoice_number, paddle_transactions.invoice_number), billed_at = COALESCE(excluded.billed_at, paddle_transactions.billed_at), state_at = excluded.state_at \
         WHERE excluded.state_at > paddle_transactions.state_at",
    )
    .bind(report.id)
    .bind(report.account.as_str())
    .bind(report.checkout.map(CheckoutId::as_str))
    .bind(report.subscription)
    .bind(report.status)
    .bind(report.origin)
    .bind(report.currency_code)
    .bind(report.grand_total)
    .bind(report.invoice_number)
    .bind(report.state_at)
    .bind(report.billed_at.map(micros))
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes when what it brings was granted.
pub async fn note_granted(
    conn: &mut AnyConnection,
    transaction: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE paddle_transactions SET granted_at = COALESCE(granted_at, $2) WHERE id = $1",
    )
    .bind(transaction)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose a transaction was when it was reported before, and which checkout it paid.
pub async fn owner(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Option<(AccountId, Option<CheckoutId>)>, StoreError> {
    let known: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT account_id, checkout_id FROM paddle_transactions WHERE id = $1")
            .bind(transaction)
            .fetch_optional(conn)
            .await?;
    let Some((account, checkout)) = known else {
        return Ok(None);
    };
    let checkout = checkout
        .as_deref()
        .map(|text| id("checkout", text))
        .transpose()?;
    Ok(Some((id("account", &account)?, checkout)))
}

/// A bill that was not paid.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unpaid {
    /// The provider's transaction.
    pub id: String,
    /// What is due, in minor units.
    pub grand_total: String,
    /// Its currency.
    pub currency_code: String,
    /// When it was billed, in microseconds.
    pub billed_at: Option<i64>,
}

/// The newest bill of a subscription that is past due.
pub async fn past_due(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Option<Unpaid>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, grand_total, currency_code, billed_at FROM paddle_transactions \
         WHERE account_id = $1 AND status = 'past_due' AND subscription_id IS NOT NULL ORDER BY billed_at DESC NULLS LAST, id DESC LIMIT 1",
    )
    .bind(account.as_str())
    .fetch_optional(conn)
    .await
}

/// Whether an account ever paid.
pub async fn any_completed(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<bool, sqlx::Error> {
    let Flag(found) = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM paddle_transactions WHERE account_id = $1 AND status = 'completed')")
        .bind(account.as_str())
        .fetch_one(conn)
        .await?;
    Ok(found)
}

/// Whether a transaction is known as it is now: its mirror is as new, or the event that says so is here and waits for
/// its turn or for a person.
pub async fn is_known(
    conn: &mut AnyConnection,
    transaction: &str,
    status: &str,
    updated_at: Option<Timestamp>,
    event_type: &str,
) -> Result<bool, sqlx::Error> {
    let Flag(found) = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM paddle_transactions WHERE id = $1 AND status = $2 AND state_at >= $3 AND (status <> 'completed' \
         OR granted_at IS NOT NULL OR origin IN ('subscription_payment_method_change','subscription_update'))) \
         OR EXISTS (SELECT 1 FROM paddle_events WHERE entity_id = $1 AND event_type = $4 AND status IN ('pending','quarantined'))",
    )
    .bind(transaction)
    .bind(status)
    .bind(updated_at.map_or(0, micros))
    .bind(event_type)
    .fetch_one(conn)
    .await?;
    Ok(found)
}
