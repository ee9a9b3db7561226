//! The pull request of a fix task: made from exactly the draft that was approved, and never before (S0-28).

use super::access::RepositoryProvider;
use super::patch::{LineMark, PatchFile, PatchReview, unified};
use crate::account::AccountRef;
use crate::gate::Check;
use crate::id::{AccountId, FixTaskId};
use crate::keyed;
use crate::problem::ProblemCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

keyed! {
    /// How the pull request stands.
    pub enum PullRequestStatus {
        None = "none", "Not created";
        Creating = "creating", "Being created";
        Open = "open", "Created";
        Failed = "failed", "Not created, see why";
    }
}

keyed! {
    /// Why a pull request could not be created.
    pub enum PullRequestTrouble {
        PermissionMissing = "REPOSITORY_PERMISSION_MISSING", "The repository is not there, or may not be written";
        AuthRevoked = "REPOSITORY_AUTH_REVOKED", "The access to the repository was revoked";
        BranchConflict = "PATCH_BRANCH_CONFLICT", "The branch is there already, with something else in it";
        BranchProtected = "REPOSITORY_BRANCH_PROTECTED", "The repository does not let this branch be written";
        CreationFailed = "PULL_REQUEST_CREATION_FAILED", "The pull request could not be created";
    }
}

/// Everything about the pull request of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PullRequestView {
    /// The task.
    pub fix_task_id: FixTaskId,
    /// The account that owns the project.
    pub owner: AccountRef,
    /// Who pays.
    pub payer: AccountRef,
    /// Whether exactly this draft is approved: "Approved by Dana", "Not approved".
    pub approval_status: String,
    /// How the review of the patch stands.
    pub patch_review_status: PatchReview,
    /// What it changes.
    pub patch_diff_summary: String,
    /// SHA-256 of the draft.
    pub digest: String,
    /// What was looked at before.
    pub checks: Vec<Check>,
    /// Where the repository is.
    pub repository_provider: Option<RepositoryProvider>,
    /// Which repository.
    pub repository_id: Option<String>,
    /// Whether it may be written, in a sentence.
    pub repository_permission_status: String,
    /// Into which branch.
    pub base_branch: Option<String>,
    /// The branch with the change.
    pub branch_name: String,
    /// Whether that branch is in the way, in a sentence.
    pub branch_conflict_status: String,
    /// How the pull request stands.
    pub pull_request_status: PullRequestStatus,
    /// Where it is, once it is created.
    pub pull_request_url: Option<String>,
    /// The commit with the change.
    pub commit_id: Option<String>,
    /// Who asked for it.
    pub asked_by: Option<String>,
    /// When.
    pub asked_at: Option<DateTime<Utc>>,
    /// Why it could not be created.
    pub trouble: Option<PullRequestTrouble>,
    /// What to do about that, in a sentence.
    pub detail: Option<String>,
    /// Why it cannot be created now, as code and sentence; `None` when it can.
    pub blocked: Option<PullRequestBlock>,
}

/// Why a pull request cannot be created now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PullRequestBlock {
    /// For machines.
    pub code: String,
    /// For people.
    pub message: String,
}

impl PullRequestBlock {
    /// A block with the code of a problem.
    pub fn of(code: ProblemCode, message: &str) -> Self {
        Self {
            code: code.key().to_owned(),
            message: message.to_owned(),
        }
    }

    /// A block with the code of a trouble.
    pub fn trouble(trouble: PullRequestTrouble, message: &str) -> Self {
        Self {
            code: trouble.key().to_owned(),
            message: message.to_owned(),
        }
    }
}

/// Body of `POST /fix-tasks/{f}/pull-request`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreatePullRequest {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
    /// The draft that the person read; another one now is refused.
    pub digest: String,
}

/// The branch of a task: always the same, so that a try that was cut off is found again.
pub fn branch_of(task: &FixTaskId) -> String {
    format!("webriskops/{task}")
}

/// A file that a pull request adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedFile {
    /// Its path in the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The files of the approved draft as they are after the change, in a folder of their own, so that nothing that is there
/// is overwritten.
pub fn files(task: &FixTaskId, patch: &[PatchFile]) -> Vec<AddedFile> {
    patch
        .iter()
        .map(|file| {
            let kept = file
                .lines
                .iter()
                .filter(|line| line.mark != LineMark::Remove);
            let lines: Vec<&str> = kept.map(|line| line.text.as_str()).collect();
            AddedFile {
                path: format!("webriskops/{task}/{}", file.path),
                text: lines.join("\n") + "\n",
            }
        })
        .collect()
}

/// The line of a commit by which a later try knows its own.
pub fn mark(digest: &str) -> String {
    format!("WebRiskOps-Patch: {digest}")
}

/// The message of the commit.
pub fn message(domain: &str, digest: &str) -> String {
    format!("Mend findings of {domain}\n\n{}\n", mark(digest))
}

/// The text of the pull request: why each change is made, and the whole draft.
pub fn body(patch: &[PatchFile], approved_by: &str) -> String {
    let mut out = format!(
        "Proposed by WebRiskOps from the findings of an audit. {approved_by} approved exactly this draft. Nothing is merged by WebRiskOps.\n"
    );
    for file in patch {
        // Writing to a string never fails.
        let _ = write!(out, "\n- `{}`: {}", file.path, file.rationale);
    }
    // A fence longer than any in the draft, so that no line of it ends the block.
    let draft = unified(patch);
    let longest = draft
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = write!(out, "\n\n{fence}diff\n{draft}{fence}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::patch::PatchLine;

    fn patch() -> Vec<PatchFile> {
        let line = |mark, text: &str| PatchLine {
            mark,
            text: text.to_owned(),
        };
        vec![PatchFile {
            finding_id: "fnd_one".parse().unwrap(),
            path: "response-headers/hsts-fnd_one.txt".to_owned(),
            mechanical: true,
            rationale: "Browsers stay on HTTPS.".to_owned(),
            lines: vec![
                line(LineMark::Keep, "# Response headers of /"),
                line(LineMark::Remove, "x-old: ```"),
                line(LineMark::Add, "strict-transport-security: max-age=1"),
            ],
        }]
    }

    #[test]
    fn what_is_added_is_the_draft_after_the_change_in_a_folder_of_its_own() {
        let task: FixTaskId = "fix_a".parse().unwrap();
        let [file] = files(&task, &patch()).try_into().unwrap();
        assert_eq!(
            file,
            AddedFile {
                path: "webriskops/fix_a/response-headers/hsts-fnd_one.txt".to_owned(),
                text: "# Response headers of /\nstrict-transport-security: max-age=1\n".to_owned(),
            }
        );
    }

    #[test]
    fn no_line_of_the_draft_ends_its_block() {
        let text = body(&patch(), "Dana");
        assert!(text.contains("````diff\n"), "{text}");
        assert!(text.trim_end().ends_with("````"), "{text}");
    }
}
