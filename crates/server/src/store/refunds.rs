//! Refunds that were asked for, as stored.

use super::{Flag, StoreError, id, keyed, micros, moment};
use domain::Timestamp;
use domain::id::{AccountId, RefundRequestId};
use domain::transaction::Money;
use domain::transaction::refund::{AskRefund, RefundReason, RefundRequest, RequestState};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A request to be stored.
#[derive(Clone, Debug)]
pub struct NewRequest<'a> {
    /// Its id.
    pub id: &'a RefundRequestId,
    /// Whose payment.
    pub account: &'a AccountId,
    /// The payment.
    pub transaction: &'a str,
    /// What is asked for.
    pub ask: &'a AskRefund,
    /// Such as `USD`.
    pub currency: &'a str,
    /// Who asks, by name.
    pub asked_by: &'a str,
}

/// Stores a request that is on its way.
pub async fn insert(
    conn: &mut AnyConnection,
    new: &NewRequest<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO refund_requests (id, account_id, transaction_id, reason, amount, currency_code, asked_by, asked_at, state) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,'asking')",
    )
    .bind(new.id.as_str())
    .bind(new.account.as_str())
    .bind(new.transaction)
    .bind(new.ask.reason.key())
    .bind(new.ask.amount)
    .bind(new.currency)
    .bind(new.asked_by)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// A request with what it is about.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Whose payment.
    pub account: AccountId,
    /// The payment.
    pub transaction: String,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// The request.
    pub request: RefundRequest,
}

fn stored(row: &AnyRow) -> Result<Stored, StoreError> {
    let answered: Option<i64> = row.try_get("answered_at")?;
    Ok(Stored {
        account: id("account", row.try_get("account_id")?)?,
        transaction: row.try_get("transaction_id")?,
        answered_at: answered.map(moment).transpose()?,
        request: RefundRequest {
            refund_request_id: id("refund request", row.try_get("id")?)?,
            reason: keyed("refund reason", row.try_get("reason")?, RefundReason::parse)?,
            amount: Money::of(row.try_get("amount")?, row.try_get("currency_code")?),
            asked_by: row.try_get("asked_by")?,
            asked_at: moment(row.try_get("asked_at")?)?,
            state: keyed("request state", row.try_get("state")?, RequestState::parse)?,
            adjustment_id: row.try_get("adjustment_id")?,
            refusal: row.try_get("refusal")?,
        },
    })
}

/// The requests about a payment, oldest first.
pub async fn of_payment(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM refund_requests WHERE transaction_id = $1 ORDER BY asked_at, id",
    )
    .bind(transaction)
    .fetch_all(conn)
    .await?;
    rows.iter().map(stored).collect()
}

/// A request.
pub async fn load(
    conn: &mut AnyConnection,
    request: &RefundRequestId,
) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query("SELECT * FROM refund_requests WHERE id = $1")
        .bind(request.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(stored).transpose()
}

/// Requests that have been on their way since before this moment, oldest first.
pub async fn open_since(
    conn: &mut AnyConnection,
    before: Timestamp,
) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM refund_requests WHERE state = 'asking' AND asked_at <= $1 ORDER BY asked_at LIMIT 20",
    )
    .bind(micros(before))
    .fetch_all(conn)
    .await?;
    rows.iter().map(stored).collect()
}

/// Notes the adjustment that a request became; answers whether it was still on its way.
pub async fn answered(
    conn: &mut AnyConnection,
    request: &RefundRequestId,
    adjustment: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE refund_requests SET state = 'asked', adjustment_id = $2, answered_at = $3 WHERE id = $1 AND state = 'asking'")
        .bind(request.as_str())
        .bind(adjustment)
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes why the provider did not take a request.
pub async fn refused(
    conn: &mut AnyConnection,
    request: &RefundRequestId,
    why: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE refund_requests SET state = 'refused', refusal = $2, answered_at = $3 WHERE id = $1 AND state = 'asking'")
        .bind(request.as_str())
        .bind(why)
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether a request became this adjustment.
pub async fn is_taken(conn: &mut AnyConnection, adjustment: &str) -> Result<bool, sqlx::Error> {
    let Flag(found) = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM refund_requests WHERE adjustment_id = $1)",
    )
    .bind(adjustment)
    .fetch_one(conn)
    .await?;
    Ok(found)
}
