//! Documents that the provider keeps: each is opened by a link of its own that does not live long.

use super::checkout::provider_away;
use crate::error::ApiError;
use crate::paddle::client::PaddleError;
use crate::state::AppState;
use domain::problem::ProblemCode;

/// A fresh link to the invoice document of a transaction.
///
/// # Errors
/// When there is no document yet, or the provider does not answer.
pub async fn invoice(state: &AppState, transaction: &str) -> Result<String, ApiError> {
    let Some(paddle) = &state.paddle else {
        return Err(not_ready(
            "Invoice documents wait for provider API access: Paddle is not configured yet.",
        ));
    };
    paddle
        .invoice(transaction)
        .await
        .map_err(|error| match error {
            PaddleError::Refused { .. } => {
                not_ready("Paddle has no document for this transaction yet. Try again later.")
            }
            error => provider_away(&error),
        })
}

/// There is no document, and why.
pub fn not_ready(why: &str) -> ApiError {
    ApiError::new(ProblemCode::InvoiceNotReady, why)
}
