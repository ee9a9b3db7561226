//! Service credits: asked for from a transaction, decided on by operators.

use super::auth::SignedIn;
use super::extract::InPath;
use super::feedback::Operator;
use super::mutation::Mutation;
use crate::error::ApiError;
use crate::facts::account;
use crate::ledger::{GrantCause, GrantOrder, grant};
use crate::live::Change;
use crate::state::AppState;
use crate::store::{new_id, service_credits as stored};
use crate::views::transaction as views;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::id::{AccountId, ServiceCreditId, TransactionId};
use domain::lots::LotSource;
use domain::problem::ProblemCode;
use domain::role::Ability;
use domain::transaction::TransactionView;
use domain::transaction::service_credit::{
    AskServiceCredit, Decision, ServiceCredit, ServiceCreditQueue, ServiceCreditState, fits,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(ask))
        .routes(routes!(queue))
        .routes(routes!(decide))
}

/// Asks for a service credit for credits of a payment that were used and brought nothing; no credits move by asking
#[utoipa::path(
    post, path = "/accounts/{account}/transactions/{transaction}/service-credit",
    params(("account" = AccountId, Path), ("transaction" = TransactionId, Path), Mutation),
    request_body = AskServiceCredit,
    responses((status = 201, body = TransactionView)),
)]
pub(super) async fn ask(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, transaction)): InPath<(AccountId, TransactionId)>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let transaction = transaction.as_str();
    let work = async |write: &mut Write| {
        let role = signed.role(write, &id).await?;
        let payer = account(write, &id).await?;
        let before = views::view(write, role, payer.clone(), transaction).await?;
        let wanted: AskServiceCredit = mutation.json()?;
        if let Some(why) = before.service_credits.unavailable {
            let code = if role.can(Ability::ManageRenewal) {
                ProblemCode::RefundRefused
            } else {
                ProblemCode::Forbidden
            };
            return Err(ApiError::new(code, why));
        }
        fits(&wanted, &before.service_credits.offers)
            .map_err(|why| ApiError::new(ProblemCode::RefundRefused, why))?;
        let new: ServiceCreditId = new_id(ServiceCreditId::PREFIX)?;
        let place = (&id, transaction);
        stored::insert(write, &new, place, &wanted, signed.name(), Utc::now()).await?;
        write.changed(&id, Change::Billing);
        views::view(write, role, payer, transaction).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::CREATED, work)
        .await
}

/// The service credits that were asked for, those that wait first; for operators
#[utoipa::path(get, path = "/operator/service-credits", responses((status = 200, body = ServiceCreditQueue)))]
pub(super) async fn queue(
    State(state): State<AppState>,
    _operator: Operator,
) -> Result<Json<ServiceCreditQueue>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    Ok(Json(ServiceCreditQueue {
        items: stored::queue(&mut tx).await?,
        open: stored::open(&mut tx).await?,
    }))
}

/// Approves or rejects a service credit, once; an approved one is in the ledger when this answers
#[utoipa::path(
    post, path = "/operator/service-credits/{service_credit}/{decision}",
    params(("service_credit" = ServiceCreditId, Path), ("decision" = inline(Decision), Path), Mutation),
    responses((status = 200, body = ServiceCredit)),
)]
pub(super) async fn decide(
    State(state): State<AppState>,
    Operator(operator): Operator,
    InPath((id, decision)): InPath<(ServiceCreditId, Decision)>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    mutation.no_body()?;
    let work = async |write: &mut Write| {
        let (to, now) = (
            match decision {
                Decision::Approve => ServiceCreditState::Approved,
                Decision::Reject => ServiceCreditState::Rejected,
            },
            Utc::now(),
        );
        let fresh = stored::decide(write, &id, to, operator.name(), now).await?;
        let found = stored::one(write, &id).await?;
        let found = found.ok_or_else(ApiError::not_found)?;
        if found.state != to {
            let label = found.state.label().to_lowercase();
            let why = format!("It is {label} already, and that stays.");
            return Err(ApiError::new(ProblemCode::RefundRefused, why));
        }
        if fresh && to == ServiceCreditState::Approved {
            let order = GrantOrder {
                account: &found.account.id,
                credit_type: found.credit_type,
                amount: found.credits,
                source: LotSource::ServiceCredit,
                source_ref: id.as_str(),
                // No part of the payment: a refund of it takes back what it brought, and not this.
                txn_id: None,
                expires_at: None,
                cause: GrantCause::ServiceCredit,
                cause_ref: id.as_str(),
                actor: operator.name(),
            };
            grant(write, &order, now).await?;
            write.changed(&found.account.id, Change::Ledger);
        }
        write.changed(&found.account.id, Change::Billing);
        Ok(found)
    };
    mutation
        .perform(&state, operator.id().as_str(), StatusCode::OK, work)
        .await
}
