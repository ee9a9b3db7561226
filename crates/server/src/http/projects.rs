//! Projects and their services.

use super::auth::SignedIn;
use super::extract::InPath;
use super::idempotency::{Mutation, Once};
use crate::error::ApiError;
use crate::facts::{ProjectContext, project_context};
use crate::live::Change;
use crate::state::AppState;
use crate::store::{Tx, projects as stored};
use crate::views::project as project_view;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::id::{AccountId, ProjectId};
use domain::problem::ProblemCode;
use domain::project::{ProjectView, ServiceKind, ServiceSwitch, SwitchService};
use domain::reason::{ReasonKey, Slots};
use domain::role::Ability;

/// A project page.
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
) -> Result<Json<ProjectView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let context = project_context(&mut tx, signed.id(), &id).await?;
    Ok(Json(
        project_view::view(&mut tx, &context, Utc::now()).await?,
    ))
}

/// Refuses a click that was made while looking at another account, and one that the role does not allow.
pub(super) fn authorise(
    context: &ProjectContext,
    viewing: &AccountId,
    ability: Ability,
) -> Result<(), ApiError> {
    let owner = context.owner.account.name.as_str();
    if *viewing != context.owner.account.id {
        let slots = Slots {
            owner,
            ..Slots::default()
        };
        return Err(ApiError::blocked(vec![
            ReasonKey::WrongAccount.with(&slots, None),
        ]));
    }
    if context.role.can(ability) {
        return Ok(());
    }
    let detail = format!(
        "Your role in {owner} is {}. Ask {} to do this.",
        context.role.label(),
        ability.holders()
    );
    Err(ApiError::new(ProblemCode::Forbidden, detail))
}

/// Enables, pauses or resumes a service of a project.
pub(super) async fn switch(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((project, service, switch)): InPath<(ProjectId, String, String)>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let service = ServiceKind::parse(&service).ok_or_else(ApiError::not_found)?;
    let switch = ServiceSwitch::parse(&switch).ok_or_else(ApiError::not_found)?;
    let body: SwitchService = mutation.json()?;
    let mut work = match mutation.once(&state.store, signed.id().as_str()).await? {
        Once::Now(work) => work,
        Once::Before(response) => return Ok(response),
    };
    let outcome = apply(work.tx(), &signed, &project, (service, switch), &body).await;
    let accounts = outcome
        .as_ref()
        .ok()
        .map(|view| [view.owner.id.clone(), view.payer.id.clone()]);
    let response = work
        .finish(outcome.map(|view| (StatusCode::OK, view)))
        .await?;
    for account in accounts.iter().flatten() {
        state.live.tell(account, Change::Billing);
    }
    Ok(response)
}

async fn apply(
    tx: &mut Tx,
    signed: &SignedIn,
    project: &ProjectId,
    (service, switch): (ServiceKind, ServiceSwitch),
    body: &SwitchService,
) -> Result<ProjectView, ApiError> {
    let before = project_context(tx, signed.id(), project).await?;
    authorise(&before, &body.account_id, Ability::RunProjects)?;
    let now = before
        .services
        .iter()
        .find(|(kind, _)| *kind == service)
        .map(|(_, state)| *state);
    let now = now.ok_or_else(ApiError::not_found)?;
    let next = switch.apply(now).ok_or_else(|| {
        let detail = format!(
            "{} is {} now; nothing was changed.",
            service.label(),
            now.label().to_lowercase()
        );
        ApiError::new(ProblemCode::SelectionChanged, detail)
    })?;
    if switch != ServiceSwitch::Pause {
        let view = project_view::view(tx, &before, Utc::now()).await?;
        let reasons = project_view::switch_reasons(&view, service);
        if !reasons.is_empty() {
            return Err(ApiError::blocked(reasons));
        }
    }
    stored::set_service(tx, project, service, next).await?;
    let after = project_context(tx, signed.id(), project).await?;
    project_view::view(tx, &after, Utc::now()).await
}
