//! Projects and their services.

use super::auth::SignedIn;
use super::extract::InPath;
use super::mutation::Mutation;
use crate::error::ApiError;
use crate::facts::{ProjectContext, project_context};
use crate::live::Change;
use crate::monitoring;
use crate::state::AppState;
use crate::store::projects as stored;
use crate::views::project as project_view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::account::is_at_home;
use domain::id::{AccountId, ProjectId};
use domain::problem::ProblemCode;
use domain::project::{ProjectView, ServiceKind, ServiceSwitch, SwitchService};
use domain::reason::{ReasonKey, Slots};
use domain::role::Ability;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show))
        .routes(routes!(switch))
}

/// A project page.
#[utoipa::path(
    get, path = "/projects/{project}",
    params(("project" = ProjectId, Path)),
    responses((status = 200, body = ProjectView)),
)]
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

/// Refuses a click that was made while looking at an account that neither owns nor pays, and one that the role does not allow.
pub(super) fn authorise(
    context: &ProjectContext,
    viewing: &AccountId,
    ability: Ability,
) -> Result<(), ApiError> {
    let owner = context.owner.account.name.as_str();
    let (owned_by, paid_by) = (&context.owner.account.id, &context.payer.account.id);
    if !is_at_home(viewing, owned_by, paid_by) {
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
#[utoipa::path(
    post, path = "/projects/{project}/services/{service}/{switch}",
    params(
        ("project" = ProjectId, Path),
        ("service" = inline(ServiceKind), Path),
        ("switch" = inline(ServiceSwitch), Path),
        Mutation,
    ),
    request_body = SwitchService,
    responses((status = 200, body = ProjectView)),
)]
pub(super) async fn switch(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((project, service, switch)): InPath<(ProjectId, ServiceKind, ServiceSwitch)>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: SwitchService = mutation.json()?;
    let work = async |write: &mut Write| {
        let before = project_context(write, signed.id(), &project).await?;
        authorise(&before, &body.account_id, Ability::RunProjects)?;
        let mut services = before.services.iter();
        let (_, now) = services
            .find(|(kind, _)| *kind == service)
            .ok_or_else(ApiError::not_found)?;
        let next = switch.apply(*now).ok_or_else(|| {
            let detail = format!(
                "{} is {} now; nothing was changed.",
                service.label(),
                now.label().to_lowercase()
            );
            ApiError::new(ProblemCode::SelectionChanged, detail)
        })?;
        if switch != ServiceSwitch::Pause {
            let view = project_view::view(write, &before, Utc::now()).await?;
            let reasons = project_view::switch_reasons(&view, service);
            if !reasons.is_empty() {
                return Err(ApiError::blocked(reasons));
            }
        }
        stored::set_service(write, &project, service, next).await?;
        if service == ServiceKind::Monitoring {
            monitoring::switched(write, &project, switch, Utc::now()).await?;
        }
        write.changed(&before.owner.account.id, Change::Billing);
        write.changed(&before.payer.account.id, Change::Billing);
        let after = project_context(write, signed.id(), &project).await?;
        project_view::view(write, &after, Utc::now()).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}
