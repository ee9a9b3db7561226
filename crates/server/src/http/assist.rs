//! Drafts of AI assistance, asked for (S2-1, S2-23).

use super::auth::SignedIn;
use super::extract::InPath;
use super::fix_tasks::stored;
use super::holds;
use super::mutation::Mutation;
use super::projects::authorise;
use super::reports::load;
use crate::assist::ask;
use crate::error::ApiError;
use crate::state::AppState;
use crate::views::{assist as assist_view, report as report_view};
use crate::write::Write;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::credits::CreditType;
use domain::fix::FixTaskView;
use domain::fix::assist::AskDraft;
use domain::id::FixTaskId;
use domain::problem::ProblemCode;
use domain::role::Ability;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(draft))
}

/// Asks a model to draft a text about the task's findings. It holds one AI credit, which is spent when a text was written
/// and free again when none was.
#[utoipa::path(
    post, path = "/fix-tasks/{task}/ai-drafts",
    params(("task" = FixTaskId, Path), Mutation),
    request_body = AskDraft,
    responses((status = 202, body = FixTaskView)),
)]
pub(super) async fn draft(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: AskDraft = mutation.json()?;
    let offered = state.model.is_some();
    let work = async |write: &mut Write| {
        let task = stored(write, &id).await?;
        let (context, report) = load(write, signed.id(), &task.report).await?;
        authorise(&context, &body.account_id, Ability::RunFixes)?;
        holds::write_off(write, &context.payer.account.id, CreditType::Ai).await?;
        let view = assist_view::view(write, &context, &task, offered).await?;
        // Asked for in another tab: what was asked for is on its way.
        let open = view
            .newest
            .as_ref()
            .is_some_and(|newest| newest.state.is_open());
        if !open {
            if !offered {
                let why = "No model is configured, so nothing can be drafted with AI. The text that is drafted by rule is on the task's page. Nothing was reserved.";
                return Err(ApiError::new(ProblemCode::FixTaskStepRefused, why));
            }
            if !view.verdict.is_ready() {
                return Err(ApiError::blocked(view.verdict.blocked_reasons));
            }
            ask(write, &context, &task, signed.name(), Utc::now())
                .await
                .map_err(|error| holds::refused(error, &view.facts))?;
        }
        report_view::fix_task(write, &context, &report, task, (offered, Utc::now())).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::ACCEPTED, work)
        .await
}
