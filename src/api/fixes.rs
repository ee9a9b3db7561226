//! Fix tasks: from their start to a retest.

use super::transport::{get, post};
use super::{Answer, Intent};
use domain::fix::access::{AccessView, DecideAccess, RequestAccess};
use domain::fix::assist::AskDraft;
use domain::fix::evidence::RecordEvidence;
use domain::fix::patch::{ApprovePatch, RedraftPatch};
use domain::fix::pull_request::{CreatePullRequest, PullRequestView};
use domain::fix::retest::RequestRetest;
use domain::fix::task::{MarkDone, MovedFix};
use domain::fix::{CancelFix, CancelledFix, FixTaskView, StartFix, StartedFix};
use domain::id::{FixTaskId, ProjectId, ReportId};
use domain::report::ReportView;
use domain::report::mark::MarkFindings;

/// Draws a patch up again.
pub async fn redraft_patch(
    task: FixTaskId,
    body: RedraftPatch,
    intent: Intent,
) -> Answer<MovedFix> {
    post(
        format!("/fix-tasks/{task}/patch"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Approves a patch.
pub async fn approve_patch(
    task: FixTaskId,
    body: ApprovePatch,
    intent: Intent,
) -> Answer<MovedFix> {
    post(
        format!("/fix-tasks/{task}/patch/approve"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Starts fix work.
pub async fn start_fix(report: ReportId, body: StartFix, intent: Intent) -> Answer<StartedFix> {
    post(
        format!("/reports/{report}/fix-workflow"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// A fix task page.
pub async fn fix_task(task: FixTaskId) -> Answer<FixTaskView> {
    get(format!("/fix-tasks/{task}")).await
}

/// Cancels a fix task; what it holds goes back to Avail.
pub async fn cancel_fix(task: FixTaskId, body: CancelFix, intent: Intent) -> Answer<CancelledFix> {
    post(
        format!("/fix-tasks/{task}/cancel"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Marks a ticket-only task as done.
pub async fn mark_done(task: FixTaskId, body: MarkDone, intent: Intent) -> Answer<MovedFix> {
    post(format!("/fix-tasks/{task}/done"), Some(&body), Some(intent)).await
}

/// Requests a retest of a task.
pub async fn request_retest(
    task: FixTaskId,
    body: RequestRetest,
    intent: Intent,
) -> Answer<FixTaskView> {
    post(
        format!("/fix-tasks/{task}/retest"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Asks a model for a text about a task's findings.
pub async fn ask_draft(task: FixTaskId, body: AskDraft, intent: Intent) -> Answer<FixTaskView> {
    post(
        format!("/fix-tasks/{task}/ai-drafts"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Connected access of a project.
pub async fn access(project: ProjectId) -> Answer<AccessView> {
    get(format!("/projects/{project}/access")).await
}

/// Asks for access to a repository.
pub async fn request_access(
    project: ProjectId,
    body: RequestAccess,
    intent: Intent,
) -> Answer<AccessView> {
    post(
        format!("/projects/{project}/access"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Grants or revokes access to a repository; `how` is `grant` or `revoke`.
pub async fn decide_access(
    project: ProjectId,
    how: &'static str,
    body: DecideAccess,
    intent: Intent,
) -> Answer<AccessView> {
    post(
        format!("/projects/{project}/access/{how}"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// The pull request of a task.
pub async fn pull_request(task: FixTaskId) -> Answer<PullRequestView> {
    get(format!("/fix-tasks/{task}/pull-request")).await
}

/// Asks for the pull request of an approved draft.
pub async fn create_pull_request(
    task: FixTaskId,
    body: CreatePullRequest,
    intent: Intent,
) -> Answer<PullRequestView> {
    post(
        format!("/fix-tasks/{task}/pull-request"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Marks findings of a report, or takes a mark back.
pub async fn mark_findings(
    report: ReportId,
    body: MarkFindings,
    intent: Intent,
) -> Answer<ReportView> {
    post(
        format!("/reports/{report}/finding-marks"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Records evidence of a change that the customer made.
pub async fn record_evidence(
    task: FixTaskId,
    body: RecordEvidence,
    intent: Intent,
) -> Answer<MovedFix> {
    post(
        format!("/fix-tasks/{task}/evidence"),
        Some(&body),
        Some(intent),
    )
    .await
}
