//! Granting credits as lots, and taking lots back when they expire or are refunded.

use super::LedgerError;
use super::entry::{Cause, NewEntry, post};
use crate::store::{id, micros, new_id};
use domain::Timestamp;
use domain::credits::{BalanceError, CreditType, EntryKind};
use domain::id::{AccountId, LotId};
use domain::lots::LotSource;
use sqlx::{Row, SqliteConnection};

/// Credits to grant.
#[derive(Clone, Debug)]
pub struct GrantOrder<'a> {
    /// To whom.
    pub account: &'a AccountId,
    /// Which credits.
    pub credit_type: CreditType,
    /// How many, at least 1.
    pub amount: i64,
    /// Where they come from; decides how early they are drawn.
    pub source: LotSource,
    /// Names the payment or period once and for all: the same reference never grants twice, to nobody.
    pub source_ref: &'a str,
    /// The provider's transaction, for refunds.
    pub txn_id: Option<&'a str>,
    /// When they stop being usable.
    pub expires_at: Option<Timestamp>,
    /// Whether a payment or a renewal caused it, and which.
    pub cause: Cause,
    /// The checkout, period or approval behind it.
    pub cause_ref: &'a str,
    /// Who or what did it.
    pub actor: &'a str,
}

pub use super::entry::Cause as GrantCause;

/// What a grant did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantOutcome {
    /// Written as this entry.
    Written {
        /// Its number.
        seq: i64,
        /// `Avail` before it.
        avail_before: i64,
        /// `Avail` after it.
        avail_after: i64,
    },
    /// The same reference was granted before; nothing changed.
    Already,
}

/// Grants credits once for a reference.
pub async fn grant(
    conn: &mut SqliteConnection,
    order: &GrantOrder<'_>,
    now: Timestamp,
) -> Result<GrantOutcome, LedgerError> {
    if order.amount < 1 {
        return Err(BalanceError::NotPositive.into());
    }
    let kind = if order.cause == Cause::ServiceCredit {
        EntryKind::ServiceCredit
    } else {
        EntryKind::Grant
    };
    sqlx::query("INSERT INTO credit_balances (account_id, credit_type) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(order.account.as_str())
        .bind(order.credit_type.key())
        .execute(&mut *conn)
        .await?;
    let lot: LotId = new_id(LotId::PREFIX)?;
    let inserted = sqlx::query(
        "INSERT INTO credit_lots (account_id, id, credit_type, source, source_ref, txn_id, amount, avail, priority, expires_at, arrival, created_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$7,$8,$9,(SELECT count(*) + 1 FROM credit_lots WHERE account_id = $1),$10) \
         ON CONFLICT (source, source_ref, credit_type) DO NOTHING",
    )
    .bind(order.account.as_str())
    .bind(lot.as_str())
    .bind(order.credit_type.key())
    .bind(order.source.key())
    .bind(order.source_ref)
    .bind(order.txn_id)
    .bind(order.amount)
    .bind(order.source.priority())
    .bind(order.expires_at.map(micros))
    .bind(micros(now))
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(GrantOutcome::Already);
    }
    let entry = NewEntry {
        account: order.account,
        credit_type: order.credit_type,
        kind,
        amount: order.amount,
        lot: Some(&lot),
        hold: None,
        cause: order.cause,
        cause_ref: order.cause_ref,
        project: None,
        actor: order.actor,
        at: now,
    };
    let posted = post(conn, &entry).await?;
    Ok(GrantOutcome::Written {
        seq: posted.seq,
        avail_before: posted.before.avail,
        avail_after: posted.after.avail,
    })
}

/// Expires what is due of one credit type; called before each hold, so that an expired credit is never drawn. Answers
/// whether something was.
pub async fn expire_due(
    conn: &mut SqliteConnection,
    account: &AccountId,
    credit_type: CreditType,
    now: Timestamp,
) -> Result<bool, LedgerError> {
    let due = sqlx::query(
        "SELECT id, avail FROM credit_lots WHERE account_id = $1 AND credit_type = $2 AND avail > 0 AND expires_at <= $3 ORDER BY arrival",
    )
    .bind(account.as_str())
    .bind(credit_type.key())
    .bind(micros(now))
    .fetch_all(&mut *conn)
    .await?;
    let some = !due.is_empty();
    for row in due {
        let lot: LotId = id("lot", row.try_get("id")?)?;
        let cause_ref = expiry_ref(conn, &lot).await?;
        take_back(
            conn,
            account,
            &lot,
            row.try_get("avail")?,
            Cause::Expiry,
            &cause_ref,
            now,
        )
        .await?;
    }
    Ok(some)
}

/// Names an expiry of a lot; a lot can expire again when running work returns credits to it.
async fn expiry_ref(conn: &mut SqliteConnection, lot: &LotId) -> Result<String, sqlx::Error> {
    let times: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM ledger_entries WHERE lot_id = $1 AND kind = 'expire'",
    )
    .bind(lot.as_str())
    .fetch_one(conn)
    .await?;
    Ok(format!("{lot}/{}", times + 1))
}

/// Takes free credits of a lot out of use; answers how many.
pub(super) async fn take_back(
    conn: &mut SqliteConnection,
    account: &AccountId,
    lot: &LotId,
    amount: i64,
    cause: Cause,
    cause_ref: &str,
    now: Timestamp,
) -> Result<i64, LedgerError> {
    let row = sqlx::query("SELECT credit_type, avail, res, refund_due FROM credit_lots WHERE account_id = $1 AND id = $2")
        .bind(account.as_str())
        .bind(lot.as_str())
        .fetch_one(&mut *conn)
        .await?;
    let credit_type = crate::store::keyed(
        "credit type",
        row.try_get("credit_type")?,
        CreditType::parse,
    )?;
    let (avail, res, due): (i64, i64, i64) = (
        row.try_get("avail")?,
        row.try_get("res")?,
        row.try_get("refund_due")?,
    );
    let now_taken = amount.min(avail).max(0);
    let refund = cause == Cause::Refund;
    let later = if refund {
        (amount - now_taken).min(res - due).max(0)
    } else {
        0
    };
    sqlx::query(
        "UPDATE credit_lots SET avail = avail - $3, refunded = refunded + $4, expired = expired + $5, refund_due = refund_due + $6 \
         WHERE account_id = $1 AND id = $2",
    )
    .bind(account.as_str())
    .bind(lot.as_str())
    .bind(now_taken)
    .bind(if refund { now_taken } else { 0 })
    .bind(if refund { 0 } else { now_taken })
    .bind(later)
    .execute(&mut *conn)
    .await?;
    if now_taken > 0 {
        let entry = NewEntry {
            account,
            credit_type,
            kind: if refund {
                EntryKind::Refund
            } else {
                EntryKind::Expire
            },
            amount: now_taken,
            lot: Some(lot),
            hold: None,
            cause,
            cause_ref,
            project: None,
            actor: "system",
            at: now,
        };
        post(conn, &entry).await?;
    }
    Ok(now_taken)
}
