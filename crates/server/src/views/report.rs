//! Report pages, the fix workflow beside them, and fix task pages.

use super::{assist, retests};
use crate::error::ApiError;
use crate::facts::{ProjectContext, delivery_modes, project_facts, with_report};
use crate::store::reports::{self, Report, StoredTask};
use crate::store::{fix_steps, patches};
use domain::Timestamp;
use domain::fix::task::{TaskProgress, customer_applied, next_action, steps, turn};
use domain::fix::{DeliveryMode, FixTaskView, FixWorkflowView};
use domain::gate::{Action, evaluate};
use domain::report::{GateStatus, ReportView};
use sqlx::AnyConnection;

const DISCLAIMER: &str = "This report describes what automated checks found on the scanned pages at that time. \
    It is not a certification, a legal opinion or a guarantee.";

/// The fix workflow of a report.
pub async fn fix_workflow(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    report: &Report,
    now: Timestamp,
) -> Result<FixWorkflowView, ApiError> {
    let findings = reports::findings(conn, &report.id).await?;
    let modes = delivery_modes(&context.project);
    let facts = with_report(
        project_facts(conn, context, Action::Fix).await?,
        report,
        &findings,
        &modes,
    );
    let verdict = evaluate(&facts);
    let tasks = reports::tasks(conn, &report.id).await?;
    Ok(FixWorkflowView {
        report_id: report.id.clone(),
        findings,
        delivery_modes: modes,
        facts,
        verdict,
        tasks,
        as_of: now,
    })
}

/// The report page.
pub async fn view(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    report: Report,
    now: Timestamp,
) -> Result<ReportView, ApiError> {
    let fix_workflow = fix_workflow(conn, context, &report, now).await?;
    Ok(ReportView {
        report_id: report.id,
        title: report.title,
        project_id: context.project.id.clone(),
        project_name: context.project.name.clone(),
        domain: context.project.domain.clone(),
        owner: context.owner.account.clone(),
        publication_status: report.publication_status,
        can_publish: report
            .gates
            .iter()
            .all(|gate| gate.status == GateStatus::Passed),
        gates: report.gates,
        risk_score: report.risk_score,
        scanned_pages: report.scanned_pages,
        scanned_at: report.scanned_at,
        disclaimer_text: DISCLAIMER.to_owned(),
        fix_workflow,
        as_of: now,
    })
}

/// The fix task page.
pub async fn fix_task(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    report: &Report,
    task: StoredTask,
    (offers_ai, now): (bool, Timestamp),
) -> Result<FixTaskView, ApiError> {
    let findings = reports::findings_of_task(conn, &task.row.fix_task_id).await?;
    let payer = crate::facts::account(conn, &task.payer).await?.account;
    let (status, mode) = (task.row.status, task.row.delivery_mode);
    let retest = retests::view(conn, context, &task).await?;
    let newest = retest.newest();
    let assist = assist::view(conn, context, &task, offers_ai).await?;
    let progress = TaskProgress {
        turn: turn(status),
        steps: steps(status, mode),
        ticket_only_fallback: mode == DeliveryMode::TicketOnly,
        customer_applied_status: customer_applied(mode, status, newest),
        patch: patches::load(conn, &task.row.fix_task_id)
            .await?
            .map(|patch| crate::patches::view(patch, status)),
        evidence: fix_steps::evidence(conn, &task.row.fix_task_id).await?,
        events: fix_steps::events(conn, &task.row.fix_task_id).await?,
    };
    Ok(FixTaskView {
        progress,
        retest,
        assist,
        scanned_at: report.scanned_at,
        owner_next_action: next_action(status, mode, newest).to_owned(),
        row: task.row,
        owner: context.owner.account.clone(),
        payer,
        project_id: context.project.id.clone(),
        domain: context.project.domain.clone(),
        report_id: report.id.clone(),
        report_title: report.title.clone(),
        findings,
        started_by: task.started_by,
        role: context.role,
        as_of: now,
    })
}
