//! Debts: what is owed because a disputed payment was used is paid with the next credits of the same type that become
//! free, in the transaction that frees them. So nobody owes credits and has some of that type.

use super::claims::family::{Family, head};
use super::claims::review;
use super::entry::{Cause, NewEntry, post};
use super::grant::expire_due;
use super::{LedgerError, hold};
use crate::store::{accounts, debts as stored};
use domain::Timestamp;
use domain::credits::{CreditType, EntryKind};
use domain::id::{AccountId, LotId};
use domain::lots::allocate;
use sqlx::AnyConnection;

/// Pays what the account owes of this type as far as it has free credits, oldest debt first, in burn order. Credits that
/// only the review of a refund keeps pay too: if the refund is approved, they are owed again.
pub(super) async fn pay(
    conn: &mut AnyConnection,
    account: &AccountId,
    credit_type: CreditType,
    now: Timestamp,
) -> Result<(), LedgerError> {
    if stored::owing(conn, account, credit_type).await?.is_empty() {
        return Ok(());
    }
    let left = pay_with_free(conn, account, credit_type, now).await?;
    if left > 0 {
        let kept = review::release(conn, account, credit_type, now).await?;
        pay_with_free(conn, account, credit_type, now).await?;
        for head in kept {
            review::keep(conn, account, &head, now).await?;
        }
    }
    Ok(accounts::settle_billing_state(conn, account).await?)
}

/// Pays with what is free; answers what is still owed.
async fn pay_with_free(
    conn: &mut AnyConnection,
    account: &AccountId,
    credit_type: CreditType,
    now: Timestamp,
) -> Result<i64, LedgerError> {
    expire_due(conn, account, credit_type, now).await?;
    let owing = stored::owing(conn, account, credit_type).await?;
    let mut left = owing
        .iter()
        .fold(0i64, |sum, (_, open)| sum.saturating_add(*open));
    let lots = hold::lots(conn, account, credit_type).await?;
    let free = lots
        .iter()
        .fold(0i64, |sum, lot| sum.saturating_add(lot.avail));
    for (debtor, open) in shares(owing, free) {
        let lots = hold::lots(conn, account, credit_type).await?;
        for draw in allocate(&lots, open, now)? {
            pay_from(
                conn,
                (account, credit_type),
                &debtor,
                (&draw.lot, draw.amount),
                now,
            )
            .await?;
            left -= draw.amount;
        }
    }
    Ok(left)
}

/// How much of each debt is paid with so many credits.
fn shares(owing: Vec<(LotId, i64)>, free: i64) -> Vec<(LotId, i64)> {
    let mut left = free;
    let shares = owing.into_iter().map(|(debtor, open)| {
        let paid = open.min(left);
        left -= paid;
        (debtor, paid)
    });
    shares.filter(|(_, paid)| *paid > 0).collect()
}

async fn pay_from(
    conn: &mut AnyConnection,
    (account, credit_type): (&AccountId, CreditType),
    debtor: &LotId,
    (lot, amount): (&LotId, i64),
    now: Timestamp,
) -> Result<(), LedgerError> {
    sqlx::query(
        "UPDATE credit_lots SET avail = avail - $3, refunded = refunded + $3, settled = settled + $3 WHERE account_id = $1 AND id = $2",
    )
    .bind(account.as_str())
    .bind(lot.as_str())
    .bind(amount)
    .execute(&mut *conn)
    .await?;
    let payer = head(conn, account, lot).await?;
    let position = stored::note_paid(conn, account, debtor, &payer, amount).await?;
    let entry = NewEntry {
        account,
        credit_type,
        kind: EntryKind::Refund,
        amount,
        lot: Some(lot),
        hold: None,
        cause: Cause::Debt,
        // The number of the payment is part of the name: none is made twice.
        cause_ref: &format!("{debtor}/{position}"),
        project: None,
        actor: "system",
        at: now,
    };
    post(conn, &entry).await?;
    Ok(())
}

/// Returns what paid a debt that is none any more, the last payment first; answers the lots that got something back.
pub(super) async fn repay(
    conn: &mut AnyConnection,
    (account, debtor): (&AccountId, &LotId),
    amount: i64,
    by: &str,
    now: Timestamp,
) -> Result<Vec<LotId>, LedgerError> {
    let mut payers = Vec::new();
    let mut left = amount;
    while left > 0 {
        let Some(last) = stored::last_payment(conn, account, debtor).await? else {
            break;
        };
        let returned = left.min(last.open);
        stored::note_returned(conn, account, debtor, last.position, returned).await?;
        let family = Family::load(conn, account, &last.payer).await?;
        family.return_credits(conn, returned, by, now).await?;
        payers.push(last.payer);
        left -= returned;
    }
    Ok(payers)
}
