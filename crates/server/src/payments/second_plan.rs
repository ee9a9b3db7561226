//! What is asked of the provider about a plan that was paid while another one ran: its end, and its payment (docs/payments.md#two-plans).

use super::process::settle_account;
use super::refund;
use crate::error::ApiError;
use crate::live::Change;
use crate::paddle::client::{PaddleClient, PaddleError};
use crate::paddle::events::Subscription;
use crate::state::AppState;
use crate::store::second_plans::{self, Stored};
use chrono::Duration;
use domain::Timestamp;

/// When a step that the provider did not take is tried again.
const AGAIN: Duration = Duration::minutes(1);

/// Takes the steps that are due: ends second plans at the provider and asks for their refunds.
///
/// # Errors
/// When our side fails; what the provider does not take is tried again.
pub async fn finish(state: &AppState, now: Timestamp) -> Result<(), ApiError> {
    let Some(paddle) = &state.paddle else {
        return Ok(());
    };
    let mut reader = state.store.reader().acquire().await?;
    let due = second_plans::due(&mut reader, now).await?;
    drop(reader);
    for second in due {
        let next = match end(paddle, &second).await {
            Ok(Ended::OtherOneEnded) => {
                let mut write = state.write().await?;
                second_plans::forget(&mut write, &second.subscription).await?;
                settle_account(&mut write, &second.account).await?;
                write.changed(&second.account, Change::Billing);
                write.commit().await?;
                continue;
            }
            Ok(Ended::Done) => {
                ask_back(state, &second).await?;
                None
            }
            Err(error) => {
                tracing::error!(%error, subscription = second.subscription, "a second plan could not be ended; it is tried again");
                Some(now + AGAIN)
            }
        };
        let mut write = state.write().await?;
        second_plans::plan_next(&mut write, &second.subscription, next).await?;
        write.changed(&second.account, Change::Billing);
        write.commit().await?;
    }
    Ok(())
}

enum Ended {
    /// It does not run any more.
    Done,
    /// What was told late: the plan that should stay does not run, so that this one is no second.
    OtherOneEnded,
}

/// Ends the second plan, after the provider itself said that both run: after a restored backup what we know is old.
async fn end(paddle: &PaddleClient, second: &Stored) -> Result<Ended, PaddleError> {
    let told = paddle
        .subscriptions(&[&second.kept, &second.subscription])
        .await?;
    let told: Vec<Subscription> = told
        .into_iter()
        .filter_map(|data| serde_json::from_value(data).ok())
        .collect();
    let runs = |id: &str| {
        told.iter()
            .any(|one| one.id == id && !matches!(one.status.as_str(), "canceled" | "paused"))
    };
    // Where neither runs any more, nobody can tell whether they ever ran together: nothing is asked back.
    if !runs(&second.kept) {
        return Ok(Ended::OtherOneEnded);
    }
    if !runs(&second.subscription) {
        return Ok(Ended::Done);
    }
    paddle.end_subscription(&second.subscription).await?;
    Ok(Ended::Done)
}

/// Asks for the payment back, once.
async fn ask_back(state: &AppState, second: &Stored) -> Result<(), ApiError> {
    match refund::ask_by_rule(state, &second.account, &second.transaction).await {
        // Stored, so that the worker hands it over; or refused, which its page says.
        Ok(()) | Err(ApiError::Problem(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
