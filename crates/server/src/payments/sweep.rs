//! Everything that changed at the provider, looked at from time to time: what no event has told is taken from there, so
//! that a lost webhook loses no renewal and no end of a plan (docs/payments.md#asking, inv-14).

mod adjustments;

use super::reconcile::{AskError, ProviderNews, take_news};
use crate::error::ApiError;
use crate::paddle::events::{Subscription, Transaction};
use crate::state::AppState;
use crate::store::subscriptions::Mirror;
use crate::store::{self, checkouts, micros, moment, settings};
use chrono::{Duration, Utc};
use domain::Timestamp;
use serde_json::Value;

/// Up to where the provider's transactions were looked at.
const CURSOR: &str = "transactions_seen_until";
/// Looked at again each time, because the provider's list may be behind its own clock.
const OVERLAP: Duration = Duration::minutes(15);
/// How far back the first look goes at most.
const FIRST_LOOK: Duration = Duration::days(30);
/// Pages of one look; the rest waits for the next.
const MOST_PAGES: usize = 100;
/// Subscriptions in one question.
const PORTION: usize = 100;

/// Looks at everything once.
///
/// # Errors
/// When the provider does not answer, or our side fails; what was read until then is kept.
pub async fn run(state: &AppState) -> Result<(), AskError> {
    // One that fails keeps nothing from the others.
    let (payments, plans) = (transactions(state).await, subscriptions(state).await);
    payments.and(plans).and(adjustments::look(state).await)
}

pub(super) async fn run_and_log(state: &AppState) {
    match run(state).await {
        Ok(()) => {}
        Err(AskError::Paddle(error)) => {
            tracing::warn!(%error, "the provider's payments could not be looked at");
        }
        Err(AskError::Ours(error)) => {
            tracing::error!(?error, "the provider's payments could not be looked at");
        }
    }
}

async fn transactions(state: &AppState) -> Result<(), AskError> {
    let Some(paddle) = &state.paddle else {
        return Ok(());
    };
    let since = match cursor(state).await? {
        Some(until) => until,
        None => beginning(state).await?,
    };
    let since = since - OVERLAP;
    let mut after: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let (page, more) = paddle
            .transactions_since(since, after.as_deref())
            .await
            .map_err(AskError::Paddle)?;
        let mut until = None;
        for data in page {
            let Ok(transaction) = serde_json::from_value::<Transaction>(data.clone()) else {
                tracing::error!(transaction = ?data.get("id"), "a transaction does not read");
                after = data.get("id").and_then(Value::as_str).map(str::to_owned);
                continue;
            };
            until = transaction.updated_at.max(until);
            if !is_known(state, &transaction).await? {
                take_news(state, ProviderNews::of_transaction(&transaction), data).await?;
            }
            after = Some(transaction.id);
        }
        if let Some(until) = until {
            move_cursor(state, until).await?;
        }
        if !more {
            break;
        }
    }
    Ok(())
}

/// Whether we have answer of the transaction as it is now.
async fn is_known(state: &AppState, transaction: &Transaction) -> Result<bool, ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let Transaction { id, status, .. } = transaction;
    let (at, event_type) = (transaction.updated_at, transaction.event_type());
    Ok(store::transactions::is_known(&mut reader, id, status, at, event_type).await?)
}

/// Asks about all subscriptions of ours that have not ended: a renewal that failed, a plan that was given up. They are
/// asked for by id, because Paddle has no list of what changed.
async fn subscriptions(state: &AppState) -> Result<(), AskError> {
    let Some(paddle) = &state.paddle else {
        return Ok(());
    };
    let ours = mirrors(state).await?;
    for portion in ours.chunks(PORTION) {
        let ids: Vec<&str> = portion.iter().map(|mirror| mirror.id.as_str()).collect();
        for data in paddle.subscriptions(&ids).await.map_err(AskError::Paddle)? {
            let Ok(subscription) = serde_json::from_value::<Subscription>(data.clone()) else {
                tracing::error!(subscription = ?data.get("id"), "a subscription does not read");
                continue;
            };
            let mirror = portion.iter().find(|mirror| mirror.id == subscription.id);
            if let Some(at) = mirror.and_then(|mirror| news_since(mirror, &subscription)) {
                take_news(
                    state,
                    ProviderNews::of_subscription(
                        &subscription,
                        moment(at).map_err(ApiError::from)?,
                    ),
                    data,
                )
                .await?;
            }
        }
    }
    Ok(())
}

/// Since when the provider's word is news to us: newer than the newest event, or different although it is not.
/// An event that came while we asked is newer than that, and stays.
fn news_since(mirror: &Mirror, reported: &Subscription) -> Option<i64> {
    let updated_at = reported.updated_at.map_or(0, micros);
    let ends = reported.current_billing_period.as_ref();
    let scheduled = reported.scheduled_change.as_ref();
    let same = reported.status == mirror.status
        && ends.is_none_or(|period| Some(micros(period.ends_at)) == mirror.period_end)
        && scheduled.map(|change| change.action.as_str()) == mirror.scheduled_action.as_deref();
    (updated_at > mirror.state_at || !same)
        .then(|| updated_at.max(mirror.state_at.saturating_add(1)))
}

/// What we know of them, read before the provider is asked.
async fn mirrors(state: &AppState) -> Result<Vec<Mirror>, ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    Ok(store::subscriptions::running(&mut reader).await?)
}

async fn cursor(state: &AppState) -> Result<Option<Timestamp>, ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let text = settings::get(&mut reader, CURSOR).await?;
    // One that does not read is one that is not there: the first look goes back far enough.
    let at = text.and_then(|text| text.parse().ok()).map(moment);
    Ok(at.transpose()?)
}

/// Where the first look begins: what was paid before our first checkout is none of ours.
async fn beginning(state: &AppState) -> Result<Timestamp, ApiError> {
    let now = Utc::now();
    let mut reader = state.store.reader().acquire().await?;
    let first = checkouts::first_opened_at(&mut reader).await?;
    Ok(first.unwrap_or(now).max(now - FIRST_LOOK))
}

async fn move_cursor(state: &AppState, until: Timestamp) -> Result<(), ApiError> {
    let mut tx = state.store.begin().await?;
    settings::set(&mut tx, CURSOR, &micros(until).to_string()).await?;
    tx.commit().await?;
    Ok(())
}
