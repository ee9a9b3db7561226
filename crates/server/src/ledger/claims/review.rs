//! Credits that are kept from being used while the refund of their payment is in review.

use super::family::{self, Family};
use crate::ledger::LedgerError;
use crate::ledger::hold::{NewHold, end, put_hold};
use crate::store::id;
use domain::Timestamp;
use domain::credits::CreditType;
use domain::id::{AccountId, HoldId, LotId};
use domain::lots::Draw;
use sqlx::{AnyConnection, Row};

/// The purpose of such a hold, as stored.
pub(super) const PURPOSE: &str = "refund_review";

fn work_ref(refund: &str, head: &LotId) -> String {
    format!("{refund}/{head}")
}

/// The hold of a review on these lots, with its amount.
pub(super) async fn held(
    conn: &mut AnyConnection,
    family: &Family,
    refund: &str,
) -> Result<Option<(HoldId, i64)>, LedgerError> {
    let row = sqlx::query("SELECT id, amount FROM holds WHERE account_id = $1 AND purpose = $2 AND work_ref = $3 AND status = 'held'")
        .bind(family.account.as_str())
        .bind(PURPOSE)
        .bind(work_ref(refund, &family.head))
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok((id("hold", row.try_get("id")?)?, row.try_get("amount")?)))
        .transpose()
}

/// Ends the holds of all reviews of this type; answers the lots that they kept.
pub(in crate::ledger) async fn release(
    conn: &mut AnyConnection,
    account: &AccountId,
    credit_type: CreditType,
    now: Timestamp,
) -> Result<Vec<LotId>, LedgerError> {
    let rows = sqlx::query(
        "SELECT h.id, c.lot_id FROM holds h JOIN lot_claims c ON c.account_id = h.account_id AND h.work_ref = c.reviewed_for || '/' || c.lot_id \
         WHERE h.account_id = $1 AND h.credit_type = $2 AND h.purpose = $3 AND h.status = 'held' ORDER BY c.position",
    )
    .bind(account.as_str())
    .bind(credit_type.key())
    .bind(PURPOSE)
    .fetch_all(&mut *conn)
    .await?;
    let mut heads = Vec::with_capacity(rows.len());
    for row in &rows {
        let hold: HoldId = id("hold", row.try_get("id")?)?;
        end(conn, account, &hold, 0, "Paddle", now).await?;
        heads.push(id("lot", row.try_get("lot_id")?)?);
    }
    Ok(heads)
}

/// Keeps what is in review of a lot, as far as it is free and not kept already.
pub(in crate::ledger) async fn keep(
    conn: &mut AnyConnection,
    account: &AccountId,
    head: &LotId,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let family = Family::load(conn, account, head).await?;
    let Some(met) = family::met(conn, account, head).await? else {
        return Ok(());
    };
    if held(conn, &family, &met.reviewed_for).await?.is_some() {
        return Ok(());
    }
    let mut left = met.claims.in_review.min(family.avail());
    if left == 0 || met.reviewed_for.is_empty() {
        return Ok(());
    }
    let amount = left;
    let mut draws = Vec::new();
    for lot in family.lots.iter().filter(|lot| lot.avail > 0) {
        let taken = left.min(lot.avail);
        if taken > 0 {
            draws.push(Draw {
                lot: lot.id.clone(),
                amount: taken,
            });
        }
        left -= taken;
    }
    let order = NewHold {
        account,
        credit_type: family.credit_type,
        amount,
        purpose: PURPOSE,
        project: None,
        work_ref: &work_ref(&met.reviewed_for, head),
        actor: "Paddle",
    };
    put_hold(conn, &order, &draws, now).await?;
    Ok(())
}
