//! Drafting the patches of fix tasks, so that every task moves by itself to where somebody has to look.

use crate::error::ApiError;
use crate::live::Change;
use crate::state::AppState;
use crate::store::patches::{self as stored, StoredPatch};
use crate::store::{fix_steps, projects, reports};
use crate::write::Write;
use domain::Timestamp;
use domain::fix::FixTaskStatus;
use domain::fix::patch::{PatchReview, PatchView, checks, draft as files_of, summary, unified};
use domain::fix::task::TaskEventKind;
use domain::id::{FindingId, FixTaskId};
use sha2::{Digest, Sha256};

/// Who drafts when nobody asked for another draft.
pub const DRAFTER: &str = "WebRiskOps";

/// Draws the patch of a task up, without these findings.
pub async fn draft(
    write: &mut Write,
    task: &FixTaskId,
    left_out: &[FindingId],
    by: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let findings = reports::findings_of_task(write, task).await?;
    let within = findings
        .iter()
        .filter(|finding| !left_out.contains(&finding.finding_id));
    let files = files_of(within);
    let digest = hex::encode(Sha256::digest(unified(&files)));
    stored::draft(write, task, (&files, left_out, &digest), by, now).await?;
    let note = summary(&files) + ".";
    fix_steps::add_event(write, task, TaskEventKind::PatchDrafted, (by, &note), now).await?;
    Ok(())
}

/// A patch as its page shows it.
pub fn view(patch: StoredPatch, status: FixTaskStatus) -> PatchView {
    let patch_review_status = match (status, &patch.approved) {
        (FixTaskStatus::Cancelled, _) => PatchReview::Discarded,
        (FixTaskStatus::Completed, _) => PatchReview::Delivered,
        (_, Some(_)) => PatchReview::Approved,
        (_, None) => PatchReview::Draft,
    };
    let (approved_by, approved_at) = patch.approved.unzip();
    PatchView {
        patch_review_status,
        version: patch.version,
        digest: patch.digest,
        patch_diff_summary: summary(&patch.files),
        checks: checks(&patch.files),
        files: patch.files,
        left_out: patch.left_out,
        drafted_at: patch.drafted_at,
        drafted_by: patch.drafted_by,
        approved_by,
        approved_at,
    }
}

/// Drafts what waits for a draft, whatever kept it from being drafted at its start.
pub async fn sweep(state: &AppState, now: Timestamp) -> Result<(), ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let waiting = stored::waiting(&mut reader).await?;
    drop(reader);
    for task in waiting {
        let mut write = state.write().await?;
        draft(&mut write, &task, &[], DRAFTER, now).await?;
        if let Some(known) = reports::load_task(&mut write, &task).await?
            && let Some(project) = projects::load(&mut write, &known.project).await?
        {
            write.changed(&project.account, Change::Billing);
        }
        write.commit().await?;
    }
    Ok(())
}
