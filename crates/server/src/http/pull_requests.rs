//! The pull request of a fix task: read, and asked for with the draft that was approved (S0-28).

use super::auth::SignedIn;
use super::extract::InPath;
use super::fix_steps::open;
use super::fix_tasks::stored;
use super::mutation::Mutation;
use super::reports::load;
use crate::error::ApiError;
use crate::live::Change;
use crate::state::AppState;
use crate::store::{fix_steps, pull_requests as store};
use crate::views::pull_request as pull_request_view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::fix::pull_request::{CreatePullRequest, PullRequestStatus, PullRequestView};
use domain::fix::task::TaskEventKind;
use domain::id::FixTaskId;
use domain::problem::ProblemCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show))
        .routes(routes!(create))
}

/// The pull request of a task that has a patch.
#[utoipa::path(
    get, path = "/fix-tasks/{task}/pull-request",
    params(("task" = FixTaskId, Path)),
    responses((status = 200, body = PullRequestView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
) -> Result<Json<PullRequestView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let task = stored(&mut tx, &id).await?;
    let (context, _) = load(&mut tx, signed.id(), &task.report).await?;
    Ok(Json(
        pull_request_view::view(&mut tx, &context, &task).await?,
    ))
}

/// Asks for the pull request of exactly the draft that was approved. It is created right after; when it is there, the task is
/// delivered and what it holds is spent.
#[utoipa::path(
    post, path = "/fix-tasks/{task}/pull-request",
    params(("task" = FixTaskId, Path), Mutation),
    request_body = CreatePullRequest,
    responses((status = 202, body = PullRequestView)),
)]
pub(super) async fn create(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: CreatePullRequest = mutation.json()?;
    let work = async |write: &mut Write| {
        let (task, context) = open(write, &signed, &id, &body.account_id).await?;
        let view = pull_request_view::view(write, &context, &task).await?;
        if view.digest != body.digest {
            let why = "The draft changed since you read it. Nothing was created; read it again.";
            return Err(ApiError::new(ProblemCode::SelectionChanged, why));
        }
        let asked = view.pull_request_status;
        // Asked for in another tab: what was asked for is on its way, or there.
        if !matches!(asked, PullRequestStatus::Creating | PullRequestStatus::Open) {
            if let Some(block) = view.blocked {
                let code =
                    ProblemCode::parse(&block.code).unwrap_or(ProblemCode::FixTaskStepRefused);
                return Err(ApiError::new(
                    code,
                    format!("{} Nothing was created.", block.message),
                ));
            }
            let now = Utc::now();
            let what = (body.digest.as_str(), view.branch_name.as_str());
            store::ask(write, &id, what, signed.name(), now).await?;
            let said = (signed.name(), view.branch_name.as_str());
            let kind = TaskEventKind::PullRequestAsked;
            fix_steps::add_event(write, &id, kind, said, now).await?;
            write.changed(&context.owner.account.id, Change::Billing);
        }
        pull_request_view::view(write, &context, &task).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::ACCEPTED, work)
        .await
}
