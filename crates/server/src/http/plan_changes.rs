//! Changes of a running plan: what they would do, and asking for them (S2-13, S2-26).

use super::auth::{SignedIn, may_purchase};
use super::extract::InPath;
use super::mutation::{Mutation, replay, respond};
use crate::error::ApiError;
use crate::keys::Begun;
use crate::payments::plan_change::{ask, charges};
use crate::state::AppState;
use crate::store::accounts::Account;
use crate::views::plan_change::{Charges, review};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::Utc;
use domain::id::AccountId;
use domain::plan_change::{AskPlanChange, PlanReview, PlanWish};
use domain::role::Role;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show, change))
}

async fn account_of(
    state: &AppState,
    signed: &SignedIn,
    id: &AccountId,
) -> Result<(Account, Role), ApiError> {
    let mut reader = state.store.reader().begin().await?;
    let role = signed.role(&mut reader, id).await?;
    Ok((crate::facts::account(&mut reader, id).await?, role))
}

async fn view(
    state: &AppState,
    signed: &SignedIn,
    account: &Account,
    asked: (PlanWish, Charges),
) -> Result<PlanReview, ApiError> {
    let mut reader = state.store.reader().begin().await?;
    review(&mut reader, signed.id(), account, asked, Utc::now()).await
}

/// What a change of plan would do: Paddle's own preview of what is charged, and what becomes of credits and services.
#[utoipa::path(
    get, path = "/accounts/{account}/plan-changes/{wish}",
    params(("account" = AccountId, Path), ("wish" = inline(PlanWish), Path)),
    responses((status = 200, body = PlanReview)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, wish)): InPath<(AccountId, PlanWish)>,
) -> Result<Json<PlanReview>, ApiError> {
    let (account, _) = account_of(&state, &signed, &id).await?;
    let charged = charges(&state, &account, wish).await?;
    Ok(Json(
        view(&state, &signed, &account, (wish, charged)).await?,
    ))
}

/// Asks Paddle for the change. It holds when Paddle's event says so; until then the answer and Billing say that it waits.
#[utoipa::path(
    post, path = "/accounts/{account}/plan-changes/{wish}",
    params(("account" = AccountId, Path), ("wish" = inline(PlanWish), Path), Mutation),
    request_body = AskPlanChange,
    responses((status = 202, body = PlanReview)),
)]
pub(super) async fn change(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, wish)): InPath<(AccountId, PlanWish)>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let (account, role) = account_of(&state, &signed, &id).await?;
    let body: AskPlanChange = mutation.json()?;
    may_purchase(role)?;
    let intent = mutation.intent(signed.id().as_str());
    match intent.begin(&state, Utc::now()).await? {
        Begun::Replay(answer) => return Ok(replay(answer)),
        Begun::Resume(_) => {}
        Begun::Fresh(work) => work.pause(&state.store, wish.key(), Utc::now()).await?,
    }
    if let Err(error) = ask(&state, &account, wish, &body.agreed_charge).await {
        // Nothing was decided for good: the same key may try again.
        intent.release(&state.store).await?;
        return Err(error);
    }
    let view = view(&state, &signed, &account, (wish, Charges::default())).await?;
    Ok(respond(intent.answer(&state.store, 202, &view).await?))
}
