//! The steps that end a fix task: tickets handed over, evidence recorded. Each spends what the task holds, exactly once.

use super::auth::SignedIn;
use super::extract::InPath;
use super::fix_tasks::stored;
use super::mutation::Mutation;
use super::projects::authorise;
use super::reports::load;
use crate::error::ApiError;
use crate::facts::ProjectContext;
use crate::fix_work::finish;
use crate::ledger::balance;
use crate::live::Change;
use crate::state::AppState;
use crate::store::fix_steps;
use crate::store::reports::StoredTask;
use crate::write::Write;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::credits::CreditType;
use domain::fix::evidence::{RecordEvidence, TaskEvidence};
use domain::fix::task::{MarkDone, MovedFix, TaskEventKind, TaskStep};
use domain::fix::{DeliveryMode, FixTaskStatus};
use domain::id::{AccountId, FixTaskId};
use domain::problem::{Problem, ProblemCode};
use domain::role::Ability;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(done))
        .routes(routes!(evidence))
}

/// A task with what this person may do on it.
pub(super) async fn open(
    write: &mut Write,
    signed: &SignedIn,
    id: &FixTaskId,
    account: &AccountId,
) -> Result<(StoredTask, ProjectContext), ApiError> {
    let task = stored(write, id).await?;
    let (context, _) = load(write, signed.id(), &task.report).await?;
    authorise(&context, account, Ability::RunFixes)?;
    Ok((task, context))
}

/// Marks a task as done: tickets are in the hands of the customer's own team, or an approved patch is applied. Tickets move no
/// credits; a patch spends what the task holds.
#[utoipa::path(
    post, path = "/fix-tasks/{task}/done",
    params(("task" = FixTaskId, Path), Mutation),
    request_body = MarkDone,
    responses((status = 200, body = MovedFix)),
)]
pub(super) async fn done(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: MarkDone = mutation.json()?;
    let work = async |write: &mut Write| {
        let (task, context) = open(write, &signed, &id, &body.account_id).await?;
        // Done in another tab: what was asked for is so.
        let mode = task.row.delivery_mode;
        let before =
            mode != DeliveryMode::CustomerApplied && task.row.status == FixTaskStatus::Completed;
        if !before {
            if mode.is_patch() && task.row.status == FixTaskStatus::AwaitingApproval {
                let why = "The patch is not approved, so nothing of it was handed over. Read it and approve it first.";
                return Err(ApiError::new(ProblemCode::PatchApprovalRequired, why));
            }
            let now = Utc::now();
            finish(write, signed.name(), &task, TaskStep::MarkDone, now).await?;
            let spent = format!("Fix credits spent: {}.", task.row.fix_credit_cost);
            let note = if mode.uses_credits() {
                spent.as_str()
            } else {
                "No credits moved."
            };
            let said = (signed.name(), note);
            fix_steps::add_event(write, &id, TaskEventKind::HandedOver, said, now).await?;
        }
        moved(write, &task, &context).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

/// Records what the customer tells of a change that they made, and completes the task: what it holds is spent.
#[utoipa::path(
    post, path = "/fix-tasks/{task}/evidence",
    params(("task" = FixTaskId, Path), Mutation),
    request_body = RecordEvidence,
    responses((status = 200, body = MovedFix)),
)]
pub(super) async fn evidence(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: RecordEvidence = mutation.json()?;
    let work = async |write: &mut Write| {
        let (task, context) = open(write, &signed, &id, &body.account_id).await?;
        let now = Utc::now();
        let faults = body.faults(&context.project.domain, now);
        if !faults.is_empty() {
            let mut problem = Problem::new(
                ProblemCode::ValidationFailed,
                "The evidence does not fit. Nothing was recorded and no credit was spent.",
            );
            problem.errors = faults;
            return Err(ApiError::Problem(Box::new(problem)));
        }
        finish(write, signed.name(), &task, TaskStep::RecordEvidence, now).await?;
        let evidence = TaskEvidence {
            references: body.references.clone(),
            note: body.note.trim().to_owned(),
            applied_at: body.applied_at,
            recorded_by: signed.name().to_owned(),
            recorded_at: now,
        };
        fix_steps::insert_evidence(write, &id, &evidence).await?;
        let spent = format!("Fix credits spent: {}.", task.row.fix_credit_cost);
        let said = (signed.name(), spent.as_str());
        fix_steps::add_event(write, &id, TaskEventKind::EvidenceRecorded, said, now).await?;
        moved(write, &task, &context).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

pub(super) async fn moved(
    write: &mut Write,
    task: &StoredTask,
    context: &ProjectContext,
) -> Result<MovedFix, ApiError> {
    write.changed(&task.payer, Change::Ledger);
    write.changed(&context.owner.account.id, Change::Billing);
    Ok(MovedFix {
        fix_task: stored(write, &task.row.fix_task_id).await?.row,
        balance: context.shown(balance(write, &task.payer, CreditType::AutomatedFix).await?),
    })
}
