//! The monitoring of a project: its page, and when its runs begin.

use super::auth::SignedIn;
use super::extract::InPath;
use super::mutation::Mutation;
use super::projects::authorise;
use crate::error::ApiError;
use crate::facts::project_context;
use crate::live::Change;
use crate::monitoring::{is_on, next_after, schedule_of};
use crate::state::AppState;
use crate::store::monitoring as stored;
use crate::views::monitoring as view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use chrono_tz::Tz;
use domain::id::ProjectId;
use domain::monitoring::{MonitoringView, SetSchedule};
use domain::role::Ability;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show))
        .routes(routes!(schedule))
}

/// The monitoring of a project.
#[utoipa::path(
    get, path = "/projects/{project}/monitoring",
    params(("project" = ProjectId, Path)),
    responses((status = 200, body = MonitoringView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
) -> Result<Json<MonitoringView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let context = project_context(&mut tx, signed.id(), &id).await?;
    Ok(Json(view::view(&mut tx, &context, Utc::now()).await?))
}

/// Says how often the project is looked at, and in which time zone its days are counted.
#[utoipa::path(
    post, path = "/projects/{project}/monitoring/schedule",
    params(("project" = ProjectId, Path), Mutation),
    request_body = SetSchedule,
    responses((status = 200, body = MonitoringView)),
)]
pub(super) async fn schedule(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: SetSchedule = mutation.json()?;
    if body.time_zone.parse::<Tz>().is_err() {
        let sentence = "Choose a time zone by its IANA name, for example Europe/Berlin.";
        return Err(ApiError::field("/time_zone", sentence));
    }
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        let now = Utc::now();
        let mut schedule = schedule_of(write, &id).await?;
        schedule.frequency = body.monitoring_frequency;
        schedule.time_zone.clone_from(&body.time_zone);
        schedule.next_at = is_on(&context.services).then(|| next_after(&schedule, now));
        stored::save(write, &schedule).await?;
        write.changed(&context.owner.account.id, Change::Billing);
        view::view(write, &context, now).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}
