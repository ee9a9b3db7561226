//! The accounts of a person beside each other, and an agency with its clients.

use super::auth::SignedIn;
use super::extract::InPath;
use crate::error::ApiError;
use crate::facts::account;
use crate::state::AppState;
use crate::views::workspace as view;
use axum::Json;
use axum::extract::State;
use domain::id::AccountId;
use domain::workspace::{AccountCards, AgencyView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(cards))
        .routes(routes!(agency))
}

/// The accounts that the person can open, by name, with plan, balances and the worst that is to be said of each
#[utoipa::path(get, path = "/accounts", responses((status = 200, body = AccountCards)))]
pub(super) async fn cards(
    State(state): State<AppState>,
    signed: SignedIn,
) -> Result<Json<AccountCards>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let items = view::cards(&mut tx, signed.id()).await?;
    Ok(Json(AccountCards { items }))
}

/// An agency's pool and clients, for its members alone; an account that is no agency has no clients
#[utoipa::path(
    get, path = "/accounts/{account}/agency",
    params(("account" = AccountId, Path)),
    responses((status = 200, body = AgencyView)),
)]
pub(super) async fn agency(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
) -> Result<Json<AgencyView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    signed.role(&mut tx, &id).await?;
    let account = account(&mut tx, &id).await?;
    Ok(Json(view::agency(&mut tx, signed.id(), account).await?))
}
