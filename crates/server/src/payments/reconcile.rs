//! Asking the provider ourselves: for checkouts whose event does not come, and when a person asks.

use super::inbox::{self, Source};
use crate::error::ApiError;
use crate::live::Change;
use crate::paddle::client::PaddleError;
use crate::paddle::events::{Adjustment, Event, Subscription, Transaction};
use crate::state::AppState;
use crate::store::checkouts::{self, Checkout};
use chrono::Utc;
use domain::Timestamp;
use domain::checkout::{Asked, CheckoutState, NextQuestion, next_question};
use serde_json::json;

/// What asking the provider brought.
#[derive(Debug)]
pub enum AskError {
    /// The provider did not answer; nothing changed.
    Paddle(PaddleError),
    /// Our side.
    Ours(ApiError),
}

impl From<ApiError> for AskError {
    fn from(error: ApiError) -> Self {
        Self::Ours(error)
    }
}

/// Asks the provider about a checkout and applies what it says through the same door as a webhook; answers the status of
/// its transaction, when it has one.
pub async fn ask(state: &AppState, checkout: &Checkout) -> Result<Option<String>, AskError> {
    let Some(paddle) = &state.paddle else {
        return Ok(None);
    };
    let data = match &checkout.transaction_id {
        Some(transaction) => paddle
            .transaction(transaction)
            .await
            .map_err(AskError::Paddle)?,
        None => match paddle
            .find_by_checkout(&checkout.id)
            .await
            .map_err(AskError::Paddle)?
        {
            Some(found) => paddle
                .transaction(&found.id)
                .await
                .map_err(AskError::Paddle)?,
            None => return Ok(None),
        },
    };
    let transaction: Transaction = serde_json::from_value(data.clone())
        .map_err(|_| AskError::Paddle(PaddleError::Unreadable))?;
    take_news(state, ProviderNews::of_transaction(&transaction), data).await?;
    if transaction.last_attempt_failed() {
        declined(state, checkout).await?;
    }
    Ok(Some(transaction.status))
}

/// The provider says at this moment that the newest attempt failed and nothing was taken: what was handed in is not on its
/// way (S1-32).
async fn declined(state: &AppState, checkout: &Checkout) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    if checkouts::reopen(&mut write, &checkout.id, Utc::now()).await? {
        let change = Change::Checkout(checkout.id.clone(), CheckoutState::Opened);
        write.changed(&checkout.account, change);
        write.changed(&checkout.account, Change::Billing);
    }
    write.commit().await?;
    Ok(())
}

/// News that the provider told because we asked.
#[derive(Debug)]
pub(super) struct ProviderNews<'a> {
    id: &'a str,
    status: &'a str,
    event_type: &'static str,
    updated_at: Option<Timestamp>,
}

impl<'a> ProviderNews<'a> {
    pub(super) fn of_transaction(transaction: &'a Transaction) -> Self {
        Self {
            id: &transaction.id,
            status: &transaction.status,
            event_type: transaction.event_type(),
            updated_at: transaction.updated_at,
        }
    }

    /// Told once more, although it may be known as it is: something else waits for it.
    pub(super) fn again(transaction: &'a Transaction) -> Self {
        Self {
            updated_at: None,
            ..Self::of_transaction(transaction)
        }
    }

    pub(super) fn of_adjustment(adjustment: &'a Adjustment) -> Self {
        Self {
            id: &adjustment.id,
            status: &adjustment.status,
            event_type: "adjustment.updated",
            updated_at: adjustment.updated_at.or(adjustment.created_at),
        }
    }

    /// With the moment from which on it is news.
    pub(super) fn of_subscription(subscription: &'a Subscription, at: Timestamp) -> Self {
        Self {
            id: &subscription.id,
            status: &subscription.status,
            event_type: "subscription.updated",
            updated_at: Some(at),
        }
    }
}

/// Stores what the provider told as an event, once for each state that it tells of, and processes it.
pub(super) async fn take_news(
    state: &AppState,
    news: ProviderNews<'_>,
    data: serde_json::Value,
) -> Result<(), ApiError> {
    let now = Utc::now();
    let at = news.updated_at.unwrap_or(now);
    let event_id = format!("poll:{}:{}:{}", news.id, news.status, at.timestamp_micros());
    let body = json!({ "event_id": event_id, "event_type": news.event_type, "occurred_at": at, "data": data });
    let event: Event = serde_json::from_value(body.clone()).map_err(ApiError::internal)?;
    inbox::store(state, Source::Poll, &event, &body.to_string(), now).await?;
    inbox::process_one(state, &event.event_id).await
}

/// Asks about every session that is due. Each is planned anew, whatever its answer, so that none keeps others waiting.
pub async fn poll_due(state: &AppState, now: Timestamp) -> Result<(), ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let due = checkouts::due(&mut reader, now).await?;
    drop(reader);
    let began = std::time::Instant::now();
    for checkout in due {
        let answer = poll(state, &checkout).await;
        // Questions may take long: the next one is counted from the answer, not from the start of the round.
        let passed = chrono::Duration::from_std(began.elapsed()).unwrap_or_default();
        plan(state, &checkout, answer, now + passed).await?;
    }
    Ok(())
}

/// What a question of the schedule brought.
#[derive(Clone, Copy, Debug, Default)]
struct PollAnswer {
    answered: bool,
    /// The provider has a transaction that can still be paid.
    payable: bool,
    /// It was taken out of use now, as it should be.
    withdrawn: bool,
}

async fn poll(state: &AppState, checkout: &Checkout) -> PollAnswer {
    let status = match ask(state, checkout).await {
        Ok(status) => status,
        // It does not know the transaction: that is an answer.
        Err(AskError::Paddle(PaddleError::Refused { status: 404, .. })) => None,
        Err(AskError::Paddle(error)) => {
            tracing::warn!(checkout = %checkout.id, %error, "provider did not answer");
            return PollAnswer::default();
        }
        Err(AskError::Ours(error)) => {
            tracing::error!(checkout = %checkout.id, ?error, "a checkout could not be asked about");
            return PollAnswer::default();
        }
    };
    let payable =
        status.is_some_and(|status| !matches!(status.as_str(), "paid" | "completed" | "canceled"));
    let answer = PollAnswer {
        answered: true,
        payable,
        withdrawn: false,
    };
    match (&state.paddle, &checkout.transaction_id) {
        (Some(paddle), Some(transaction)) if checkout.withdraw && payable => {
            match paddle.cancel_transaction(transaction).await {
                Ok(()) => PollAnswer {
                    payable: false,
                    withdrawn: true,
                    ..answer
                },
                // Not while it is a draft: it is followed.
                Err(PaddleError::Refused { .. }) => answer,
                Err(_) => PollAnswer::default(),
            }
        }
        _ => answer,
    }
}

async fn plan(
    state: &AppState,
    checkout: &Checkout,
    answer: PollAnswer,
    now: Timestamp,
) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    // The answer may have moved the session on.
    let Some(session) = checkouts::by_id(&mut write, &checkout.id).await? else {
        return Ok(());
    };
    let asked = Asked {
        state: session.state,
        paid: session.times.paid_at.is_some(),
        answered: answer.answered,
        payable: answer.payable,
        count: session.poll_count,
        since: session.updated_at,
    };
    let next = next_question(asked, now);
    let (at, counts) = match next {
        NextQuestion::At(at) | NextQuestion::Expire(at) => (Some(at), true),
        NextQuestion::Again(at) => (Some(at), false),
        NextQuestion::Never => (None, true),
    };
    let expired = matches!(next, NextQuestion::Expire(_))
        && checkouts::advance(&mut write, &session.id, CheckoutState::Expired, now).await?;
    let followed = session.transaction_id.is_some() || (session.state.is_unfinished() && !expired);
    let at = at.filter(|_| followed);
    checkouts::plan_poll(&mut write, &session.id, at, counts).await?;
    if answer.withdrawn {
        checkouts::note_withdraw(&mut write, &session.id, false).await?;
    }
    if expired {
        let change = Change::Checkout(session.id, CheckoutState::Expired);
        write.changed(&session.account, change);
    }
    write.commit().await?;
    Ok(())
}
