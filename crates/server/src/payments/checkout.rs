//! Opening, following and cancelling checkouts.

mod cancel;
mod open;

use super::reconcile::{self, AskError};
use crate::error::ApiError;
use crate::live::Change;
use crate::paddle::client::PaddleError;
use crate::state::AppState;
use crate::store::checkouts::{self, Checkout};
use chrono::Utc;
use domain::checkout::CheckoutState;
use domain::id::{AccountId, CheckoutId};
use domain::problem::{Problem, ProblemCode};

pub use cancel::cancel;
pub use open::{Buyer, Opened, open};

/// The provider did not answer: nothing was charged, and asking again with the same key is safe.
pub(in crate::payments) fn provider_away(error: &PaddleError) -> ApiError {
    tracing::warn!(%error, "provider call failed");
    let mut problem = Problem::new(
        ProblemCode::ProviderUnavailable,
        "Paddle does not answer. Nothing was charged and nothing changed. Try again.",
    );
    problem.retry_after_seconds = Some(5);
    ApiError::Problem(Box::new(problem))
}

async fn load(
    state: &AppState,
    account: &AccountId,
    id: &CheckoutId,
) -> Result<Checkout, ApiError> {
    let mut conn = state.store.reader().acquire().await?;
    checkouts::load(&mut conn, account, id)
        .await?
        .ok_or_else(ApiError::not_found)
}

/// Moves a session on because the browser says so; it changes no credits.
pub async fn advance(
    state: &AppState,
    account: &AccountId,
    id: &CheckoutId,
    to: CheckoutState,
) -> Result<(), ApiError> {
    load(state, account, id).await?;
    let mut write = state.write().await?;
    if to == CheckoutState::ReturnedPending {
        checkouts::note_finished(&mut write, id, Utc::now()).await?;
    }
    if checkouts::advance(&mut write, id, to, Utc::now()).await? {
        write.changed(account, Change::Checkout(id.clone(), to));
    }
    write.commit().await?;
    Ok(())
}

/// Asks the provider now because a person wants to know; at most once in 5 seconds for a session.
pub async fn refresh(
    state: &AppState,
    account: &AccountId,
    id: &CheckoutId,
) -> Result<(), ApiError> {
    let checkout = load(state, account, id).await?;
    let mut tx = state.store.begin().await?;
    let allowed = checkouts::may_ask(&mut tx, id, Utc::now()).await?;
    tx.commit().await?;
    if !allowed {
        let mut problem = Problem::new(
            ProblemCode::RateLimited,
            "Paddle was asked a moment ago. Wait a few seconds.",
        );
        problem.retry_after_seconds = Some(5);
        return Err(ApiError::Problem(Box::new(problem)));
    }
    ask(state, &checkout).await
}

async fn ask(state: &AppState, checkout: &Checkout) -> Result<(), ApiError> {
    match reconcile::ask(state, checkout).await {
        // That it does not know the transaction is an answer too: nothing was paid.
        Ok(_) | Err(AskError::Paddle(PaddleError::Refused { status: 404, .. })) => Ok(()),
        Err(AskError::Paddle(error)) => Err(provider_away(&error)),
        Err(AskError::Ours(error)) => Err(error),
    }
}
