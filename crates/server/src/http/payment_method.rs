//! Paying what is due and changing how a plan is paid, in the provider's form or on its own pages (S2-24).

use super::auth::{SignedIn, may_purchase};
use super::extract::InPath;
use crate::error::ApiError;
use crate::payments::method;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use domain::id::AccountId;
use domain::past_due::{PaymentForm, PortalLink};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(form))
        .routes(routes!(portal))
}

async fn may(state: &AppState, signed: &SignedIn, account: &AccountId) -> Result<(), ApiError> {
    let mut conn = state.store.reader().acquire().await?;
    may_purchase(signed.role(&mut conn, account).await?)
}

/// Asks Paddle for the form that pays what is due, or changes the payment method when nothing is. Nothing of ours changes,
/// so it needs no key; what was paid is known when Paddle's event says so.
#[utoipa::path(
    post, path = "/accounts/{account}/payment-method",
    params(("account" = AccountId, Path)),
    responses((status = 200, body = PaymentForm)),
)]
pub(super) async fn form(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(account): InPath<AccountId>,
) -> Result<Json<PaymentForm>, ApiError> {
    may(&state, &signed, &account).await?;
    Ok(Json(method::form(&state, &account).await?))
}

/// Asks Paddle for a link to its own page for this customer. The link is made anew each time and stored nowhere.
#[utoipa::path(
    post, path = "/accounts/{account}/billing-portal",
    params(("account" = AccountId, Path)),
    responses((status = 200, body = PortalLink)),
)]
pub(super) async fn portal(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(account): InPath<AccountId>,
) -> Result<Json<PortalLink>, ApiError> {
    may(&state, &signed, &account).await?;
    let url = method::portal(&state, &account).await?;
    Ok(Json(PortalLink { url }))
}
