//! The automated fix workflow of a report: read it, start it.

use super::auth::SignedIn;
use super::extract::InPath;
use super::holds;
use super::mutation::Mutation;
use super::projects::authorise;
use super::reports::load;
use crate::error::ApiError;
use crate::ledger::{Held, HoldOrder, LedgerError, Purpose, balance, reserve};
use crate::live::Change;
use crate::patches;
use crate::state::AppState;
use crate::store::new_id;
use crate::store::reports::{self, NewTask, Report};
use crate::views::report as report_view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::credits::CreditType;
use domain::fix::task::first_status;
use domain::fix::{FixWorkflowView, StartFix, StartedFix};
use domain::gate::{Verdict, evaluate};
use domain::id::{AccountId, FixTaskId, ReportId};
use domain::problem::{Problem, ProblemCode};
use domain::role::Ability;
use std::collections::BTreeSet;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show, start))
}

/// The workflow of a report with nothing selected.
#[utoipa::path(
    get, path = "/reports/{report}/fix-workflow",
    params(("report" = ReportId, Path)),
    responses((status = 200, body = FixWorkflowView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ReportId>,
) -> Result<Json<FixWorkflowView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let (context, report) = load(&mut tx, signed.id(), &id).await?;
    Ok(Json(
        report_view::fix_workflow(&mut tx, &context, &report, Utc::now()).await?,
    ))
}

/// Starts fix work: the gate decides again on fresh facts, then the cost is reserved and the task is made, all or nothing.
#[utoipa::path(
    post, path = "/reports/{report}/fix-workflow",
    params(("report" = ReportId, Path), Mutation),
    request_body = StartFix,
    responses((status = 201, body = StartedFix)),
)]
pub(super) async fn start(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ReportId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: StartFix = mutation.json()?;
    let work = async |write: &mut Write| {
        let (context, report) = load(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunFixes)?;
        let payer = &context.payer.account.id;
        holds::write_off(write, payer, CreditType::AutomatedFix).await?;
        let now = Utc::now();
        let workflow = report_view::fix_workflow(write, &context, &report, now).await?;
        let owner = &context.owner.account;
        let verdict = decide(&workflow, owner, &body)?;
        let task: FixTaskId = new_id(FixTaskId::PREFIX)?;
        let held = hold(write, &signed, &report, (&task, verdict.cost), payer)
            .await
            .map_err(|error| {
                let facts = workflow.facts_for(owner, &body.finding_ids, body.delivery_mode);
                holds::refused(error, &facts)
            })?;
        let new = NewTask {
            id: &task,
            report: &id,
            project: &report.project,
            payer,
            hold: held.as_ref().map(|held| &held.hold),
            status: first_status(body.delivery_mode),
            mode: body.delivery_mode,
            cost: verdict.cost,
            findings: &body.finding_ids,
            started_by: signed.name(),
        };
        reports::insert_task(write, &new, now).await?;
        if body.delivery_mode.is_patch() {
            patches::draft(write, &task, &[], patches::DRAFTER, now).await?;
        }
        let fix_task = reports::load_task(write, &task)
            .await?
            .ok_or_else(|| ApiError::internal("a task vanished"))?
            .row;
        let balance = match held {
            Some(held) => held.balance,
            None => balance(write, payer, CreditType::AutomatedFix).await?,
        };
        write.changed(payer, Change::Ledger);
        write.changed(&owner.id, Change::Billing);
        Ok(StartedFix {
            fix_task,
            balance: context.shown(balance),
        })
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::CREATED, work)
        .await
}

/// Judges the selection on fresh facts: what the person saw must still be what would happen (I-29).
fn decide(
    workflow: &FixWorkflowView,
    owner: &domain::account::AccountRef,
    body: &StartFix,
) -> Result<Verdict, ApiError> {
    let unique: BTreeSet<_> = body.finding_ids.iter().collect();
    if unique.len() != body.finding_ids.len()
        || body.finding_ids.is_empty()
        || unique.len() > domain::link::MOST_SELECTED
    {
        return Err(ApiError::new(
            ProblemCode::ValidationFailed,
            "Select 1 to 50 different findings.",
        ));
    }
    let known = |id: &domain::id::FindingId| {
        workflow
            .findings
            .iter()
            .any(|finding| finding.finding_id == *id)
    };
    if !body.finding_ids.iter().all(known) {
        return Err(ApiError::not_found());
    }
    let facts = workflow.facts_for(owner, &body.finding_ids, body.delivery_mode);
    let verdict = evaluate(&facts);
    let taken = facts
        .report
        .as_ref()
        .is_some_and(|report| report.selected.iter().any(|finding| !finding.eligible));
    if taken || verdict.cost != body.expected_cost {
        let mut problem = Problem::new(
            ProblemCode::SelectionChanged,
            "The selection changed since you saw it. Nothing was reserved; look at it again.",
        );
        problem.blocked_reasons = verdict.blocked_reasons;
        return Err(ApiError::Problem(Box::new(problem)));
    }
    if verdict.is_ready() {
        Ok(verdict)
    } else {
        Err(ApiError::blocked(verdict.blocked_reasons))
    }
}

/// Reserves the cost; ticket-only work costs nothing and holds nothing.
async fn hold(
    write: &mut Write,
    signed: &SignedIn,
    report: &Report,
    (task, cost): (&FixTaskId, i64),
    payer: &AccountId,
) -> Result<Option<Held>, LedgerError> {
    if cost == 0 {
        return Ok(None);
    }
    let order = HoldOrder {
        account: payer,
        purpose: Purpose::Fix,
        amount: cost,
        project: Some(&report.project),
        work_ref: task.as_str(),
        actor: signed.name(),
    };
    Ok(Some(reserve(write, &order, Utc::now()).await?))
}
