//! Adjustments that no event told of: the provider's list is walked from its newest end, those of ours that may still
//! change are read again, and payments that adjustments wait for are fetched.

use crate::error::ApiError;
use crate::paddle::client::PaddleError;
use crate::paddle::events::{Adjustment, Transaction};
use crate::payments::reconcile::{AskError, ProviderNews, take_news};
use crate::state::AppState;
use crate::store::adjustments as stored;
use chrono::{Duration, Utc};
use serde_json::Value;

/// Pages of one look; the provider cannot say what changed since a moment.
const MOST_PAGES: usize = 20;
/// Adjustments in one question.
const PORTION: usize = 50;
/// How long an adjustment waits for its payment before that is fetched.
const PATIENCE: Duration = Duration::minutes(10);

/// Looks once.
pub(super) async fn look(state: &AppState) -> Result<(), AskError> {
    newest(state).await?;
    unsettled(state).await?;
    awaited(state).await
}

/// Walks back until a whole page is known as it is.
async fn newest(state: &AppState) -> Result<(), AskError> {
    let Some(paddle) = &state.paddle else {
        return Ok(());
    };
    let mut after: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let (page, more) = paddle
            .adjustments(after.as_deref())
            .await
            .map_err(AskError::Paddle)?;
        after = page
            .last()
            .and_then(|data| data.get("id"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        // The older one first, as it happened.
        let mut news = false;
        for data in page.into_iter().rev() {
            news |= hear(state, data).await?;
        }
        if !more || !news {
            break;
        }
    }
    Ok(())
}

async fn unsettled(state: &AppState) -> Result<(), AskError> {
    let Some(paddle) = &state.paddle else {
        return Ok(());
    };
    let mut reader = state
        .store
        .reader()
        .acquire()
        .await
        .map_err(ApiError::from)?;
    let ours = stored::unsettled(&mut reader)
        .await
        .map_err(ApiError::from)?;
    drop(reader);
    for portion in ours.chunks(PORTION) {
        let ids: Vec<&str> = portion.iter().map(String::as_str).collect();
        let found = paddle
            .adjustments_by_id(&ids)
            .await
            .map_err(AskError::Paddle)?;
        for data in found {
            hear(state, data).await?;
        }
    }
    Ok(())
}

/// Takes what the provider says of an adjustment unless it is known; answers whether it was news.
async fn hear(state: &AppState, data: Value) -> Result<bool, AskError> {
    let Ok(adjustment) = serde_json::from_value::<Adjustment>(data.clone()) else {
        tracing::error!(adjustment = ?data.get("id"), "an adjustment does not read");
        return Ok(false);
    };
    let mut reader = state
        .store
        .reader()
        .acquire()
        .await
        .map_err(ApiError::from)?;
    let known = stored::is_known(&mut reader, &adjustment.id, &adjustment.status).await;
    drop(reader);
    if known.map_err(ApiError::from)? {
        return Ok(false);
    }
    take_news(state, ProviderNews::of_adjustment(&adjustment), data).await?;
    Ok(true)
}

/// Fetches payments that adjustments wait for.
async fn awaited(state: &AppState) -> Result<(), AskError> {
    let Some(paddle) = &state.paddle else {
        return Ok(());
    };
    let mut reader = state
        .store
        .reader()
        .acquire()
        .await
        .map_err(ApiError::from)?;
    let payments = stored::awaited(&mut reader, Utc::now() - PATIENCE).await;
    drop(reader);
    for id in payments.map_err(ApiError::from)? {
        let data = match paddle.transaction(&id).await {
            Ok(data) => data,
            // None of ours: the adjustment is quarantined when its time is over.
            Err(PaddleError::Refused { status: 404, .. }) => continue,
            Err(error) => return Err(AskError::Paddle(error)),
        };
        if let Ok(transaction) = serde_json::from_value::<Transaction>(data.clone()) {
            take_news(state, ProviderNews::again(&transaction), data).await?;
        }
    }
    Ok(())
}
