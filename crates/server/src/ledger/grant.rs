//! Granting credits as lots, and ending lots that expire.

use super::entry::{Cause, NewEntry, post};
use super::{LedgerError, debts};
use crate::store::{id, keyed, micros, new_id};
use domain::Timestamp;
use domain::credits::{BalanceError, CreditType, EntryKind};
use domain::id::{AccountId, LotId};
use domain::lots::LotSource;
use sqlx::{AnyConnection, Row};

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
    conn: &mut AnyConnection,
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
    let new = NewLot {
        account: order.account,
        credit_type: order.credit_type,
        amount: order.amount,
        source: order.source,
        source_ref: order.source_ref,
        txn_id: order.txn_id,
        priority: order.source.priority(),
        expires_at: order.expires_at,
        replaces: None,
    };
    let Some(lot) = add_lot(conn, &new, now).await? else {
        return Ok(GrantOutcome::Already);
    };
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
    // What is owed of this type is paid before anybody can use it.
    debts::pay(conn, order.account, order.credit_type, now).await?;
    Ok(GrantOutcome::Written {
        seq: posted.seq,
        avail_before: posted.before.avail,
        avail_after: posted.after.avail,
    })
}

/// A lot to be added.
pub(super) struct NewLot<'a> {
    pub(super) account: &'a AccountId,
    pub(super) credit_type: CreditType,
    pub(super) amount: i64,
    pub(super) source: LotSource,
    pub(super) source_ref: &'a str,
    pub(super) txn_id: Option<&'a str>,
    pub(super) priority: i64,
    pub(super) expires_at: Option<Timestamp>,
    /// The lot in whose place a reversal brings it.
    pub(super) replaces: Option<&'a LotId>,
}

/// Adds a lot; none when its source brought one before.
pub(super) async fn add_lot(
    conn: &mut AnyConnection,
    new: &NewLot<'_>,
    now: Timestamp,
) -> Result<Option<LotId>, LedgerError> {
    let lot: LotId = new_id(LotId::PREFIX)?;
    let inserted = sqlx::query(
        "INSERT INTO credit_lots (account_id, id, credit_type, source, source_ref, txn_id, amount, avail, priority, expires_at, replaces, arrival, created_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$7,$8,$9,$10,(SELECT count(*) + 1 FROM credit_lots WHERE account_id = $1),$11) \
         ON CONFLICT (source, source_ref, credit_type) DO NOTHING",
    )
    .bind(new.account.as_str())
    .bind(lot.as_str())
    .bind(new.credit_type.key())
    .bind(new.source.key())
    .bind(new.source_ref)
    .bind(new.txn_id)
    .bind(new.amount)
    .bind(new.priority)
    .bind(new.expires_at.map(micros))
    .bind(new.replaces.map(LotId::as_str))
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok((inserted.rows_affected() == 1).then_some(lot))
}

/// Expires what is due of one credit type; called before each hold, so that an expired credit is never drawn. Answers
/// whether something was.
pub async fn expire_due(
    conn: &mut AnyConnection,
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
        let amount = row.try_get("avail")?;
        sqlx::query("UPDATE credit_lots SET avail = 0, expired = expired + avail WHERE account_id = $1 AND id = $2")
            .bind(account.as_str())
            .bind(lot.as_str())
            .execute(&mut *conn)
            .await?;
        let entry = NewEntry {
            account,
            credit_type,
            kind: EntryKind::Expire,
            amount,
            lot: Some(&lot),
            hold: None,
            cause: Cause::Expiry,
            cause_ref: &cause_ref,
            project: None,
            actor: "system",
            at: now,
        };
        post(conn, &entry).await?;
    }
    Ok(some)
}

/// Accounts and types that have free credits whose time is over.
pub async fn expiring(
    conn: &mut AnyConnection,
    now: Timestamp,
) -> Result<Vec<(AccountId, CreditType)>, LedgerError> {
    let rows = sqlx::query(
        "SELECT DISTINCT account_id, credit_type FROM credit_lots WHERE avail > 0 AND expires_at <= $1 LIMIT 100",
    )
    .bind(micros(now))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let account = id("account", row.try_get("account_id")?)?;
            let kind = keyed(
                "credit type",
                row.try_get("credit_type")?,
                CreditType::parse,
            )?;
            Ok((account, kind))
        })
        .collect()
}

/// Names an expiry of a lot; a lot can expire again when running work returns credits to it.
async fn expiry_ref(conn: &mut AnyConnection, lot: &LotId) -> Result<String, sqlx::Error> {
    let times: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM ledger_entries WHERE lot_id = $1 AND kind = 'expire'",
    )
    .bind(lot.as_str())
    .fetch_one(conn)
    .await?;
    Ok(format!("{lot}/{}", times + 1))
}
