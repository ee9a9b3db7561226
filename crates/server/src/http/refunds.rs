//! Asking for a refund of a transaction: what it would do, and the asking itself.

use super::auth::SignedIn;
use super::extract::{InPath, InQuery};
use super::mutation::{Mutation, replay, respond};
use crate::error::ApiError;
use crate::facts::account;
use crate::payments::refund::{self, Asked, Asker};
use crate::state::AppState;
use crate::views::transaction::{self as views, Refundable};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::id::{AccountId, TransactionId};
use domain::problem::ProblemCode;
use domain::transaction::TransactionView;
use domain::transaction::refund::{AskRefund, RefundPreview, RefundReason};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(preview, ask))
}

/// What would be asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PreviewQuery {
    /// Why; `duplicate_charge` when absent.
    reason: Option<RefundReason>,
    /// How much, in minor units; everything that remains when absent.
    amount: Option<i64>,
}

/// What a refund would do: what it takes back, and which work and services it touches
#[utoipa::path(
    get, path = "/accounts/{account}/transactions/{transaction}/refund",
    params(("account" = AccountId, Path), ("transaction" = TransactionId, Path), PreviewQuery),
    responses((status = 200, body = RefundPreview)),
)]
pub(super) async fn preview(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, transaction)): InPath<(AccountId, TransactionId)>,
    InQuery(query): InQuery<PreviewQuery>,
) -> Result<Json<RefundPreview>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let role = signed.role(&mut tx, &id).await?;
    let payment = Refundable::load(&mut tx, &id, transaction.as_str()).await?;
    let refuse = |why| ApiError::new(ProblemCode::RefundRefused, why);
    if let Some(why) = payment.unavailable(role) {
        return Err(refuse(why));
    }
    let wanted = (
        query.reason.unwrap_or(RefundReason::DuplicateCharge),
        query.amount,
    );
    let preview = views::preview(&mut tx, signed.id(), &id, &payment, wanted).await?;
    Ok(Json(preview.map_err(refuse)?))
}

/// Asks for a refund: 202, because the provider decides; what it decides shows as an adjustment
#[utoipa::path(
    post, path = "/accounts/{account}/transactions/{transaction}/refund",
    params(("account" = AccountId, Path), ("transaction" = TransactionId, Path), Mutation),
    request_body = AskRefund,
    responses((status = 202, body = TransactionView)),
)]
pub(super) async fn ask(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, transaction)): InPath<(AccountId, TransactionId)>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let role = signed.role(&mut reader, &id).await?;
    // A transaction of somebody else is not found, whatever is asked of it.
    Refundable::load(&mut reader, &id, transaction.as_str()).await?;
    drop(reader);
    let wanted: AskRefund = mutation.json()?;
    let intent = mutation.intent(signed.id().as_str());
    let asker = Asker {
        account: &id,
        transaction: transaction.as_str(),
        name: signed.name(),
        role,
    };
    match refund::ask(&state, asker, &wanted, &intent).await? {
        Asked::Replay(answer) => Ok(replay(answer)),
        Asked::Done => {
            let mut tx = state.store.reader().begin().await?;
            let account = account(&mut tx, &id).await?;
            let view = views::view(&mut tx, role, account, transaction.as_str()).await?;
            drop(tx);
            Ok(respond(intent.answer(&state.store, 202, &view).await?))
        }
    }
}
