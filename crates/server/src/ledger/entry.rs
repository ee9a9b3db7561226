//! Writing one ledger entry: number, balance, hash chain and row, in that order.

mod chain;

pub(super) use chain::{About, Chained};

use super::LedgerError;
use crate::store::micros;
use domain::Timestamp;
use domain::credits::{Balance, BalanceError, CreditType, EntryKind};
use domain::id::{AccountId, HoldId, LotId, ProjectId};
use sqlx::AnyConnection;

/// What caused an entry, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A confirmed payment.
    Checkout,
    /// A plan period.
    Renewal,
    /// Work that holds credits.
    Hold,
    /// A lot's end.
    Expiry,
    /// A provider-confirmed refund.
    Refund,
    /// An approved service credit.
    ServiceCredit,
    /// A payment that was disputed.
    Chargeback,
    /// A dispute that was decided for us, or a refund that was undone.
    Reversal,
    /// What was owed for a disputed payment that had been used.
    Debt,
}

impl Cause {
    /// The stored key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Renewal => "renewal",
            Self::Hold => "hold",
            Self::Expiry => "expiry",
            Self::Refund => "refund",
            Self::ServiceCredit => "service_credit",
            Self::Chargeback => "chargeback",
            Self::Reversal => "reversal",
            Self::Debt => "debt",
        }
    }
}

/// An entry to be written.
pub(super) struct NewEntry<'a> {
    pub(super) account: &'a AccountId,
    pub(super) credit_type: CreditType,
    pub(super) kind: EntryKind,
    pub(super) amount: i64,
    pub(super) lot: Option<&'a LotId>,
    pub(super) hold: Option<&'a HoldId>,
    pub(super) cause: Cause,
    pub(super) cause_ref: &'a str,
    pub(super) project: Option<&'a ProjectId>,
    pub(super) actor: &'a str,
    pub(super) at: Timestamp,
}

/// A written entry.
pub(super) struct Posted {
    pub(super) seq: i64,
    pub(super) before: Balance,
    pub(super) after: Balance,
}

/// Writes an entry: takes the account's next number, moves the balance, links the hash chain, inserts the row.
pub(super) async fn post(
    conn: &mut AnyConnection,
    entry: &NewEntry<'_>,
) -> Result<Posted, LedgerError> {
    let seq: i64 = sqlx::query_scalar(
        "UPDATE accounts SET ledger_seq = ledger_seq + 1 WHERE id = $1 RETURNING ledger_seq",
    )
    .bind(entry.account.as_str())
    .fetch_one(&mut *conn)
    .await?;
    let before = super::balance(conn, entry.account, entry.credit_type).await?;
    let after = before.after(entry.kind, entry.amount)?;
    move_balance(conn, entry, after).await?;
    let prev_hash: String = sqlx::query_scalar(
        "SELECT hash FROM ledger_entries WHERE account_id = $1 AND seq = $2 - 1",
    )
    .bind(entry.account.as_str())
    .bind(seq)
    .fetch_optional(&mut *conn)
    .await?
    .unwrap_or_default();
    insert(conn, entry, seq, after, &prev_hash).await?;
    Ok(Posted { seq, before, after })
}

async fn move_balance(
    conn: &mut AnyConnection,
    entry: &NewEntry<'_>,
    after: Balance,
) -> Result<(), LedgerError> {
    let count = |kinds: &[EntryKind]| {
        if kinds.contains(&entry.kind) {
            entry.amount
        } else {
            0
        }
    };
    let moved = sqlx::query(
        "UPDATE credit_balances SET avail = $3, res = $4, spent = $5, granted = granted + $6, refunded = refunded + $7, \
         expired = expired + $8 WHERE account_id = $1 AND credit_type = $2",
    )
    .bind(entry.account.as_str())
    .bind(entry.credit_type.key())
    .bind(after.avail)
    .bind(after.res)
    .bind(after.spent)
    .bind(count(&[EntryKind::Grant, EntryKind::ServiceCredit]))
    .bind(count(&[EntryKind::Refund]))
    .bind(count(&[EntryKind::Expire]))
    .execute(conn)
    .await?;
    // A missing row means that the type was never granted: nothing can be taken from it.
    if moved.rows_affected() == 1 {
        Ok(())
    } else {
        Err(BalanceError::Negative.into())
    }
}

async fn insert(
    conn: &mut AnyConnection,
    entry: &NewEntry<'_>,
    seq: i64,
    after: Balance,
    prev_hash: &str,
) -> Result<(), LedgerError> {
    let delta = entry.kind.delta(entry.amount);
    let at = micros(entry.at);
    let figures = [
        delta.avail,
        delta.res,
        delta.spent,
        after.avail,
        after.res,
        after.spent,
    ];
    let facts = Chained {
        account: entry.account.as_str(),
        seq,
        credit_type: entry.credit_type.key(),
        kind: entry.kind.key(),
        amount: entry.amount,
        figures,
        cause: entry.cause.key(),
        cause_ref: entry.cause_ref,
        at,
        about: Some(About {
            lot: entry.lot.map(LotId::as_str),
            hold: entry.hold.map(HoldId::as_str),
            project: entry.project.map(ProjectId::as_str),
            actor: entry.actor,
        }),
    };
    let hash = facts.hash(prev_hash);
    sqlx::query(
        "INSERT INTO ledger_entries (account_id, seq, credit_type, kind, amount, d_avail, d_res, d_spent, avail_after, res_after, \
         spent_after, lot_id, hold_id, cause, cause_ref, project_id, actor, created_at, prev_hash, hash) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20)",
    )
    .bind(entry.account.as_str())
    .bind(seq)
    .bind(entry.credit_type.key())
    .bind(entry.kind.key())
    .bind(entry.amount)
    .bind(delta.avail)
    .bind(delta.res)
    .bind(delta.spent)
    .bind(after.avail)
    .bind(after.res)
    .bind(after.spent)
    .bind(entry.lot.map(LotId::as_str))
    .bind(entry.hold.map(HoldId::as_str))
    .bind(entry.cause.key())
    .bind(entry.cause_ref)
    .bind(entry.project.map(ProjectId::as_str))
    .bind(entry.actor)
    .bind(at)
    .bind(prev_hash)
    .bind(hash)
    .execute(conn)
    .await?;
    Ok(())
}
