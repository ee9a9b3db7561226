//! Holds in two phases: reserve first, then settle what was used or restore the rest to the same lots.

use super::entry::{Cause, NewEntry, post};
use super::grant::expire_due;
use super::{LedgerError, claims, debts};
use crate::store::{Flag, id, keyed, maybe_moment, micros, new_id};
use domain::Timestamp;
use domain::credits::{Balance, CreditType, EntryKind};
use domain::id::{AccountId, HoldId, ProjectId};
use domain::keyed as declare;
use domain::lots::{Draw, Lot, allocate, split};
use sqlx::{AnyConnection, Row};

declare! {
    /// What credits are held for.
    pub enum Purpose {
        Scan = "scan", "Scan";
        Fix = "fix", "Fix work";
        Ai = "ai", "AI assistance";
    }
}

impl Purpose {
    /// The credits that this work needs.
    pub const fn credit_type(self) -> CreditType {
        match self {
            Self::Scan => CreditType::Scan,
            Self::Fix => CreditType::AutomatedFix,
            Self::Ai => CreditType::Ai,
        }
    }
}

/// Credits to reserve.
#[derive(Clone, Debug)]
pub struct HoldOrder<'a> {
    /// Who pays.
    pub account: &'a AccountId,
    /// What for.
    pub purpose: Purpose,
    /// How many, at least 1.
    pub amount: i64,
    /// The project that the work belongs to.
    pub project: Option<&'a ProjectId>,
    /// The run or task; one live hold each.
    pub work_ref: &'a str,
    /// Who started it.
    pub actor: &'a str,
}

/// A hold that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub hold: HoldId,
    /// The balance after it.
    pub balance: Balance,
    /// The ledger entry.
    pub seq: i64,
}

/// A hold that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// By this call.
    Now,
    /// The same way, by an earlier call; nothing changed.
    Before,
}

/// Reserves credits: only `Avail`, plan lots first, all or nothing.
///
/// # Errors
/// [`LedgerError::Short`] with need and have; [`LedgerError::AlreadyHeld`] when this work holds credits already.
pub async fn reserve(
    conn: &mut AnyConnection,
    order: &HoldOrder<'_>,
    now: Timestamp,
) -> Result<Held, LedgerError> {
    let kind = order.purpose.credit_type();
    expire_due(conn, order.account, kind, now).await?;
    if is_live(conn, order).await? {
        return Err(LedgerError::AlreadyHeld);
    }
    let draws = allocate(&lots(conn, order.account, kind).await?, order.amount, now)?;
    let new = NewHold {
        account: order.account,
        credit_type: kind,
        amount: order.amount,
        purpose: order.purpose.key(),
        project: order.project,
        work_ref: order.work_ref,
        actor: order.actor,
    };
    put_hold(conn, &new, &draws, now).await
}

/// A hold to be put on credits.
pub(super) struct NewHold<'a> {
    pub(super) account: &'a AccountId,
    pub(super) credit_type: CreditType,
    pub(super) amount: i64,
    pub(super) purpose: &'a str,
    pub(super) project: Option<&'a ProjectId>,
    pub(super) work_ref: &'a str,
    pub(super) actor: &'a str,
}

/// Puts a hold on credits of these lots.
pub(super) async fn put_hold(
    conn: &mut AnyConnection,
    new: &NewHold<'_>,
    draws: &[Draw],
    now: Timestamp,
) -> Result<Held, LedgerError> {
    let hold: HoldId = new_id(HoldId::PREFIX)?;
    sqlx::query(
        "INSERT INTO holds (account_id, id, credit_type, amount, purpose, project_id, work_ref, created_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
    )
    .bind(new.account.as_str())
    .bind(hold.as_str())
    .bind(new.credit_type.key())
    .bind(new.amount)
    .bind(new.purpose)
    .bind(new.project.map(ProjectId::as_str))
    .bind(new.work_ref)
    .bind(micros(now))
    .execute(&mut *conn)
    .await?;
    for (position, draw) in (0i64..).zip(draws) {
        draw_from(conn, new.account, &hold, draw, position).await?;
    }
    let entry = NewEntry {
        account: new.account,
        credit_type: new.credit_type,
        kind: EntryKind::Reserve,
        amount: new.amount,
        lot: None,
        hold: Some(&hold),
        cause: Cause::Hold,
        cause_ref: hold.as_str(),
        project: new.project,
        actor: new.actor,
        at: now,
    };
    let posted = post(conn, &entry).await?;
    Ok(Held {
        hold,
        balance: posted.after,
        seq: posted.seq,
    })
}

async fn is_live(conn: &mut AnyConnection, order: &HoldOrder<'_>) -> Result<bool, sqlx::Error> {
    let Flag(found) = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM holds WHERE account_id = $1 AND purpose = $2 AND work_ref = $3 AND status IN ('held','spent'))",
    )
    .bind(order.account.as_str())
    .bind(order.purpose.key())
    .bind(order.work_ref)
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// The lots with free credits.
pub(super) async fn lots(
    conn: &mut AnyConnection,
    account: &AccountId,
    kind: CreditType,
) -> Result<Vec<Lot>, LedgerError> {
    let rows = sqlx::query(
        "SELECT id, priority, expires_at, arrival, avail FROM credit_lots WHERE account_id = $1 AND credit_type = $2 AND avail > 0",
    )
    .bind(account.as_str())
    .bind(kind.key())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Lot {
                id: id("lot", row.try_get("id")?)?,
                priority: row.try_get("priority")?,
                expires_at: maybe_moment(row.try_get("expires_at")?)?,
                arrival: row.try_get("arrival")?,
                avail: row.try_get("avail")?,
            })
        })
        .collect()
}

async fn draw_from(
    conn: &mut AnyConnection,
    account: &AccountId,
    hold: &HoldId,
    draw: &Draw,
    position: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE credit_lots SET avail = avail - $3, res = res + $3 WHERE account_id = $1 AND id = $2")
        .bind(account.as_str())
        .bind(draw.lot.as_str())
        .bind(draw.amount)
        .execute(&mut *conn)
        .await?;
    sqlx::query("INSERT INTO hold_lots (account_id, hold_id, lot_id, amount, position) VALUES ($1,$2,$3,$4,$5)")
        .bind(account.as_str())
        .bind(hold.as_str())
        .bind(draw.lot.as_str())
        .bind(draw.amount)
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a hold because its work is done: `spent` of it is used, the rest goes back. Asked twice the same way, it changes nothing.
///
/// # Errors
/// [`LedgerError::Resolved`] when it ended another way before; [`LedgerError::NoHold`] when this account has no such hold.
pub async fn settle(
    conn: &mut AnyConnection,
    account: &AccountId,
    hold: &HoldId,
    spent: i64,
    actor: &str,
    now: Timestamp,
) -> Result<Resolved, LedgerError> {
    if spent < 1 {
        return Err(domain::credits::BalanceError::NotPositive.into());
    }
    resolve(conn, account, hold, spent, actor, now).await
}

/// Ends a hold because its work failed or was cancelled: all of it goes back to the lots it came from.
///
/// # Errors
/// As [`settle`].
pub async fn restore(
    conn: &mut AnyConnection,
    account: &AccountId,
    hold: &HoldId,
    actor: &str,
    now: Timestamp,
) -> Result<Resolved, LedgerError> {
    resolve(conn, account, hold, 0, actor, now).await
}

/// A hold as stored.
pub(super) struct StoredHold {
    pub(super) credit_type: CreditType,
    amount: i64,
    status: String,
    spent_amount: i64,
    project: Option<ProjectId>,
    pub(super) draws: Vec<Draw>,
}

async fn load(
    conn: &mut AnyConnection,
    account: &AccountId,
    hold: &HoldId,
) -> Result<StoredHold, LedgerError> {
    let row = sqlx::query("SELECT credit_type, amount, status, spent_amount, project_id FROM holds WHERE account_id = $1 AND id = $2")
        .bind(account.as_str())
        .bind(hold.as_str())
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(LedgerError::NoHold)?;
    let lots = sqlx::query("SELECT lot_id, amount FROM hold_lots WHERE account_id = $1 AND hold_id = $2 ORDER BY position")
        .bind(account.as_str())
        .bind(hold.as_str())
        .fetch_all(conn)
        .await?;
    let draws = lots
        .iter()
        .map(|row| {
            Ok(Draw {
                lot: id("lot", row.try_get("lot_id")?)?,
                amount: row.try_get("amount")?,
            })
        })
        .collect::<Result<_, LedgerError>>()?;
    let project: Option<String> = row.try_get("project_id")?;
    Ok(StoredHold {
        credit_type: keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?,
        amount: row.try_get("amount")?,
        status: row.try_get("status")?,
        spent_amount: row.try_get("spent_amount")?,
        project: project
            .as_deref()
            .map(|text| id("project", text))
            .transpose()?,
        draws,
    })
}

async fn resolve(
    conn: &mut AnyConnection,
    account: &AccountId,
    hold: &HoldId,
    spent: i64,
    actor: &str,
    now: Timestamp,
) -> Result<Resolved, LedgerError> {
    let Some(ended) = end(conn, account, hold, spent, actor, now).await? else {
        return Ok(Resolved::Before);
    };
    // Credits that came back to a refunded lot do not become usable again, and what a disputed one was used for is owed.
    for draw in &ended.draws {
        claims::after_work(conn, account, &draw.lot, now).await?;
    }
    debts::pay(conn, account, ended.credit_type, now).await?;
    expire_due(conn, account, ended.credit_type, now).await?;
    Ok(Resolved::Now)
}

/// Ends a hold and leaves what comes of its lots to the caller; nothing when it ended the same way before.
pub(super) async fn end(
    conn: &mut AnyConnection,
    account: &AccountId,
    hold: &HoldId,
    spent: i64,
    actor: &str,
    now: Timestamp,
) -> Result<Option<StoredHold>, LedgerError> {
    let stored = load(conn, account, hold).await?;
    if stored.status != "held" {
        return if stored.spent_amount == spent {
            Ok(None)
        } else {
            Err(LedgerError::Resolved)
        };
    }
    if spent > stored.amount {
        return Err(domain::credits::BalanceError::Negative.into());
    }
    let (used, back) = split(&stored.draws, spent);
    let restored = stored.amount - spent;
    sqlx::query("UPDATE holds SET status = $3, spent_amount = $4, restored_amount = $5, resolved_at = $6 WHERE account_id = $1 AND id = $2")
        .bind(account.as_str())
        .bind(hold.as_str())
        .bind(if spent > 0 { "spent" } else { "restored" })
        .bind(spent)
        .bind(restored)
        .bind(micros(now))
        .execute(&mut *conn)
        .await?;
    for draw in &used {
        leave_hold(conn, account, draw, (0, draw.amount)).await?;
    }
    for draw in &back {
        leave_hold(conn, account, draw, (draw.amount, 0)).await?;
    }
    let moves = [(EntryKind::Spend, spent), (EntryKind::Restore, restored)];
    for (kind, amount) in moves.into_iter().filter(|(_, amount)| *amount > 0) {
        let entry = NewEntry {
            account,
            credit_type: stored.credit_type,
            kind,
            amount,
            lot: None,
            hold: Some(hold),
            cause: Cause::Hold,
            cause_ref: hold.as_str(),
            project: stored.project.as_ref(),
            actor,
            at: now,
        };
        post(conn, &entry).await?;
    }
    Ok(Some(stored))
}

/// Moves drawn credits out of the hold, to free or to spent. What is still wanted back of the lot fits into what is held.
async fn leave_hold(
    conn: &mut AnyConnection,
    account: &AccountId,
    draw: &Draw,
    (free, spent): (i64, i64),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE credit_lots SET res = res - $3, avail = avail + $4, spent = spent + $5, refund_due = min(refund_due, res - $3) \
         WHERE account_id = $1 AND id = $2",
    )
    .bind(account.as_str())
    .bind(draw.lot.as_str())
    .bind(draw.amount)
    .bind(free)
    .bind(spent)
    .execute(conn)
    .await?;
    Ok(())
}
