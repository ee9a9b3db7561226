//! What a completed transaction grants: each price once, whatever lines it stands in.

use super::TransactionNews;
use super::route::Route;
use crate::error::ApiError;
use crate::ledger::{GrantCause, GrantOrder, GrantOutcome, grant, granted_in_period};
use crate::paddle::events::Transaction;
use crate::store::{Tx, micros, prices};
use domain::Timestamp;
use domain::catalogue::{Item, ItemGrant, ItemKind, Trial, catalogue};
use domain::lots::LotSource;
use domain::plan_change::gains;

/// Units of one price.
pub(super) struct Bought<'a> {
    pub(super) item: &'static Item,
    pub(super) price: &'a str,
    units: i64,
}

/// What was bought; `None` when it is not all an item of ours.
pub(super) async fn bought<'a>(
    tx: &mut Tx,
    transaction: &'a Transaction,
) -> Result<Option<Vec<Bought<'a>>>, ApiError> {
    let Some(units) = transaction.units_by_price() else {
        return Ok(None);
    };
    let mut bought = Vec::with_capacity(units.len());
    for (price, units) in units {
        let Some(item) = item_of(tx, price).await? else {
            return Ok(None);
        };
        bought.push(Bought { item, price, units });
    }
    Ok(Some(bought))
}

async fn item_of(tx: &mut Tx, price: &str) -> Result<Option<&'static Item>, ApiError> {
    let key = prices::item_of(tx, price).await?;
    Ok(key.and_then(|key| catalogue().item(&key)))
}

/// Grants it; answers whether anything was written.
pub(super) async fn write(
    tx: &mut Tx,
    route: &Route,
    news: &TransactionNews<'_>,
    bought: &[Bought<'_>],
) -> Result<bool, ApiError> {
    let mut wrote = false;
    for line in bought {
        let (cause, whole) = match &route.checkout {
            Some(checkout) => (GrantCause::Checkout, checkout.id.as_str()),
            None => (GrantCause::Renewal, news.transaction.id.as_str()),
        };
        // An effect is unique by its cause, so that two prices that bring the same credits are two causes.
        let cause_ref = match bought {
            [_] => whole.to_owned(),
            _ => format!("{}/{}", news.transaction.id, line.price),
        };
        wrote |= grant_line(tx, route, news, line, (cause, &cause_ref)).await?;
    }
    Ok(wrote)
}

/// Grants what a plan change brings above what its period has granted already; answers whether anything was written.
pub(super) async fn write_change(
    tx: &mut Tx,
    route: &Route,
    news: &TransactionNews<'_>,
    bought: &[Bought<'_>],
) -> Result<bool, ApiError> {
    let transaction = news.transaction;
    // Paddle may list the plan that is left beside the one that is taken.
    let highest = bought.iter().max_by_key(|line| line.item.package_key);
    let plan = highest.and_then(|line| Some((line.item.package_key?, line.price)));
    let period = transaction.billing_period.as_ref();
    let (Some((package, price)), Some(subscription), Some(period)) =
        (plan, transaction.subscription_id.as_deref(), period)
    else {
        return Ok(false);
    };
    let start = micros(period.starts_at);
    let granted = granted_in_period(tx, &route.account, subscription, start).await?;
    let already = |kind| {
        granted
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, credits)| credits)
            .sum()
    };
    let source_ref = format!("{subscription}/{price}/{start}");
    let mut wrote = false;
    for gain in gains(package, already) {
        let order = GrantOrder {
            account: &route.account,
            credit_type: gain.credit_type,
            amount: gain.credits,
            source: LotSource::Plan,
            source_ref: &source_ref,
            txn_id: Some(&transaction.id),
            expires_at: Some(period.ends_at),
            cause: GrantCause::Renewal,
            cause_ref: &transaction.id,
            actor: "Paddle",
        };
        wrote |= matches!(
            grant(tx, &order, news.now).await?,
            GrantOutcome::Written { .. }
        );
    }
    Ok(wrote)
}

async fn grant_line(
    tx: &mut Tx,
    route: &Route,
    news: &TransactionNews<'_>,
    line: &Bought<'_>,
    (cause, cause_ref): (GrantCause, &str),
) -> Result<bool, ApiError> {
    let transaction = news.transaction;
    let Bought { item, price, units } = line;
    if let Some(trial) = trial_of(tx, transaction, price).await? {
        return grant_trial(tx, route, news, trial, (cause, cause_ref)).await;
    }
    let (source, source_ref, expires_at) = match item.kind {
        ItemKind::TopUp => {
            let source_ref = format!("{}/{price}", transaction.id);
            (LotSource::TopUp, source_ref, None)
        }
        // One allowance a period, whichever transaction of the period tells of it; what is left of it ends with the period.
        ItemKind::Plan => {
            let subscription = transaction
                .subscription_id
                .as_deref()
                .unwrap_or(&transaction.id);
            let period = transaction.billing_period.as_ref();
            let start = period.map_or(0, |period| micros(period.starts_at));
            let source_ref = format!("{subscription}/{price}/{start}");
            (
                LotSource::Plan,
                source_ref,
                period.map(|period| period.ends_at),
            )
        }
    };
    let lot = NewLot {
        source,
        source_ref: &source_ref,
        expires_at,
        cause: (cause, cause_ref),
    };
    grant_all(tx, route, news, &item.grants, *units, &lot).await
}

/// What the lots of one line have in common.
struct NewLot<'a> {
    source: LotSource,
    source_ref: &'a str,
    expires_at: Option<Timestamp>,
    cause: (GrantCause, &'a str),
}

/// Grants these credits for each of so many units; answers whether anything was written.
async fn grant_all(
    tx: &mut Tx,
    route: &Route,
    news: &TransactionNews<'_>,
    grants: &[ItemGrant],
    units: i64,
    lot: &NewLot<'_>,
) -> Result<bool, ApiError> {
    let (cause, cause_ref) = lot.cause;
    let mut wrote = false;
    for granted in grants {
        let order = GrantOrder {
            account: &route.account,
            credit_type: granted.credit_type,
            amount: granted.credits.saturating_mul(units),
            source: lot.source,
            source_ref: lot.source_ref,
            txn_id: Some(&news.transaction.id),
            expires_at: lot.expires_at,
            cause,
            cause_ref,
            actor: "Paddle",
        };
        wrote |= matches!(
            grant(tx, &order, news.now).await?,
            GrantOutcome::Written { .. }
        );
    }
    Ok(wrote)
}

/// The approved trial that a payment of nothing begins; none when something was paid.
pub(super) async fn trial_of(
    tx: &mut Tx,
    transaction: &Transaction,
    price: &str,
) -> Result<Option<&'static Trial>, ApiError> {
    if !transaction.is_free() {
        return Ok(None);
    }
    Ok(prices::trial_of(tx, price).await?)
}

/// Grants what an approved trial brings: once for its subscription, and until the trial ends.
async fn grant_trial(
    tx: &mut Tx,
    route: &Route,
    news: &TransactionNews<'_>,
    trial: &Trial,
    (cause, cause_ref): (GrantCause, &str),
) -> Result<bool, ApiError> {
    let transaction = news.transaction;
    let subscription = transaction.subscription_id.as_deref();
    let source_ref = format!("{}/trial", subscription.unwrap_or(&transaction.id));
    let period = transaction.billing_period.as_ref();
    let lot = NewLot {
        source: LotSource::Plan,
        source_ref: &source_ref,
        expires_at: period.map(|period| period.ends_at),
        cause: (cause, cause_ref),
    };
    grant_all(tx, route, news, &trial.grants, 1, &lot).await
}
