//! How retests of fix tasks begin and end: a run over the pages of the task's findings, judged finding by finding.

use crate::error::ApiError;
use crate::facts::ProjectContext;
use crate::live::Change;
use crate::store::projects::{self, NewScan, Project};
use crate::store::reports::{self, StoredTask};
use crate::store::{audits, fix_steps, new_id, retests, scopes};
use crate::write::Write;
use domain::Timestamp;
use domain::audit::AuditOutcome;
use domain::fix::retest::{Judgement, RetestStatus, Retested, judge};
use domain::fix::task::TaskEventKind;
use domain::id::{FixTaskId, ScanRunId};
use domain::problem::ProblemCode;
use domain::report::Finding;
use domain::scan::ScanKind;
use std::collections::BTreeSet;

/// Queues a run over the pages of the task's findings.
///
/// # Errors
/// [`ProblemCode::FixTaskStepRefused`] when the accepted scope has none of these pages any more.
pub async fn queue(
    write: &mut Write,
    context: &ProjectContext,
    task: &StoredTask,
    by: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let id = &task.row.fix_task_id;
    let findings = reports::findings_of_task(write, id).await?;
    let pages: BTreeSet<String> = findings.iter().flat_map(Finding::paths).collect();
    let accepted = scopes::accepted(write, &context.project.id).await?;
    let covered = accepted
        .is_some_and(|(_, accepted)| accepted.pages.iter().any(|page| pages.contains(page)));
    if !covered {
        return Err(ApiError::new(
            ProblemCode::FixTaskStepRefused,
            "The accepted scope has none of the pages of these findings any more. Accept a scope with them first. Nothing was started.",
        ));
    }
    let run: ScanRunId = new_id(ScanRunId::PREFIX)?;
    let scan = NewScan {
        id: &run,
        project: &context.project.id,
        payer: &context.payer.account.id,
        kind: ScanKind::Retest,
        hold: None,
        started_by: by,
    };
    projects::insert_scan(write, &scan, now).await?;
    let pages: Vec<String> = pages.into_iter().collect();
    retests::insert(write, (&run, id), &pages, by, now).await?;
    let said = (by, "No credits are needed.");
    fix_steps::add_event(write, id, TaskEventKind::RetestRequested, said, now).await?;
    write.changed(&context.owner.account.id, Change::Billing);
    write.changed(&context.payer.account.id, Change::Billing);
    Ok(())
}

/// Judges a completed run; nothing for runs that retest nothing, or nothing any more.
pub(crate) async fn judged(
    write: &mut Write,
    project: &Project,
    run: &ScanRunId,
    outcome: Option<&AuditOutcome>,
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(outcome) = outcome else {
        let reason = "The scanner handed in nothing that it saw.";
        return not_done(write, project, run, reason, now).await;
    };
    audits::insert_pages(write, run, outcome).await?;
    end(write, project, run, now, |finding| {
        let retested = Retested {
            fingerprint: finding.fingerprint.as_deref(),
            pages: finding.paths(),
        };
        judge(&retested, outcome)
    })
    .await
}

/// Ends a retest whose run did not come to its end: nobody can tell.
pub(crate) async fn not_done(
    write: &mut Write,
    project: &Project,
    run: &ScanRunId,
    reason: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    end(write, project, run, now, |_| Judgement {
        status: RetestStatus::Inconclusive,
        reason: Some(reason.to_owned()),
        evidence: None,
    })
    .await
}

async fn end(
    write: &mut Write,
    project: &Project,
    run: &ScanRunId,
    now: Timestamp,
    judge: impl Fn(&Finding) -> Judgement,
) -> Result<(), ApiError> {
    let Some(task) = retests::pending_task(write, run).await? else {
        return Ok(());
    };
    let findings = reports::findings_of_task(write, &task).await?;
    let results: Vec<_> = findings
        .iter()
        .map(|finding| (finding.finding_id.clone(), judge(finding)))
        .collect();
    let all: Vec<RetestStatus> = results.iter().map(|(_, one)| one.status).collect();
    let status = RetestStatus::of_all(&all);
    retests::end(write, (run, &task), status, &results, now).await?;
    tell(write, &task, status, &all, now).await?;
    write.changed(&project.account, Change::Billing);
    write.changed(&project.payer, Change::Billing);
    Ok(())
}

async fn tell(
    write: &mut Write,
    task: &FixTaskId,
    status: RetestStatus,
    all: &[RetestStatus],
    now: Timestamp,
) -> Result<(), ApiError> {
    let kind = match status {
        RetestStatus::Passed => TaskEventKind::RetestPassed,
        RetestStatus::Failed => TaskEventKind::RetestFailed,
        RetestStatus::Pending | RetestStatus::Inconclusive => TaskEventKind::RetestInconclusive,
    };
    let count = |wanted: RetestStatus| all.iter().filter(|one| **one == wanted).count();
    let note = format!(
        "Passed: {}. Failed: {}. Inconclusive: {}.",
        count(RetestStatus::Passed),
        count(RetestStatus::Failed),
        count(RetestStatus::Inconclusive)
    );
    let said = ("Scanner", note.as_str());
    Ok(fix_steps::add_event(write, task, kind, said, now).await?)
}
