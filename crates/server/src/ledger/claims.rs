//! Meeting the claims that refunds and disputes have on a lot: what is free is taken at once, what work returns is taken
//! then, and what a disputed payment was used for is owed. What to do is decided in `domain::adjustment`.

pub(super) mod family;
mod paid;
pub(super) mod review;

pub use paid::{Paid, paid};

use super::debts;
use super::entry::{Cause, NewEntry, post};
use super::{LedgerError, hold};
use crate::store::accounts;
use domain::Timestamp;
use domain::adjustment::{Claims, Settlement, settle};
use domain::credits::EntryKind;
use domain::id::{AccountId, LotId};
use family::{Family, Met};
use sqlx::AnyConnection;

/// What is claimed of a lot from now on.
#[derive(Clone, Debug)]
pub struct ClaimOrder<'a> {
    /// Whose lot.
    pub account: &'a AccountId,
    /// The lot that the payment brought, never one that a reversal brought in its place.
    pub lot: &'a LotId,
    /// Everything that is claimed of it, cumulative.
    pub claims: Claims,
    /// The adjustment that was told of.
    pub by: &'a str,
    /// The dispute that is meant, if one ever was: what is returned is returned in its name.
    pub dispute: Option<&'a str>,
    /// The refund that is in review, if one is.
    pub review: Option<&'a str>,
}

/// Meets the claims on a lot; answers what was done, or nothing when they are met already.
///
/// # Errors
/// [`LedgerError`] when the account has no such lot or the claims do not fit into it; nothing may be kept then.
pub async fn claim(
    conn: &mut AnyConnection,
    order: &ClaimOrder<'_>,
    now: Timestamp,
) -> Result<Option<Settlement>, LedgerError> {
    let family = Family::load(conn, order.account, order.lot).await?;
    let before = family::met(conn, order.account, order.lot).await?;
    let mut met = before.clone().unwrap_or_default();
    if order.claims.taken() > met.claims.taken() {
        order.by.clone_into(&mut met.claimed_by);
    }
    if let Some(dispute) = order.dispute {
        dispute.clone_into(&mut met.disputed_by);
    }
    met.claims = order.claims;
    let asked_anew = before.unwrap_or_default() != met;
    let met = meet(conn, family, met, (order.review, asked_anew), now).await?;
    let Some((done, payers)) = met else {
        return Ok(None);
    };
    again(conn, order.account, payers, now).await?;
    Ok(Some(done))
}

/// Meets again what is claimed of lots to which something was returned, until nothing moves.
async fn again(
    conn: &mut AnyConnection,
    account: &AccountId,
    mut heads: Vec<LotId>,
    now: Timestamp,
) -> Result<(), LedgerError> {
    while let Some(head) = heads.pop() {
        let Some(met) = family::met(conn, account, &head).await? else {
            continue;
        };
        let family = Family::load(conn, account, &head).await?;
        let review = met.reviewed_for.clone();
        let review = Some(review.as_str()).filter(|id| !id.is_empty());
        if let Some((_, more)) = meet(conn, family, met, (review, false), now).await? {
            heads.extend(more);
        }
    }
    Ok(())
}

/// Meets again what is claimed of the lots that a hold drew from, because its work has ended.
pub(super) async fn after_work(
    conn: &mut AnyConnection,
    account: &AccountId,
    lot: &LotId,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let head = family::head(conn, account, lot).await?;
    again(conn, account, vec![head], now).await
}

/// Meets the claims on one lot; answers what was done and which other lots got something back by it.
async fn meet(
    conn: &mut AnyConnection,
    family: Family,
    mut met: Met,
    (review, asked_anew): (Option<&str>, bool),
    now: Timestamp,
) -> Result<Option<(Settlement, Vec<LotId>)>, LedgerError> {
    let held = review::held(conn, &family, &met.reviewed_for).await?;
    let kept = held.as_ref().map_or(0, |(_, amount)| *amount);
    let standing = family.standing(&met, kept);
    let todo = settle(&standing, &met.claims);
    let free = standing.avail - todo.take + todo.give_back;
    let keep = met.claims.in_review.min(free);
    let moves = todo.take + todo.give_back + todo.repay > 0;
    let same_review = keep == kept && (keep == 0 || review == Some(met.reviewed_for.as_str()));
    if !asked_anew && !moves && same_review && todo.owed == met.owed && todo.due == family.due() {
        return Ok(None);
    }
    let account = family.account.clone();
    let mut family = family;
    if let Some((hold_id, _)) = held.filter(|_| !same_review || todo.take > family.avail()) {
        hold::end(conn, &account, &hold_id, 0, "Paddle", now).await?;
        family = Family::load(conn, &account, &family.head).await?;
    }
    take(conn, &family, &met, todo.take, now).await?;
    family.want_back(conn, todo.due).await?;
    let by = if met.disputed_by.is_empty() {
        met.claimed_by.clone()
    } else {
        met.disputed_by.clone()
    };
    if todo.give_back > 0 {
        family
            .return_credits(conn, todo.give_back, &by, now)
            .await?;
    }
    met.taken += todo.take - todo.give_back;
    met.paid -= todo.repay;
    met.owed = todo.owed;
    review.unwrap_or_default().clone_into(&mut met.reviewed_for);
    family::store(conn, &family, &met).await?;
    let payers = debts::repay(conn, (&account, &family.head), todo.repay, &by, now).await?;
    debts::pay(conn, &account, family.credit_type, now).await?;
    if !same_review {
        review::keep(conn, &account, &family.head, now).await?;
    }
    // A debt may have ended without being paid.
    accounts::settle_billing_state(conn, &account).await?;
    Ok(Some((todo, payers)))
}

/// Takes free credits, from the lot itself before those that replaced it.
async fn take(
    conn: &mut AnyConnection,
    family: &Family,
    met: &Met,
    amount: i64,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let (mut left, mut position) = (amount, met.taken);
    for member in &family.lots {
        let taken = left.min(member.avail);
        if taken == 0 {
            continue;
        }
        sqlx::query("UPDATE credit_lots SET avail = avail - $3, refunded = refunded + $3 WHERE account_id = $1 AND id = $2")
            .bind(family.account.as_str())
            .bind(member.id.as_str())
            .bind(taken)
            .execute(&mut *conn)
            .await?;
        let disputed = !met.claimed_by.is_empty() && met.claimed_by == met.disputed_by;
        let entry = NewEntry {
            account: &family.account,
            credit_type: family.credit_type,
            kind: EntryKind::Refund,
            amount: taken,
            lot: Some(&member.id),
            hold: None,
            cause: if disputed {
                Cause::Chargeback
            } else {
                Cause::Refund
            },
            // How much was taken before is part of the name: the same credit is never taken twice.
            cause_ref: &format!("{}/{}/{position}", met.claimed_by, member.id),
            project: None,
            actor: "Paddle",
            at: now,
        };
        post(conn, &entry).await?;
        left -= taken;
        position += taken;
    }
    Ok(())
}
