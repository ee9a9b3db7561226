//! How scan runs end: by the scanner's result, or by themselves when none came in time.

use crate::audits;
use crate::error::ApiError;
use crate::ledger::{LedgerError, restore, settle};
use crate::live::Change;
use crate::monitoring;
use crate::retests;
use crate::state::AppState;
use crate::store::audits as stored_audits;
use crate::store::projects::{self, Project, StoredScan};
use crate::write::Write;
use chrono::Utc;
use domain::Timestamp;
use domain::audit::AuditOutcome;
use domain::audit::text::plain;
use domain::audit::{ScanResult, ScanResultStatus, ScanResultTaken};
use domain::id::ScanRunId;
use domain::problem::ProblemCode;
use domain::scan::{ScanKind, ScanStatus};

/// Loads a run; not found when there is none.
pub async fn load(tx: &mut sqlx::AnyConnection, id: &ScanRunId) -> Result<StoredScan, ApiError> {
    projects::load_scan(tx, id)
        .await?
        .ok_or_else(ApiError::not_found)
}

/// Ends a run as a worker says: completed spends its credit and makes a report of what was found, failed restores the
/// credit; the same end again changes nothing.
///
/// # Errors
/// [`ProblemCode::ResultConflict`] when the run ended another way before, or is in the hands of another worker.
pub async fn end(
    write: &mut Write,
    result: &ScanResult,
    actor: &str,
) -> Result<ScanResultTaken, ApiError> {
    let scan = load(write, &result.scan_run_id).await?;
    let status = match result.status {
        ScanResultStatus::Completed => ScanStatus::Completed,
        ScanResultStatus::Failed => ScanStatus::Failed,
    };
    if !scan.run.status.is_open() {
        return if scan.run.status == status {
            Ok(ScanResultTaken { scan_run: scan.run })
        } else {
            Err(conflict())
        };
    }
    if scan.lease.is_some() && scan.lease != result.lease {
        return Err(audits::lost());
    }
    if let Some(refusal) = result.outcome.as_ref().and_then(AuditOutcome::refusal) {
        return Err(ApiError::new(
            ProblemCode::ValidationFailed,
            format!("The outcome holds {refusal}. Nothing was changed."),
        ));
    }
    match status {
        ScanStatus::Completed => complete(write, &scan, result, actor).await?,
        _ => fail(write, &scan, result.error_summary.as_deref(), actor).await?,
    }
    Ok(ScanResultTaken {
        scan_run: load(write, &result.scan_run_id).await?.run,
    })
}

async fn complete(
    write: &mut Write,
    scan: &StoredScan,
    result: &ScanResult,
    actor: &str,
) -> Result<(), ApiError> {
    let now = Utc::now();
    if let Some(hold) = &scan.hold {
        resolved(settle(write, &scan.payer, hold, 1, actor, now).await)?;
    }
    let run = &scan.run.scan_run_id;
    let pages = result.outcome.as_ref().map(|outcome| outcome.pages.len());
    let pages = pages.map_or(result.scanned_pages, |pages| u32::try_from(pages).ok());
    projects::end_scan(write, run, ScanStatus::Completed, None, pages, now).await?;
    let project = tell(write, scan).await?;
    if scan.run.kind == ScanKind::Retest {
        return retests::judged(write, &project, run, result.outcome.as_ref(), now).await;
    }
    if let Some(outcome) = &result.outcome {
        let report =
            audits::make_report(write, &project, (run, scan.page_limit), outcome, now).await?;
        if scan.run.kind == ScanKind::Monitoring {
            monitoring::compare_run(write, &project.id, (run, &report)).await?;
        }
    }
    Ok(())
}

async fn fail(
    write: &mut Write,
    scan: &StoredScan,
    summary: Option<&str>,
    actor: &str,
) -> Result<(), ApiError> {
    let now = Utc::now();
    give_back(write, scan, actor, now).await?;
    let reason = failure_text(summary);
    let run = &scan.run.scan_run_id;
    projects::end_scan(write, run, ScanStatus::Failed, Some(&reason), None, now).await?;
    let project = tell(write, scan).await?;
    retests::not_done(write, &project, run, &reason, now).await
}

/// What the run holds returns to the payer.
async fn give_back(
    write: &mut Write,
    scan: &StoredScan,
    actor: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    match &scan.hold {
        Some(hold) => resolved(restore(write, &scan.payer, hold, actor, now).await),
        None => Ok(()),
    }
}

/// Cancels a run that no worker has taken yet; its credit returns. Cancelled before: what was asked for is so.
///
/// # Errors
/// [`ProblemCode::SelectionChanged`] when it runs or has ended.
pub async fn cancel(write: &mut Write, scan: &StoredScan, actor: &str) -> Result<(), ApiError> {
    match scan.run.status {
        ScanStatus::Cancelled => return Ok(()),
        ScanStatus::Queued => {}
        ScanStatus::Running | ScanStatus::Completed | ScanStatus::Failed => {
            let detail = format!(
                "The scan is {} now, and only a queued scan can be cancelled. Nothing was changed.",
                scan.run.status.label().to_lowercase()
            );
            return Err(ApiError::new(ProblemCode::SelectionChanged, detail));
        }
    }
    let now = Utc::now();
    give_back(write, scan, actor, now).await?;
    let run = &scan.run.scan_run_id;
    projects::end_scan(write, run, ScanStatus::Cancelled, None, None, now).await?;
    let project = tell(write, scan).await?;
    let reason = "The run was cancelled before it began.";
    retests::not_done(write, &project, run, reason, now).await
}

fn resolved<T>(outcome: Result<T, LedgerError>) -> Result<(), ApiError> {
    match outcome {
        Ok(_) => Ok(()),
        Err(LedgerError::Resolved) => Err(conflict()),
        Err(error) => Err(error.into()),
    }
}

/// Open pages of the owner and of the payer hear of the end.
async fn tell(write: &mut Write, scan: &StoredScan) -> Result<Project, ApiError> {
    let project = projects::load(write, &scan.run.project_id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    write.changed(&scan.payer, Change::Ledger);
    write.changed(&scan.payer, Change::Billing);
    write.changed(&project.account, Change::Billing);
    Ok(project)
}

fn conflict() -> ApiError {
    ApiError::new(
        ProblemCode::ResultConflict,
        "This run ended another way before. Nothing was changed.",
    )
}

/// What people read about a failure: one plain line of at most 500 letters.
fn failure_text(summary: Option<&str>) -> String {
    let text = plain(summary.unwrap_or_default(), 500);
    if text.is_empty() {
        "The scan could not be finished.".to_owned()
    } else {
        text
    }
}

/// Ends runs as failed that waited too long for a result, or whose worker fell silent, so that no credit is held for ever.
/// Answers how many it ended.
pub async fn give_up(state: &AppState, now: Timestamp) -> Result<usize, ApiError> {
    let limit = chrono::Duration::from_std(state.config.scan_deadline)
        .map_err(|error| ApiError::internal(error.to_string()))?;
    let mut conn = state.store.reader().acquire().await?;
    let lapsed = stored_audits::lapsed(&mut conn, now).await?;
    let overdue = projects::open_scans_before(&mut conn, now - limit).await?;
    drop(conn);
    let late = format!("No result came within {} hours.", limit.num_hours());
    let silent = "The worker that carried out the scan stopped answering. Start the scan again.";
    let mut ended = 0;
    for (id, why) in lapsed
        .iter()
        .map(|id| (id, silent))
        .chain(overdue.iter().map(|id| (id, late.as_str())))
    {
        match give_up_one(state, id, why, now - limit, now).await {
            Ok(true) => ended += 1,
            // The scanner was faster.
            Ok(false) => {}
            // One that cannot be ended must not keep the others waiting.
            Err(error) => {
                tracing::error!(run = %id, ?error, "an overdue scan run could not be ended");
            }
        }
    }
    Ok(ended)
}

/// Ends one run as failed, unless it moved on since it was looked at; whether it did end it.
async fn give_up_one(
    state: &AppState,
    id: &ScanRunId,
    why: &str,
    queued_before: Timestamp,
    now: Timestamp,
) -> Result<bool, ApiError> {
    let mut write = state.write().await?;
    let scan = load(&mut write, id).await?;
    let silent = scan.lease_until.is_some_and(|until| until < now);
    if !scan.run.status.is_open() || !(silent || scan.run.queued_at < queued_before) {
        return Ok(false);
    }
    fail(&mut write, &scan, Some(why), "WebRiskOps").await?;
    write.commit().await?;
    Ok(true)
}
