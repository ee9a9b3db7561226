//! The pull request of a fix task as its page shows it, and what is in its way.

use crate::error::ApiError;
use crate::facts::ProjectContext;
use crate::store::access;
use crate::store::patches::{self, StoredPatch};
use crate::store::pull_requests::{self as stored, Stored};
use crate::store::reports::StoredTask;
use domain::fix::access::AccessStatus;
use domain::fix::patch::is_clear;
use domain::fix::pull_request::{
    PullRequestBlock, PullRequestStatus, PullRequestTrouble, PullRequestView, branch_of,
};
use domain::problem::ProblemCode;
use domain::role::Ability;
use sqlx::AnyConnection;

/// Everything about the pull request of a task; not found for tasks that have no patch.
pub async fn view(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    task: &StoredTask,
) -> Result<PullRequestView, ApiError> {
    let id = &task.row.fix_task_id;
    let patch = patches::load(conn, id).await?;
    let patch = patch.ok_or_else(ApiError::not_found)?;
    let asked = stored::load(conn, id).await?;
    let access = access::load(conn, &context.project.id).await?;
    let granted = access
        .as_ref()
        .filter(|one| one.status == AccessStatus::Granted);
    let status = access.as_ref().map_or(AccessStatus::None, |one| one.status);
    let blocked = blocked(context, task, &patch, asked.as_ref(), status);
    let approved = patch.approved.clone();
    let shown = crate::patches::view(patch, task.row.status);
    let trouble = asked.as_ref().and_then(|one| one.trouble);
    Ok(PullRequestView {
        fix_task_id: id.clone(),
        owner: context.owner.account.clone(),
        payer: context.payer.account.clone(),
        approval_status: approved.map_or_else(
            || "Not approved".to_owned(),
            |(by, _)| format!("This draft is approved by {by}"),
        ),
        patch_review_status: shown.patch_review_status,
        patch_diff_summary: shown.patch_diff_summary,
        digest: shown.digest,
        checks: shown.checks,
        repository_provider: granted.map(|one| one.provider),
        repository_id: granted.map(|one| one.repository.clone()),
        repository_permission_status: match (trouble, status) {
            (Some(PullRequestTrouble::PermissionMissing | PullRequestTrouble::AuthRevoked), _) => {
                "Missing, as the provider said".to_owned()
            }
            (_, AccessStatus::Granted) => "Granted".to_owned(),
            (_, other) => other.label().to_owned(),
        },
        base_branch: granted.map(|one| one.base.clone()),
        branch_name: branch_of(id),
        branch_conflict_status: match trouble {
            Some(PullRequestTrouble::BranchConflict) => "In the way".to_owned(),
            Some(PullRequestTrouble::BranchProtected) => "Protected".to_owned(),
            _ => "None known".to_owned(),
        },
        pull_request_status: asked
            .as_ref()
            .map_or(PullRequestStatus::None, |one| one.status),
        pull_request_url: asked.as_ref().and_then(|one| one.url.clone()),
        commit_id: asked.as_ref().and_then(|one| one.commit.clone()),
        asked_by: asked.as_ref().map(|one| one.asked_by.clone()),
        asked_at: asked.as_ref().map(|one| one.asked_at),
        trouble,
        detail: asked.and_then(|one| one.detail),
        blocked,
    })
}

/// Why it cannot be created now, what is most in the way first.
fn blocked(
    context: &ProjectContext,
    task: &StoredTask,
    patch: &StoredPatch,
    asked: Option<&Stored>,
    access: AccessStatus,
) -> Option<PullRequestBlock> {
    match asked.map(|one| one.status) {
        Some(PullRequestStatus::Open) => {
            let why =
                "The pull request is created. What becomes of it is decided in the repository.";
            return Some(PullRequestBlock::of(ProblemCode::FixTaskStepRefused, why));
        }
        Some(PullRequestStatus::Creating) => {
            let why = "The pull request is being created. It appears here by itself.";
            return Some(PullRequestBlock::of(ProblemCode::RequestInProgress, why));
        }
        Some(PullRequestStatus::Failed | PullRequestStatus::None) | None => {}
    }
    if !context.role.can(Ability::RunFixes) {
        let holders = Ability::RunFixes.holders();
        let label = context.role.label();
        let why = format!("Your role is {label}. Ask {holders} to create it.");
        return Some(PullRequestBlock::of(ProblemCode::Forbidden, &why));
    }
    if !task.row.status.is_open() {
        let why = "The task has ended, so there is nothing to propose any more.";
        return Some(PullRequestBlock::of(ProblemCode::FixTaskStepRefused, why));
    }
    if patch.approved.is_none() || !is_clear(&patch.files) {
        let why =
            "Approve this draft first. No branch, commit or pull request is made before that.";
        return Some(PullRequestBlock::of(
            ProblemCode::PatchApprovalRequired,
            why,
        ));
    }
    match access {
        AccessStatus::Granted => None,
        AccessStatus::Revoked => Some(PullRequestBlock::trouble(
            PullRequestTrouble::AuthRevoked,
            "The access to the repository was revoked. Connect it again on the project's page.",
        )),
        AccessStatus::None | AccessStatus::Requested => Some(PullRequestBlock::trouble(
            PullRequestTrouble::PermissionMissing,
            "No repository is connected. Connect one on the project's page, or download the patch and apply it yourself.",
        )),
    }
}
