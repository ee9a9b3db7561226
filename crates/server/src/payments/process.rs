//! What each event of the provider means for accounts, checkouts and the ledger (docs/payments.md).

mod adjustment;
mod grants;
mod route;
mod second_plan;
mod subscription;
mod transaction;

pub(super) use subscription::settle_account;

use crate::error::ApiError;
use crate::paddle::events::{Adjustment, Event, Subscription, Transaction};
use crate::write::Write;
use domain::Timestamp;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its effect is in the database, now or from before.
    Done,
    /// It has none.
    Ignored,
    /// Something it builds on is not here yet.
    Waiting(&'static str),
    /// A person must look at it.
    Quarantined(&'static str),
}

/// A transaction as an event told of it.
struct TransactionNews<'a> {
    transaction: &'a Transaction,
    occurred_at: Timestamp,
    received_at: Timestamp,
    now: Timestamp,
}

/// Applies an event inside the caller's transaction.
///
/// Grants do not depend on order: a late or repeated `completed` grants once, because each effect is unique in the
/// database. Mirrors take only what is newer than what they hold.
pub async fn apply(
    write: &mut Write,
    event: &Event,
    received_at: Timestamp,
    now: Timestamp,
) -> Result<Outcome, ApiError> {
    if event.event_type.starts_with("transaction.") {
        let Ok(transaction) = serde_json::from_value::<Transaction>(event.data.clone()) else {
            return Ok(Outcome::Quarantined("the transaction does not read"));
        };
        let news = TransactionNews {
            transaction: &transaction,
            occurred_at: event.occurred_at,
            received_at,
            now,
        };
        return transaction::apply(write, &event.event_type, &news).await;
    }
    if event.event_type.starts_with("subscription.") {
        let Ok(subscription) = serde_json::from_value::<Subscription>(event.data.clone()) else {
            return Ok(Outcome::Quarantined("the subscription does not read"));
        };
        return subscription::apply(write, &subscription, event.occurred_at, now).await;
    }
    if event.event_type.starts_with("adjustment.") {
        let Ok(news) = serde_json::from_value::<Adjustment>(event.data.clone()) else {
            return Ok(Outcome::Quarantined("the adjustment does not read"));
        };
        return adjustment::apply(write, &news, event.occurred_at, now).await;
    }
    Ok(Outcome::Ignored)
}
