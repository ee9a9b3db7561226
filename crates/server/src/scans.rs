//! How scan runs end: by the scanner's result, or by themselves when none came in time.

use crate::error::ApiError;
use crate::ledger::{LedgerError, restore, settle};
use crate::live::Change;
use crate::state::AppState;
use crate::store::projects::{self, StoredScan};
use crate::write::Write;
use chrono::Utc;
use domain::Timestamp;
use domain::id::ScanRunId;
use domain::problem::ProblemCode;
use domain::scan::{ScanResult, ScanResultStatus, ScanResultTaken, ScanStatus};
use std::time::Duration;

/// Loads a run; not found when there is none.
pub async fn load(tx: &mut sqlx::SqliteConnection, id: &ScanRunId) -> Result<StoredScan, ApiError> {
    projects::load_scan(tx, id)
        .await?
        .ok_or_else(ApiError::not_found)
}

/// Ends a run: completed spends its credit, failed restores it; the same end again changes nothing.
///
/// # Errors
/// [`ProblemCode::ResultConflict`] when the run ended another way before.
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
    let now = Utc::now();
    let resolved = match status {
        ScanStatus::Completed => settle(write, &scan.payer, &scan.hold, 1, actor, now).await,
        _ => restore(write, &scan.payer, &scan.hold, actor, now).await,
    };
    match resolved {
        Ok(_) => {}
        Err(LedgerError::Resolved) => return Err(conflict()),
        Err(error) => return Err(error.into()),
    }
    let reason = failure_text(result.error_summary.as_deref(), status);
    projects::end_scan(
        write,
        &result.scan_run_id,
        status,
        reason.as_deref(),
        result.scanned_pages,
        now,
    )
    .await?;
    let project = projects::load(write, &scan.run.project_id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    write.changed(&project.payer, Change::Ledger);
    write.changed(&project.payer, Change::Billing);
    write.changed(&project.account, Change::Billing);
    Ok(ScanResultTaken {
        scan_run: load(write, &result.scan_run_id).await?.run,
    })
}

fn conflict() -> ApiError {
    ApiError::new(
        ProblemCode::ResultConflict,
        "This run ended another way before. Nothing was changed.",
    )
}

/// What people read about a failure: at most 500 letters, without control characters.
fn failure_text(summary: Option<&str>, status: ScanStatus) -> Option<String> {
    if status != ScanStatus::Failed {
        return None;
    }
    let text: String = summary
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(500)
        .collect();
    Some(if text.trim().is_empty() {
        "The scan could not be finished.".to_owned()
    } else {
        text
    })
}

/// Ends runs that waited too long for a result as failed, so that no credit is held for ever. Answers how many it ended.
pub async fn give_up(state: &AppState, now: Timestamp) -> Result<usize, ApiError> {
    let limit = chrono::Duration::from_std(state.config.scan_deadline)
        .map_err(|error| ApiError::internal(error.to_string()))?;
    let mut conn = state.store.reader().acquire().await?;
    let overdue = projects::open_scans_before(&mut conn, now - limit).await?;
    drop(conn);
    let mut ended = 0;
    for id in &overdue {
        let hours = limit.num_hours();
        let result = ScanResult {
            scan_run_id: id.clone(),
            status: ScanResultStatus::Failed,
            error_summary: Some(format!("No result came within {hours} hours.")),
            scanned_pages: None,
            lease: None,
            outcome: None,
        };
        let mut write = state.write().await?;
        match end(&mut write, &result, "WebRiskOps").await {
            Ok(_) => {
                write.commit().await?;
                ended += 1;
            }
            // The scanner was faster.
            Err(ApiError::Problem(problem)) if problem.code == ProblemCode::ResultConflict => {}
            // One that cannot be ended must not keep the others waiting.
            Err(error) => {
                tracing::error!(run = %id, ?error, "an overdue scan run could not be ended");
            }
        }
    }
    Ok(ended)
}

/// Looks for overdue runs, now and every ten minutes, until the task is dropped.
pub async fn work(state: AppState) {
    loop {
        match give_up(&state, Utc::now()).await {
            Ok(0) => {}
            Ok(ended) => tracing::warn!(ended, "scan runs without a result"),
            Err(error) => tracing::error!(?error, "overdue scan runs"),
        }
        tokio::time::sleep(Duration::from_mins(10)).await;
    }
}
