//! How a plan is paid: the form that pays what is due or changes the payment method, and the provider's own pages.

use super::checkout::provider_away;
use crate::error::ApiError;
use crate::paddle::client::{PaddleClient, PaddleError};
use crate::paddle::events::money_text;
use crate::state::AppState;
use crate::store::subscriptions;
use crate::views::checkout::client;
use chrono::Utc;
use domain::id::AccountId;
use domain::past_due::PaymentForm;
use domain::problem::ProblemCode;

/// The provider and the subscription that gives the account its plan.
async fn running<'a>(
    state: &'a AppState,
    account: &AccountId,
) -> Result<(&'a PaddleClient, String), ApiError> {
    let unavailable = |why: &str| ApiError::new(ProblemCode::ItemUnavailable, why);
    let Some(paddle) = &state.paddle else {
        return Err(unavailable("No payment provider is configured."));
    };
    let mut reader = state.store.reader().acquire().await?;
    let plan = subscriptions::plan_of(&mut reader, account, Utc::now()).await?;
    let plan = plan.ok_or_else(|| {
        unavailable("This account has no running plan, so there is no saved payment method.")
    })?;
    Ok((paddle, plan.id))
}

fn refused(error: &PaddleError) -> ApiError {
    if matches!(error, PaddleError::Refused { .. }) {
        tracing::warn!(%error, "a payment form was refused");
        let why = "Paddle does not open this for the plan now. Nothing was charged. Try again later, or use Paddle's billing page.";
        return ApiError::new(ProblemCode::ItemUnavailable, why);
    }
    provider_away(error)
}

/// What the browser needs to pay what is due, or to change the payment method when nothing is.
///
/// # Errors
/// Without a running plan, and when the provider refuses or does not answer.
pub async fn form(state: &AppState, account: &AccountId) -> Result<PaymentForm, ApiError> {
    let (paddle, subscription) = running(state, account).await?;
    let transaction = paddle
        .payment_method_transaction(&subscription)
        .await
        .map_err(|error| refused(&error))?;
    let total = &transaction.details.totals.grand_total;
    let charged = total.bytes().any(|digit| digit != b'0');
    Ok(PaymentForm {
        amount: money_text(total, &transaction.currency_code).filter(|_| charged),
        transaction_id: transaction.id,
        client: client(state).ok_or_else(|| ApiError::internal("a provider without a client"))?,
    })
}

/// A fresh link to the provider's own page.
///
/// # Errors
/// Without a running plan, and when the provider refuses or does not answer.
pub async fn portal(state: &AppState, account: &AccountId) -> Result<String, ApiError> {
    let (paddle, subscription) = running(state, account).await?;
    paddle
        .portal(&subscription)
        .await
        .map_err(|error| refused(&error))
}
