//! The patch of a fix task: drawn up again, approved, and read as a file. Nothing outside is changed by any of it (S0-28).

use super::auth::SignedIn;
use super::extract::InPath;
use super::fix_steps::{moved, open};
use super::fix_tasks::stored;
use super::mutation::Mutation;
use super::reports::load;
use crate::error::ApiError;
use crate::patches;
use crate::state::AppState;
use crate::store::{fix_steps, patches as store};
use crate::write::Write;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use domain::fix::patch::{ApprovePatch, RedraftPatch, is_clear, unified};
use domain::fix::task::{MovedFix, TaskEventKind, TaskStep, after};
use domain::id::FixTaskId;
use domain::problem::ProblemCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(redraft))
        .routes(routes!(approve))
        .routes(routes!(file))
}

/// Draws the patch of an open task up again; an approval of the draft before is void.
#[utoipa::path(
    post, path = "/fix-tasks/{task}/patch",
    params(("task" = FixTaskId, Path), Mutation),
    request_body = RedraftPatch,
    responses((status = 200, body = MovedFix)),
)]
pub(super) async fn redraft(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: RedraftPatch = mutation.json()?;
    let work = async |write: &mut Write| {
        let (task, context) = open(write, &signed, &id, &body.account_id).await?;
        let row = &task.row;
        if !row.status.is_open() || !row.delivery_mode.is_patch() {
            let why = "This task has no patch that can be drawn up again. Nothing was changed.";
            return Err(ApiError::new(ProblemCode::FixTaskStepRefused, why));
        }
        let findings = crate::store::reports::findings_of_task(write, &id).await?;
        let known = |wanted: &domain::id::FindingId| {
            findings.iter().any(|finding| finding.finding_id == *wanted)
        };
        if !body.leave_out.iter().all(known) {
            return Err(ApiError::field(
                "/leave_out",
                "Leave out findings of this task only.",
            ));
        }
        let stays =
            |finding: &&domain::report::Finding| !body.leave_out.contains(&finding.finding_id);
        if !findings.iter().any(|finding| stays(&finding)) {
            return Err(ApiError::field(
                "/leave_out",
                "At least one finding must stay. Discard the patch to leave all of them out.",
            ));
        }
        patches::draft(write, &id, &body.leave_out, signed.name(), Utc::now()).await?;
        moved(write, &task, &context).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

/// Approves exactly the draft that the person read. It changes nothing on a site or in a repository by itself.
#[utoipa::path(
    post, path = "/fix-tasks/{task}/patch/approve",
    params(("task" = FixTaskId, Path), Mutation),
    request_body = ApprovePatch,
    responses((status = 200, body = MovedFix)),
)]
pub(super) async fn approve(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: ApprovePatch = mutation.json()?;
    let work = async |write: &mut Write| {
        let (task, context) = open(write, &signed, &id, &body.account_id).await?;
        let refused = || {
            let why = "\"Approve patch\" is not a step of this task as it stands now. Nothing was changed.";
            ApiError::new(ProblemCode::FixTaskStepRefused, why)
        };
        let patch = store::load(write, &id).await?.ok_or_else(refused)?;
        if patch.digest != body.digest {
            let why = "The draft changed since you read it. Nothing was approved; read it again.";
            return Err(ApiError::new(ProblemCode::SelectionChanged, why));
        }
        // Approved in another tab: what was asked for is so.
        if patch.approved.is_none() {
            let (status, mode) = (task.row.status, task.row.delivery_mode);
            if after(status, mode, TaskStep::ApprovePatch).is_none() || !is_clear(&patch.files) {
                return Err(refused());
            }
            let now = Utc::now();
            if !store::approve(write, &id, &body.digest, signed.name(), now).await? {
                return Err(refused());
            }
            let short = body.digest.get(..12).unwrap_or_default();
            let note = format!("Draft {}, {short}.", patch.version);
            let said = (signed.name(), note.as_str());
            fix_steps::add_event(write, &id, TaskEventKind::PatchApproved, said, now).await?;
        }
        moved(write, &task, &context).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

/// The newest draft as a unified diff.
#[utoipa::path(
    get, path = "/fix-tasks/{task}/patch/file",
    params(("task" = FixTaskId, Path)),
    responses((status = 200, content_type = "text/x-diff")),
)]
pub(super) async fn file(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
) -> Result<Response, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let task = stored(&mut tx, &id).await?;
    load(&mut tx, signed.id(), &task.report).await?;
    let patch = store::load(&mut tx, &id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/x-diff; charset=utf-8".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!(
                "attachment; filename=\"{id}-draft-{}.patch\"",
                patch.version
            ),
        ),
    ];
    Ok((headers, unified(&patch.files)).into_response())
}
