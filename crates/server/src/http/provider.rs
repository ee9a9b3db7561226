//! Asking the payment provider about an account now.

use super::auth::SignedIn;
use super::extract::InPath;
use crate::error::ApiError;
use crate::payments::ask;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use domain::billing::AskedProvider;
use domain::id::AccountId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(now))
}

/// Asks Paddle about the account's open checkouts and everything that changed, once in half a minute, and says what that found. Asking
/// twice changes nothing twice, so it needs no key.
#[utoipa::path(
    post, path = "/accounts/{account}/payment-provider/ask",
    params(("account" = AccountId, Path)),
    responses((status = 200, body = AskedProvider)),
)]
pub(super) async fn now(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(account): InPath<AccountId>,
) -> Result<Json<AskedProvider>, ApiError> {
    let mut conn = state.store.reader().acquire().await?;
    signed.role(&mut conn, &account).await?;
    drop(conn);
    Ok(Json(ask::now(&state, &account).await?))
}
