//! Adjustments of payments as stored, with the lines and the lots of the payment they are about.

use super::{Flag, StoreError, id, keyed, micros, moment};
use domain::Timestamp;
use domain::adjustment::{Adjustment, AdjustmentAction, AdjustmentStatus, Line};
use domain::id::{AccountId, LotId};
use sqlx::{AnyConnection, Row};

/// A payment that an adjustment is about.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Whose.
    pub account: AccountId,
    /// Whether everything that it brings is written.
    pub settled: bool,
}

/// The payment with this id, if it was ever told of.
pub async fn payment(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Option<Payment>, StoreError> {
    let row = sqlx::query(
        "SELECT account_id, status = 'completed' AND (granted_at IS NOT NULL \
         OR origin IN ('subscription_payment_method_change','subscription_update')) AS settled FROM paddle_transactions WHERE id = $1",
    )
    .bind(transaction)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Payment {
            account: id("account", row.try_get("account_id")?)?,
            settled: row.try_get::<Flag, _>("settled")?.0,
        })
    })
    .transpose()
}

/// An adjustment as it was told.
#[derive(Clone, Debug)]
pub struct NewAdjustment<'a> {
    /// What it does, to which lines, and how far it is.
    pub adjustment: &'a Adjustment,
    /// The payment.
    pub transaction: &'a str,
    /// Whose.
    pub account: &'a AccountId,
    /// Why, in the provider's words.
    pub reason: &'a str,
    /// Such as `USD`.
    pub currency: &'a str,
    /// The sum, as text in minor units.
    pub total: &'a str,
    /// When it came to be as it is.
    pub updated_at: Timestamp,
}

/// Notes an adjustment unless it is known to be as far along already.
pub async fn note(conn: &mut AnyConnection, new: &NewAdjustment<'_>) -> Result<(), StoreError> {
    let adjustment = new.adjustment;
    let items = serde_json::to_string(&adjustment.items).unwrap_or_default();
    sqlx::query(
        "INSERT INTO paddle_adjustments (id, transaction_id, account_id, action, status, stage, is_full, reason, currency_code, total, items, created_at, updated_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT (id) DO UPDATE SET status = excluded.status, stage = excluded.stage, \
         is_full = excluded.is_full, reason = excluded.reason, total = excluded.total, items = excluded.items, updated_at = excluded.updated_at \
         WHERE excluded.stage > paddle_adjustments.stage",
    )
    .bind(&adjustment.id)
    .bind(new.transaction)
    .bind(new.account.as_str())
    .bind(adjustment.action.key())
    .bind(adjustment.status.key())
    .bind(adjustment.status.stage())
    .bind(Flag(adjustment.full))
    .bind(new.reason)
    .bind(new.currency)
    .bind(new.total)
    .bind(items)
    .bind(micros(adjustment.created_at))
    .bind(micros(new.updated_at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Everything that was adjusted of a payment.
pub async fn of_payment(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Vec<Adjustment>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM paddle_adjustments WHERE transaction_id = $1 ORDER BY created_at, id",
    )
    .bind(transaction)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let items: &str = row.try_get("items")?;
            Ok(Adjustment {
                id: row.try_get("id")?,
                action: keyed(
                    "adjustment",
                    row.try_get("action")?,
                    AdjustmentAction::parse,
                )?,
                status: keyed(
                    "adjustment status",
                    row.try_get("status")?,
                    AdjustmentStatus::parse,
                )?,
                full: row.try_get::<Flag, _>("is_full")?.0,
                items: keyed("adjusted items", items, |text| {
                    serde_json::from_str(text).ok()
                })?,
                created_at: moment(row.try_get("created_at")?)?,
            })
        })
        .collect()
}

/// A line of a payment with the price that was paid.
#[derive(Clone, Debug)]
pub struct PricedLine {
    /// The provider's price.
    pub price_id: String,
    /// The line.
    pub line: Line,
}

/// The lines of a payment.
pub async fn lines(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Vec<PricedLine>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, price_id, total FROM paddle_lines WHERE transaction_id = $1 ORDER BY id",
    )
    .bind(transaction)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PricedLine {
                price_id: row.try_get("price_id")?,
                line: Line {
                    id: row.try_get("id")?,
                    total: row.try_get("total")?,
                },
            })
        })
        .collect()
}

/// Notes a line of a payment, once.
pub async fn note_line(
    conn: &mut AnyConnection,
    transaction: &str,
    line: &PricedLine,
    quantity: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO paddle_lines (id, transaction_id, price_id, quantity, total) VALUES ($1,$2,$3,$4,$5) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&line.line.id)
    .bind(transaction)
    .bind(&line.price_id)
    .bind(quantity)
    .bind(line.line.total)
    .execute(conn)
    .await?;
    Ok(())
}

/// A lot that a payment brought.
#[derive(Clone, Debug)]
pub struct PaidLot {
    /// Which.
    pub id: LotId,
    /// What it is known by: the payment or period, and the price.
    pub source_ref: String,
    /// Credits that it brought.
    pub amount: i64,
}

/// The lots that a payment brought, without those that reversals brought in their place.
pub async fn lots(conn: &mut AnyConnection, transaction: &str) -> Result<Vec<PaidLot>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, source_ref, amount FROM credit_lots WHERE txn_id = $1 AND replaces IS NULL ORDER BY arrival",
    )
    .bind(transaction)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PaidLot {
                id: id("lot", row.try_get("id")?)?,
                source_ref: row.try_get("source_ref")?,
                amount: row.try_get("amount")?,
            })
        })
        .collect()
}

/// Whether an adjustment is known as it is now, or waits in the inbox as such.
pub async fn is_known(
    conn: &mut AnyConnection,
    adjustment: &str,
    status: &str,
) -> Result<bool, sqlx::Error> {
    let Flag(known) = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM paddle_adjustments WHERE id = $1 AND status = $2)",
    )
    .bind(adjustment)
    .bind(status)
    .fetch_one(&mut *conn)
    .await?;
    let waiting: Vec<String> = sqlx::query_scalar(
        "SELECT body FROM paddle_events WHERE entity_id = $1 AND status IN ('pending','quarantined')",
    )
    .bind(adjustment)
    .fetch_all(conn)
    .await?;
    let says = |body: &String| data_of(body, "/data/status").as_deref() == Some(status);
    Ok(known || waiting.iter().any(says))
}

fn data_of(body: &str, pointer: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(body.pointer(pointer)?.as_str()?.to_owned())
}

/// Adjustments whose state may still change: refunds in review and disputes, by id.
pub async fn unsettled(conn: &mut AnyConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT id FROM paddle_adjustments WHERE status = 'pending_approval' \
         OR (status = 'approved' AND action IN ('chargeback','chargeback_warning')) ORDER BY id",
    )
    .fetch_all(conn)
    .await
}

/// Payments that adjustments in the inbox wait for since before this moment.
pub async fn awaited(
    conn: &mut AnyConnection,
    before: Timestamp,
) -> Result<Vec<String>, sqlx::Error> {
    let waiting: Vec<String> = sqlx::query_scalar(
        "SELECT body FROM paddle_events WHERE status = 'pending' AND event_type LIKE 'adjustment.%' AND received_at <= $1 \
         ORDER BY received_at LIMIT 200",
    )
    .bind(micros(before))
    .fetch_all(conn)
    .await?;
    let mut payments: Vec<String> = waiting
        .iter()
        .filter_map(|body| data_of(body, "/data/transaction_id"))
        .collect();
    payments.sort();
    payments.dedup();
    Ok(payments)
}
