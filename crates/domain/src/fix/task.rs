//! The steps of a fix task: whose turn it is, who may take which step, and where it leads (docs/states.md#fix-task).

use super::evidence::TaskEvidence;
use super::patch::PatchView;
use super::retest::RetestStatus;
use super::{DeliveryMode, FixTaskStatus};
use crate::credits::Balance;
use crate::id::AccountId;
use crate::keyed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// A step that a person can take on a fix task.
    pub enum TaskStep {
        ApprovePatch = "approve", "Approve patch";
        MarkDone = "done", "Mark as done";
        RecordEvidence = "evidence", "Record evidence";
        Cancel = "cancel", "Cancel fix task";
    }
}

keyed! {
    /// Who moves a fix task on.
    pub enum Turn {
        Customer = "customer", "Your turn";
        WebRiskOps = "webriskops", "WebRiskOps prepares the work";
        Nobody = "nobody", "Ended";
    }
}

keyed! {
    /// Whether the customer has told of a change that they made.
    pub enum CustomerApplied {
        NotNeeded = "not_needed", "Not needed";
        AwaitingEvidence = "awaiting_evidence", "Awaiting evidence";
        Recorded = "recorded", "Evidence recorded, not verified by a scan";
        Verified = "verified", "Evidence recorded, passed a retest";
    }
}

keyed! {
    /// Something that happened on a fix task.
    pub enum TaskEventKind {
        Started = "started", "Started";
        HandedOver = "handed_over", "Handed over and marked as done";
        PatchDrafted = "patch_drafted", "Patch drafted";
        PatchApproved = "patch_approved", "Patch approved";
        PullRequestAsked = "pull_request_asked", "Pull request asked for";
        PullRequestCreated = "pull_request_created", "Pull request created";
        PullRequestFailed = "pull_request_failed", "Pull request not created";
        EvidenceRecorded = "evidence_recorded", "Evidence recorded";
        Completed = "completed", "Completed";
        Cancelled = "cancelled", "Cancelled";
        RetestRequested = "retest_requested", "Retest requested";
        RetestPassed = "retest_passed", "Retest passed";
        RetestFailed = "retest_failed", "Retest failed";
        RetestInconclusive = "retest_inconclusive", "Retest inconclusive";
    }
}

/// Something that happened, when, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaskEvent {
    /// What.
    pub kind: TaskEventKind,
    /// By whom.
    pub actor: String,
    /// What it did besides, in a sentence; empty when there is nothing to add.
    pub note: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Where a task in this mode begins.
pub const fn first_status(mode: DeliveryMode) -> FixTaskStatus {
    match mode {
        DeliveryMode::TicketOnly | DeliveryMode::CustomerApplied => FixTaskStatus::AwaitingCustomer,
        DeliveryMode::ReviewOnlyPatch | DeliveryMode::ConnectedAccess => FixTaskStatus::Created,
    }
}

/// Whose turn it is.
pub const fn turn(status: FixTaskStatus) -> Turn {
    match status {
        FixTaskStatus::Created | FixTaskStatus::InProgress => Turn::WebRiskOps,
        FixTaskStatus::AwaitingCustomer | FixTaskStatus::AwaitingApproval => Turn::Customer,
        FixTaskStatus::Completed | FixTaskStatus::Cancelled => Turn::Nobody,
    }
}

/// Where a step leads from here; `None` when the task does not take it now.
pub const fn after(
    status: FixTaskStatus,
    mode: DeliveryMode,
    step: TaskStep,
) -> Option<FixTaskStatus> {
    if !status.is_open() {
        return None;
    }
    match (step, mode) {
        (TaskStep::Cancel, _) => Some(FixTaskStatus::Cancelled),
        (TaskStep::ApprovePatch, _)
            if mode.is_patch() && matches!(status, FixTaskStatus::AwaitingApproval) =>
        {
            Some(FixTaskStatus::AwaitingCustomer)
        }
        (TaskStep::MarkDone, _)
            if mode.is_patch() && matches!(status, FixTaskStatus::AwaitingCustomer) =>
        {
            Some(FixTaskStatus::Completed)
        }
        (TaskStep::MarkDone, DeliveryMode::TicketOnly)
        | (TaskStep::RecordEvidence, DeliveryMode::CustomerApplied) => {
            Some(FixTaskStatus::Completed)
        }
        _ => None,
    }
}

/// The steps that a task takes now.
pub fn steps(status: FixTaskStatus, mode: DeliveryMode) -> Vec<TaskStep> {
    let takes = |step: &TaskStep| after(status, mode, *step).is_some();
    TaskStep::ALL.iter().copied().filter(takes).collect()
}

/// How the customer's own change stands.
pub const fn customer_applied(
    mode: DeliveryMode,
    status: FixTaskStatus,
    retest: Option<RetestStatus>,
) -> CustomerApplied {
    match (mode, status) {
        (DeliveryMode::CustomerApplied, FixTaskStatus::Completed) => match retest {
            Some(RetestStatus::Passed) => CustomerApplied::Verified,
            _ => CustomerApplied::Recorded,
        },
        (DeliveryMode::CustomerApplied, FixTaskStatus::Cancelled) => CustomerApplied::NotNeeded,
        (DeliveryMode::CustomerApplied, _) => CustomerApplied::AwaitingEvidence,
        _ => CustomerApplied::NotNeeded,
    }
}

/// What happens next and who does it.
pub const fn next_action(
    status: FixTaskStatus,
    mode: DeliveryMode,
    retest: Option<RetestStatus>,
) -> &'static str {
    if let (FixTaskStatus::Completed, Some(retest)) = (status, retest) {
        return after_retest(retest);
    }
    match (status, mode) {
        (FixTaskStatus::Completed, DeliveryMode::TicketOnly) => {
            "The tickets were handed over. Whether the site changed is not known here before a retest or a later scan."
        }
        (FixTaskStatus::Completed, DeliveryMode::CustomerApplied) => {
            "Your evidence is recorded. It is not proof; a retest or a later scan of the site shows whether the findings are gone."
        }
        (FixTaskStatus::Completed, _) => {
            "The approved patch was handed over and marked as applied. Whether the findings are gone is not known here before a retest or a later scan."
        }
        (FixTaskStatus::Cancelled, DeliveryMode::TicketOnly) => {
            "The task was cancelled. Its findings can be worked on again."
        }
        (FixTaskStatus::Cancelled, _) => {
            "The task was cancelled and its credits were restored. Its findings can be worked on again."
        }
        (_, DeliveryMode::TicketOnly) => {
            "Hand the tickets below to your own team, then mark the task as done. No credits are reserved."
        }
        (FixTaskStatus::AwaitingApproval, _) => {
            "Read the patch and approve or discard it. Nothing changes on your site before that."
        }
        (FixTaskStatus::AwaitingCustomer, DeliveryMode::CustomerApplied) => {
            "Apply the change and record evidence of it."
        }
        (FixTaskStatus::AwaitingCustomer, _) => {
            "The patch is approved. Take it over, apply it, then mark the task as done: that spends its credits."
        }
        (FixTaskStatus::Created | FixTaskStatus::InProgress, _) => {
            "WebRiskOps prepares the work. Nothing changes on your site without your approval."
        }
    }
}

const fn after_retest(retest: RetestStatus) -> &'static str {
    match retest {
        RetestStatus::Pending => "The retest is under way. Its result appears here by itself.",
        RetestStatus::Passed => {
            "The retest found none of the findings any more. Nothing is left to do here."
        }
        RetestStatus::Failed => {
            "The retest found the issue again. What is still there can become fix work or a ticket on the report again."
        }
        RetestStatus::Inconclusive => {
            "The retest could not tell. The reason stands below; request another when it is out of the way."
        }
    }
}

/// The part of a fix task page that tells how it moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaskProgress {
    /// Whose turn it is.
    pub turn: Turn,
    /// The steps that it takes now, by those who may run fixes.
    pub steps: Vec<TaskStep>,
    /// Whether it is described for the customer's own tracker.
    pub ticket_only_fallback: bool,
    /// How the customer's own change stands.
    pub customer_applied_status: CustomerApplied,
    /// The patch, where the task has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<PatchView>,
    /// What the customer told of the change.
    pub evidence: Option<TaskEvidence>,
    /// What happened, oldest first.
    pub events: Vec<TaskEvent>,
}

/// Body of `POST /fix-tasks/{f}/done`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MarkDone {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
}

/// Answer to a step: the task and the balance after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MovedFix {
    /// The task.
    pub fix_task: super::FixTaskRow,
    /// The payer's fix balance after the step.
    pub balance: Balance,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_takes_no_step_and_what_is_open_can_be_cancelled() {
        for mode in DeliveryMode::ALL {
            for status in FixTaskStatus::ALL {
                let steps = steps(*status, *mode);
                assert_eq!(status.is_open(), steps.contains(&TaskStep::Cancel));
                assert_eq!(status.is_open(), turn(*status) != Turn::Nobody);
                assert!(status.is_open() || steps.is_empty());
            }
        }
    }

    #[test]
    fn each_mode_has_its_own_last_step() {
        let steps = |mode| steps(first_status(mode), mode);
        assert_eq!(
            steps(DeliveryMode::TicketOnly),
            [TaskStep::MarkDone, TaskStep::Cancel]
        );
        assert_eq!(
            steps(DeliveryMode::CustomerApplied),
            [TaskStep::RecordEvidence, TaskStep::Cancel]
        );
        assert_eq!(steps(DeliveryMode::ReviewOnlyPatch), [TaskStep::Cancel]);
        let patch = DeliveryMode::ReviewOnlyPatch;
        assert_eq!(
            super::steps(FixTaskStatus::AwaitingApproval, patch),
            [TaskStep::ApprovePatch, TaskStep::Cancel]
        );
        // Only an approved patch can be handed over.
        assert_eq!(
            super::steps(FixTaskStatus::AwaitingCustomer, patch),
            [TaskStep::MarkDone, TaskStep::Cancel]
        );
    }
}
