//! Checkout sessions: open, follow, ask the provider, cancel.

use super::auth::{SignedIn, may_purchase};
use super::extract::InPath;
use super::mutation::{Mutation, replay, respond};
use crate::error::ApiError;
use crate::keys::Begun;
use crate::payments::checkout::{self, Buyer, Opened};
use crate::state::AppState;
use crate::store::checkouts as stored;
use crate::views::checkout as checkout_view;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::Utc;
use domain::checkout::{CheckoutState, CheckoutStep, CheckoutView, OpenCheckout};
use domain::id::{AccountId, CheckoutId};
use domain::role::Role;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(open))
        .routes(routes!(show))
        .routes(routes!(step))
}

async fn view(
    state: &AppState,
    account: &AccountId,
    id: &CheckoutId,
    role: Role,
) -> Result<CheckoutView, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let session = stored::load(&mut tx, account, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    checkout_view::view(state, &mut tx, &session, role, Utc::now()).await
}

async fn role(state: &AppState, signed: &SignedIn, account: &AccountId) -> Result<Role, ApiError> {
    let mut conn = state.store.reader().acquire().await?;
    signed.role(&mut conn, account).await
}

/// Opens a checkout session: 201 with what the browser needs to pay.
#[utoipa::path(
    post, path = "/accounts/{account}/checkouts",
    params(("account" = AccountId, Path), Mutation),
    request_body = OpenCheckout,
    responses((status = 201, body = CheckoutView)),
)]
pub(super) async fn open(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(account): InPath<AccountId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let role = role(&state, &signed, &account).await?;
    let order: OpenCheckout = mutation.json()?;
    let intent = mutation.intent(signed.id().as_str());
    let buyer = Buyer {
        account: &account,
        user: signed.id(),
        role,
    };
    match checkout::open(&state, buyer, &order, &intent).await? {
        Opened::Replay(answer) => Ok(replay(answer)),
        Opened::Ready(id) => {
            let view = view(&state, &account, &id, role).await?;
            let answer = intent.answer(&state.store, 201, &view).await?;
            Ok(respond(answer))
        }
    }
}

/// A checkout session; reading it changes nothing, however often.
#[utoipa::path(
    get, path = "/accounts/{account}/checkouts/{checkout}",
    params(("account" = AccountId, Path), ("checkout" = CheckoutId, Path)),
    responses((status = 200, body = CheckoutView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((account, id)): InPath<(AccountId, CheckoutId)>,
) -> Result<Json<CheckoutView>, ApiError> {
    let role = role(&state, &signed, &account).await?;
    Ok(Json(view(&state, &account, &id, role).await?))
}

/// Moves a session: `opened` and `returned` note what the browser saw, `refresh` asks the provider, `cancel` gives up.
#[utoipa::path(
    post, path = "/accounts/{account}/checkouts/{checkout}/{step}",
    params(
        ("account" = AccountId, Path),
        ("checkout" = CheckoutId, Path),
        ("step" = inline(CheckoutStep), Path),
        Mutation,
    ),
    responses((status = 200, body = CheckoutView)),
)]
pub(super) async fn step(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((account, id, step)): InPath<(AccountId, CheckoutId, CheckoutStep)>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let role = role(&state, &signed, &account).await?;
    view(&state, &account, &id, role).await?;
    mutation.no_body()?;
    if step != CheckoutStep::Refresh {
        may_purchase(role)?;
    }
    let intent = mutation.intent(signed.id().as_str());
    match intent.begin(&state, Utc::now()).await? {
        Begun::Replay(answer) => return Ok(replay(answer)),
        Begun::Resume(_) => {}
        Begun::Fresh(work) => work.pause(&state.store, id.as_str(), Utc::now()).await?,
    }
    let done = match step {
        CheckoutStep::Opened => {
            checkout::advance(&state, &account, &id, CheckoutState::Opened).await
        }
        CheckoutStep::Returned => {
            checkout::advance(&state, &account, &id, CheckoutState::ReturnedPending).await
        }
        CheckoutStep::Refresh => checkout::refresh(&state, &account, &id).await,
        CheckoutStep::Cancel => checkout::cancel(&state, &account, &id).await,
    };
    if let Err(error) = done {
        // Nothing was decided for good: the same key may try again.
        intent.release(&state.store).await?;
        return Err(error);
    }
    let view = view(&state, &account, &id, role).await?;
    Ok(respond(intent.answer(&state.store, 200, &view).await?))
}
