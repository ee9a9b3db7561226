//! Requests for retests of fix tasks.

use super::auth::SignedIn;
use super::extract::InPath;
use super::fix_tasks::stored;
use super::mutation::Mutation;
use super::projects::authorise;
use super::reports::load;
use crate::error::ApiError;
use crate::retests::queue;
use crate::state::AppState;
use crate::views::{report as report_view, retests as retest_view};
use crate::write::Write;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::fix::FixTaskView;
use domain::fix::retest::{RequestRetest, RetestStatus};
use domain::id::FixTaskId;
use domain::problem::ProblemCode;
use domain::role::Ability;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(request))
}

/// Requests a retest: once the change was applied or approved, and when the plan includes it. It takes no credits.
#[utoipa::path(
    post, path = "/fix-tasks/{task}/retest",
    params(("task" = FixTaskId, Path), Mutation),
    request_body = RequestRetest,
    responses((status = 202, body = FixTaskView)),
)]
pub(super) async fn request(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: RequestRetest = mutation.json()?;
    let offers_ai = state.model.is_some();
    let work = async |write: &mut Write| {
        let task = stored(write, &id).await?;
        let (context, report) = load(write, signed.id(), &task.report).await?;
        authorise(&context, &body.account_id, Ability::RunFixes)?;
        let now = Utc::now();
        let view = retest_view::view(write, &context, &task).await?;
        // Requested in another tab: what was asked for is so.
        if view.newest() != Some(RetestStatus::Pending) {
            if let Some(why) = view.not_yet {
                let detail = format!("{why} Nothing was started.");
                return Err(ApiError::new(ProblemCode::FixTaskStepRefused, detail));
            }
            if !view.verdict.is_ready() {
                return Err(ApiError::blocked(view.verdict.blocked_reasons));
            }
            queue(write, &context, &task, signed.name(), now).await?;
        }
        report_view::fix_task(write, &context, &report, task, (offers_ai, now)).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::ACCEPTED, work)
        .await
}
