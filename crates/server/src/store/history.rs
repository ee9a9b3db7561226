//! The history of transactions as people read it, from the mirror.

use super::{StoreError, id, keyed, micros, moment};
use domain::Timestamp;
use domain::adjustment::{AdjustmentAction, AdjustmentStatus};
use domain::catalogue::catalogue;
use domain::id::{AccountId, CheckoutId};
use domain::transaction::{
    AdjustmentRow, Money, TransactionPurpose, TransactionRow, TransactionStatus,
    invoice_unavailable,
};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Where a page ends: the time by which transactions are ordered, and the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    at: i64,
    id: String,
}

impl Cursor {
    /// Reads a cursor; none when it is not one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self {
            at: at.parse().ok()?,
            id: id.to_owned(),
        })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

/// Which transactions to read.
#[derive(Clone, Debug, Default)]
pub struct TransactionFilter {
    /// Only those that are this far.
    pub status: Option<TransactionStatus>,
    /// Only those of which something was taken back or returned, by this kind of adjustment.
    pub adjusted: Option<AdjustmentAction>,
    /// Only those billed from this moment on.
    pub from: Option<Timestamp>,
    /// Only those billed before this moment.
    pub until: Option<Timestamp>,
    /// Only those after the end of an earlier page.
    pub after: Option<Cursor>,
    /// How many, 1 to 200.
    pub limit: i64,
}

// What nobody has paid or been billed for is no transaction yet; it stands in Billing as an open checkout.
const SELECT: &str = "SELECT t.*, COALESCE(t.billed_at, t.state_at) AS at, c.item_key, c.quantity AS units, s.item_key AS plan_key \
  FROM paddle_transactions t LEFT JOIN checkouts c ON c.id = t.checkout_id LEFT JOIN paddle_subscriptions s ON s.id = t.subscription_id \
  WHERE t.account_id = $1 AND t.status IN ('billed','past_due','paid','completed','canceled') \
  AND (t.status <> 'canceled' OR t.billed_at IS NOT NULL) ";

const PAGE: &str = const_format::concatcp!(
    SELECT,
    "AND ($2 IS NULL OR t.status = $2) AND ($3 IS NULL OR EXISTS (SELECT 1 FROM paddle_adjustments a WHERE a.transaction_id = t.id AND a.action = $3)) \
     AND ($4 IS NULL OR COALESCE(t.billed_at, t.state_at) >= $4) AND ($5 IS NULL OR COALESCE(t.billed_at, t.state_at) < $5) \
     AND ($6 IS NULL OR COALESCE(t.billed_at, t.state_at) < $6 OR (COALESCE(t.billed_at, t.state_at) = $6 AND t.id < $7)) \
     ORDER BY at DESC, t.id DESC LIMIT $8"
);
const ONE: &str = const_format::concatcp!(SELECT, "AND t.id = $2");

/// A page of an account's transactions, newest first, and where the next one begins.
pub async fn page(
    conn: &mut AnyConnection,
    account: &AccountId,
    filter: &TransactionFilter,
) -> Result<(Vec<TransactionRow>, Option<Cursor>), StoreError> {
    let limit = filter.limit.clamp(1, 200);
    let after = filter.after.as_ref();
    let mut rows = sqlx::query(PAGE)
        .bind(account.as_str())
        .bind(filter.status.map(TransactionStatus::key))
        .bind(filter.adjusted.map(AdjustmentAction::key))
        .bind(filter.from.map(micros))
        .bind(filter.until.map(micros))
        .bind(after.map(|cursor| cursor.at))
        .bind(after.map(|cursor| cursor.id.as_str()))
        .bind(limit + 1)
        .fetch_all(&mut *conn)
        .await?;
    // One more row than asked for tells whether there are older ones.
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
    if more {
        rows.pop();
    }
    let last = rows.last().filter(|_| more);
    let next = last
        .map(|row| {
            Ok::<_, StoreError>(Cursor {
                at: row.try_get("at")?,
                id: row.try_get("id")?,
            })
        })
        .transpose()?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        items.push(transaction(conn, row).await?);
    }
    Ok((items, next))
}

/// One transaction of an account.
pub async fn load(
    conn: &mut AnyConnection,
    account: &AccountId,
    transaction_id: &str,
) -> Result<Option<TransactionRow>, StoreError> {
    let row = sqlx::query(ONE)
        .bind(account.as_str())
        .bind(transaction_id)
        .fetch_optional(&mut *conn)
        .await?;
    match row {
        Some(row) => Ok(Some(transaction(conn, &row).await?)),
        None => Ok(None),
    }
}

/// The oldest invoice of an account that was not paid in time, for a sentence: ": 147.00 USD, invoice 12-34".
///
/// A renewal is not meant, nor what belongs to a subscription that is past due or has ended: its own state tells of the
/// one, and what was asked for the other is not asked for any more.
pub async fn unresolved(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(
        "SELECT t.grand_total, t.currency_code, t.invoice_number FROM paddle_transactions t LEFT JOIN paddle_subscriptions s ON s.id = t.subscription_id \
         WHERE t.account_id = $1 AND t.status = 'past_due' AND t.origin <> 'subscription_recurring' AND COALESCE(s.status, 'active') NOT IN ('past_due','canceled') \
         ORDER BY COALESCE(t.billed_at, t.state_at), t.id LIMIT 1",
    )
    .bind(account.as_str())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let amount = Money {
        amount: row.try_get("grand_total")?,
        currency_code: row.try_get("currency_code")?,
    };
    let number: Option<String> = row.try_get("invoice_number")?;
    let number = number.map_or_else(String::new, |number| format!(", invoice {number}"));
    Ok(Some(format!(": {}{number}", amount.label())))
}

async fn transaction(conn: &mut AnyConnection, row: &AnyRow) -> Result<TransactionRow, StoreError> {
    let transaction_id: String = row.try_get("id")?;
    let status = keyed(
        "transaction status",
        row.try_get("status")?,
        TransactionStatus::parse,
    )?;
    let amount = Money {
        amount: row.try_get("grand_total")?,
        currency_code: row.try_get("currency_code")?,
    };
    let checkout: Option<String> = row.try_get("checkout_id")?;
    let origin: &str = row.try_get("origin")?;
    Ok(TransactionRow {
        receipt_label: label(conn, row, &transaction_id).await?,
        purpose: TransactionPurpose::of_origin(origin),
        status,
        invoice_number: row.try_get("invoice_number")?,
        billed_at: moment(row.try_get("at")?)?,
        invoice_unavailable: invoice_unavailable(status, &amount),
        amount,
        subscription_id: row.try_get("subscription_id")?,
        checkout_session_id: checkout
            .as_deref()
            .map(|text| id::<CheckoutId>("checkout", text))
            .transpose()?,
        adjustments: adjustments(conn, &transaction_id).await?,
        transaction_id: id("transaction", &transaction_id)?,
    })
}

/// What was bought, from the lines that were paid; before those are known, what the checkout or the subscription is for.
async fn label(
    conn: &mut AnyConnection,
    row: &AnyRow,
    transaction: &str,
) -> Result<String, StoreError> {
    let lines: Vec<(String, i64)> = sqlx::query_as(
        "SELECT p.item_key, CAST(sum(l.quantity) AS BIGINT) FROM paddle_lines l JOIN catalog_prices p ON p.price_id = l.price_id WHERE l.transaction_id = $1 \
         GROUP BY p.item_key ORDER BY min(l.id)",
    )
    .bind(transaction)
    .fetch_all(conn)
    .await?;
    let name = |key: &str, units: i64| {
        let name = catalogue().item(key).map_or(key, |item| &item.name);
        if units > 1 {
            format!("{name} \u{d7} {units}")
        } else {
            name.to_owned()
        }
    };
    if !lines.is_empty() {
        let names = lines.iter().map(|(key, units)| name(key, *units));
        return Ok(names.collect::<Vec<_>>().join(", "));
    }
    let item: Option<String> = row.try_get("item_key")?;
    let units: Option<i64> = row.try_get("units")?;
    let plan: Option<String> = row.try_get("plan_key")?;
    Ok(match (item, plan) {
        (Some(item), _) => name(&item, units.unwrap_or(1)),
        (None, Some(plan)) => name(&plan, 1),
        (None, None) => "Payment".to_owned(),
    })
}

async fn adjustments(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Vec<AdjustmentRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM paddle_adjustments WHERE transaction_id = $1 ORDER BY created_at, id",
    )
    .bind(transaction)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(AdjustmentRow {
                adjustment_id: row.try_get("id")?,
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
                reason: row.try_get("reason")?,
                amount: Money {
                    amount: row.try_get("total")?,
                    currency_code: row.try_get("currency_code")?,
                },
                created_at: moment(row.try_get("created_at")?)?,
                updated_at: moment(row.try_get("updated_at")?)?,
            })
        })
        .collect()
}
