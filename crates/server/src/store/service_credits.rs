//! Service credits that were asked for, as stored.

use super::{StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::account::AccountRef;
use domain::credits::CreditType;
use domain::id::{AccountId, ServiceCreditId};
use domain::transaction::refund::RefundReason;
use domain::transaction::service_credit::{AskServiceCredit, ServiceCredit, ServiceCreditState};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

const SELECT: &str = "SELECT s.*, a.name AS account_name FROM service_credits s JOIN accounts a ON a.id = s.account_id ";
const OF_PAYMENT: &str = const_format::concatcp!(
    SELECT,
    "WHERE s.transaction_id = $1 ORDER BY s.asked_at, s.id"
);
const ONE: &str = const_format::concatcp!(SELECT, "WHERE s.id = $1");
const QUEUE: &str = const_format::concatcp!(
    SELECT,
    "ORDER BY s.state <> 'asked', s.asked_at DESC, s.id LIMIT 200"
);

fn stored(row: &AnyRow) -> Result<ServiceCredit, StoreError> {
    Ok(ServiceCredit {
        service_credit_id: id("service credit", row.try_get("id")?)?,
        account: AccountRef {
            id: id("account", row.try_get("account_id")?)?,
            name: row.try_get("account_name")?,
        },
        transaction_id: id("transaction", row.try_get("transaction_id")?)?,
        reason: keyed("reason", row.try_get("reason")?, RefundReason::parse)?,
        credit_type: keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?,
        credits: row.try_get("credits")?,
        asked_by: row.try_get("asked_by")?,
        asked_at: moment(row.try_get("asked_at")?)?,
        state: keyed("state", row.try_get("state")?, ServiceCreditState::parse)?,
        decided_by: row.try_get("decided_by")?,
        decided_at: maybe_moment(row.try_get("decided_at")?)?,
    })
}

/// Stores a request.
pub async fn insert(
    conn: &mut AnyConnection,
    new: &ServiceCreditId,
    (account, transaction): (&AccountId, &str),
    ask: &AskServiceCredit,
    asked_by: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO service_credits (id, account_id, transaction_id, reason, credit_type, credits, asked_by, asked_at, state) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,'asked')",
    )
    .bind(new.as_str())
    .bind(account.as_str())
    .bind(transaction)
    .bind(ask.reason.key())
    .bind(ask.credit_type.key())
    .bind(ask.credits)
    .bind(asked_by)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// What was asked for because of a payment, oldest first.
pub async fn of_payment(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Vec<ServiceCredit>, StoreError> {
    let rows = sqlx::query(OF_PAYMENT)
        .bind(transaction)
        .fetch_all(conn)
        .await?;
    rows.iter().map(stored).collect()
}

/// A request.
pub async fn one(
    conn: &mut AnyConnection,
    wanted: &ServiceCreditId,
) -> Result<Option<ServiceCredit>, StoreError> {
    let row = sqlx::query(ONE)
        .bind(wanted.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(stored).transpose()
}

/// The newest requests, those that wait first.
pub async fn queue(conn: &mut AnyConnection) -> Result<Vec<ServiceCredit>, StoreError> {
    let rows = sqlx::query(QUEUE).fetch_all(conn).await?;
    rows.iter().map(stored).collect()
}

/// How many wait.
pub async fn open(conn: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM service_credits WHERE state = 'asked'")
        .fetch_one(conn)
        .await
}

/// Notes a decision; answers whether the request still waited.
pub async fn decide(
    conn: &mut AnyConnection,
    wanted: &ServiceCreditId,
    state: ServiceCreditState,
    by: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE service_credits SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'asked'")
        .bind(wanted.as_str())
        .bind(state.key())
        .bind(by)
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}
