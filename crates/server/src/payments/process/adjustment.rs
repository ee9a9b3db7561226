//! Adjustments: refunds, disputes and what becomes of them, applied to the lots of the payment they are about.

use super::Outcome;
use crate::error::ApiError;
use crate::ledger::{ClaimOrder, claim};
use crate::live::Change;
use crate::paddle::events::Adjustment as AdjustmentNews;
use crate::store::Tx;
use crate::store::adjustments::{self as stored, NewAdjustment, PricedLine};
use crate::write::Write;
use domain::Timestamp;
use domain::adjustment::{
    Adjustment, AdjustmentAction, AdjustmentStatus, Line, claims, live_chargebacks,
};
use domain::id::AccountId;

/// Applies news of an adjustment: what is claimed of each lot is worked out from all adjustments of its payment.
pub(super) async fn apply(
    write: &mut Write,
    news: &AdjustmentNews,
    occurred_at: Timestamp,
    now: Timestamp,
) -> Result<Outcome, ApiError> {
    let Some(adjustment) = read(news, occurred_at) else {
        return Ok(Outcome::Quarantined(
            "an adjustment of a kind that is not known",
        ));
    };
    let payment = stored::payment(write, &news.transaction_id).await?;
    let Some(payment) = payment.filter(|payment| payment.settled) else {
        return Ok(Outcome::Waiting(
            "the payment that this adjusts is not here yet",
        ));
    };
    let new = NewAdjustment {
        adjustment: &adjustment,
        transaction: &news.transaction_id,
        account: &payment.account,
        reason: &news.reason,
        currency: &news.currency_code,
        total: &news.totals.total,
        updated_at: news.updated_at.unwrap_or(occurred_at),
    };
    stored::note(write, &new).await?;
    write.changed(&payment.account, Change::Billing);
    let lots = stored::lots(write, &news.transaction_id).await?;
    let lines = stored::lines(write, &news.transaction_id).await?;
    if !lots.is_empty() && lines.is_empty() {
        return Ok(Outcome::Waiting(
            "the lines of the payment are not here yet",
        ));
    }
    if meet(
        write,
        &payment.account,
        &news.transaction_id,
        &adjustment,
        &lines,
        now,
    )
    .await?
    {
        write.changed(&payment.account, Change::Ledger);
    }
    Ok(Outcome::Done)
}

/// Meets what is claimed of every lot of the payment; answers whether anything was written.
async fn meet(
    tx: &mut Tx,
    account: &AccountId,
    transaction: &str,
    about: &Adjustment,
    lines: &[PricedLine],
    now: Timestamp,
) -> Result<bool, ApiError> {
    let all = stored::of_payment(tx, transaction).await?;
    let review = all.iter().rfind(|adjustment| {
        adjustment.action == AdjustmentAction::Refund
            && adjustment.status == AdjustmentStatus::PendingApproval
    });
    // What is returned is returned in the name of the dispute, whichever signal said that it is over.
    let dispute = live_chargebacks(&all)
        .last()
        .map(|dispute| dispute.id.clone())
        .or_else(|| (about.action == AdjustmentAction::Chargeback).then(|| about.id.clone()));
    let mut wrote = false;
    for lot in stored::lots(tx, transaction).await? {
        let own: Vec<Line> = lines
            .iter()
            .filter(|line| lot.source_ref.split('/').any(|part| part == line.price_id))
            .map(|line| line.line.clone())
            .collect();
        let order = ClaimOrder {
            account,
            lot: &lot.id,
            claims: claims(lot.amount, &own, &all),
            by: &about.id,
            dispute: dispute.as_deref(),
            review: review.map(|review| review.id.as_str()),
        };
        wrote |= claim(tx, &order, now).await?.is_some();
    }
    Ok(wrote)
}

/// The adjustment as the rules see it; none when its kind or state is not one that they know.
fn read(news: &AdjustmentNews, occurred_at: Timestamp) -> Option<Adjustment> {
    let of_credits = |kind: &str| !matches!(kind, "tax" | "proration");
    let items = news
        .items
        .iter()
        .filter(|item| of_credits(&item.kind))
        .map(|item| Some((item.item_id.clone(), item.money()?)));
    Some(Adjustment {
        id: news.id.clone(),
        action: AdjustmentAction::parse(&news.action)?,
        status: AdjustmentStatus::parse(&news.status)?,
        full: news.kind == "full",
        items: items.collect::<Option<_>>()?,
        created_at: news.created_at.unwrap_or(occurred_at),
    })
}
