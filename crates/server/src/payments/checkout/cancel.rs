//! Giving a checkout up.

use super::{advance, ask, load, provider_away};
use crate::error::ApiError;
use crate::paddle::client::PaddleError;
use crate::state::AppState;
use crate::store::checkouts::{self, Checkout};
use domain::checkout::CheckoutState;
use domain::id::{AccountId, CheckoutId};
use domain::problem::ProblemCode;

/// Cancels a session, but never one that was paid: the provider is asked first.
pub async fn cancel(
    state: &AppState,
    account: &AccountId,
    id: &CheckoutId,
) -> Result<(), ApiError> {
    let checkout = load(state, account, id).await?;
    match checkout.state {
        CheckoutState::Cancelled => return Ok(()),
        state if !state.is_unfinished() => {
            return Err(not_cancellable("This checkout has ended already."));
        }
        _ => {}
    }
    ask(state, &checkout).await?;
    let checkout = load(state, account, id).await?;
    if checkout.times.paid_at.is_some() || !checkout.state.is_unfinished() {
        return Err(not_cancellable(
            "This checkout is paid. Its credits arrive when the payment is confirmed; do not pay again.",
        ));
    }
    if let (Some(paddle), Some(transaction)) = (&state.paddle, &checkout.transaction_id) {
        match paddle.cancel_transaction(transaction).await {
            Ok(()) => {}
            // A draft cannot be cancelled there; without being opened again nobody can pay it.
            // It is followed, and cancelled as soon as that goes.
            Err(PaddleError::Refused { .. }) => {
                ask_unpaid(state, &checkout).await?;
                let mut tx = state.store.begin().await?;
                checkouts::note_withdraw(&mut tx, id, true).await?;
                tx.commit().await?;
            }
            Err(error) => return Err(provider_away(&error)),
        }
    }
    advance(state, account, id, CheckoutState::Cancelled).await
}

/// The provider refused to cancel: either it is a draft, or it was paid in this very moment.
async fn ask_unpaid(state: &AppState, checkout: &Checkout) -> Result<(), ApiError> {
    ask(state, checkout).await?;
    let now = load(state, &checkout.account, &checkout.id).await?;
    if now.times.paid_at.is_some() {
        return Err(not_cancellable(
            "This checkout was paid just now; do not pay again.",
        ));
    }
    Ok(())
}

fn not_cancellable(detail: &str) -> ApiError {
    ApiError::new(ProblemCode::CheckoutNotCancellable, detail)
}
