//! The automated fix workflow of a report and the fix tasks it starts (docs/product.md#automated-fix-workflow, docs/states.md#fix-task).

pub mod access;
pub mod assist;
pub mod evidence;
pub mod patch;
pub mod proposal;
pub mod pull_request;
pub mod retest;
pub mod task;

use crate::account::{AccountRef, PackageKey, is_at_home};
use crate::gate::{Facts, Selected, Verdict, evaluate};
use crate::id::{AccountId, FindingId, FixTaskId, ProjectId, ReportId};
use crate::keyed;
use crate::reason::{Reason, ReasonKey, Slots};
use crate::report::Finding;
use crate::role::{Ability, Role};
use crate::scan::CreditState;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// How fix work reaches the customer.
    pub enum DeliveryMode {
        ReviewOnlyPatch = "review_only_patch", "Review-only patch";
        CustomerApplied = "customer_applied", "Customer-applied evidence";
        TicketOnly = "ticket_only", "Ticket-only";
        ConnectedAccess = "connected_access", "Connected access";
    }
}

impl DeliveryMode {
    /// Whether work in this mode reserves credits; ticket-only describes work and does none (S0-27).
    pub const fn uses_credits(self) -> bool {
        !matches!(self, Self::TicketOnly)
    }

    /// Whether the work is a patch that somebody reviews and approves.
    pub const fn is_patch(self) -> bool {
        matches!(self, Self::ReviewOnlyPatch | Self::ConnectedAccess)
    }

    /// What the mode means, in a sentence.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::ReviewOnlyPatch => {
                "You get a patch to review. Nothing is changed before you approve it."
            }
            Self::CustomerApplied => "You apply the change and record evidence of it.",
            Self::TicketOnly => {
                "A ticket describes the work for your own team. No credits are reserved."
            }
            Self::ConnectedAccess => {
                "The change is prepared in your connected repository after you approve it."
            }
        }
    }
}

/// A delivery mode and whether it can be used now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ModeOption {
    /// Which mode.
    pub mode: DeliveryMode,
    /// Why it cannot be used now.
    pub unavailable: Option<String>,
}

keyed! {
    /// Which of the five next steps applies (S0-10).
    pub enum PlanMessageKind {
        FixPlan = "fix_plan", "Fix Plan";
        AgencyPlan = "agency_plan", "Agency Plan";
        ExistingCredits = "existing_credits", "Existing credits";
        SafeAccess = "safe_access", "Safe access";
        TicketOnly = "ticket_only", "Ticket-only fallback";
    }
}

/// The plan-and-credit message beside the action (S0-10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlanMessage {
    /// Which step.
    pub kind: PlanMessageKind,
    /// The sentence.
    pub text: String,
}

/// The plan-and-credit message for these facts.
pub fn plan_message(facts: &Facts) -> PlanMessage {
    let message = |kind: PlanMessageKind, text: String| PlanMessage { kind, text };
    let payer = &facts.payer;
    let name = &payer.account.name;
    let report = facts.report.as_ref();
    if report.is_some_and(|report| report.mode_unavailable.is_some()) {
        return message(
            PlanMessageKind::SafeAccess,
            "Safe access is needed for this delivery mode. Ticket-only works without it.".into(),
        );
    }
    let ticket = report
        .is_none_or(|report| report.eligible_count == 0 || !report.delivery_mode.uses_credits());
    if ticket {
        return message(
            PlanMessageKind::TicketOnly,
            "Ticket-only fallback: the work is described for your own team, without credits."
                .into(),
        );
    }
    match payer.package_key {
        Some(plan @ (PackageKey::AgencyPlan | PackageKey::FixPlan)) => {
            let (left, avail) = (payer.plan_credits, payer.balance.avail);
            let kind = match plan {
                PackageKey::AgencyPlan => PlanMessageKind::AgencyPlan,
                _ => PlanMessageKind::FixPlan,
            };
            let plan = plan.label();
            match (left, avail) {
                (0, 0) => message(
                    kind,
                    format!(
                        "{plan}: this month's fix credits of {name} are used up, and no others are left."
                    ),
                ),
                (0, others) => message(
                    PlanMessageKind::ExistingCredits,
                    format!(
                        "Existing credits: this month's fix credits of {plan} are used up; {name} has {others} others."
                    ),
                ),
                (left, _) => message(
                    kind,
                    format!(
                        "{plan}: {left} of this month's fix credits of {name} are left and are used before others."
                    ),
                ),
            }
        }
        None if payer.includes.fixes => message(
            PlanMessageKind::ExistingCredits,
            format!("The credits of {name} are used for this work."),
        ),
        _ if payer.balance.avail >= facts.cost().max(1) => message(
            PlanMessageKind::ExistingCredits,
            format!("Existing credits of {name} cover this work."),
        ),
        _ => message(
            PlanMessageKind::FixPlan,
            "Fix Plan is the first plan with remediation tasks, retests and monthly fix credits."
                .into(),
        ),
    }
}

/// The fix workflow as the report page needs it; the browser evaluates `facts` again for each selection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FixWorkflowView {
    /// The report.
    pub report_id: ReportId,
    /// All its findings, worst first.
    pub findings: Vec<Finding>,
    /// The ways to deliver, with the reasons against them.
    pub delivery_modes: Vec<ModeOption>,
    /// What the gate looks at, with nothing selected.
    pub facts: Facts,
    /// What the gate says with nothing selected.
    pub verdict: Verdict,
    /// Tasks that were started from this report, newest first.
    pub tasks: Vec<FixTaskRow>,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}

impl FixWorkflowView {
    /// The facts with a selection and a delivery mode, seen from one account.
    pub fn facts_for(
        &self,
        viewing: &AccountRef,
        selected: &[FindingId],
        mode: DeliveryMode,
    ) -> Facts {
        let mut facts = self.facts.clone();
        facts.viewing = viewing.clone();
        if let Some(report) = facts.report.as_mut() {
            report.selected = self
                .findings
                .iter()
                .filter(|finding| selected.contains(&finding.finding_id))
                .map(|finding| Selected {
                    id: finding.finding_id.clone(),
                    eligible: finding.ineligible.is_none(),
                    cost: finding.fix_credit_cost,
                })
                .collect();
            report.delivery_mode = mode;
            let option = self
                .delivery_modes
                .iter()
                .find(|option| option.mode == mode);
            report.mode_unavailable = option.and_then(|option| option.unavailable.clone());
        }
        facts
    }

    /// What the gate says about a selection.
    pub fn verdict_for(
        &self,
        viewing: &AccountRef,
        selected: &[FindingId],
        mode: DeliveryMode,
    ) -> Verdict {
        evaluate(&self.facts_for(viewing, selected, mode))
    }
}

keyed! {
    /// How far a fix task is (docs/states.md#fix-task).
    pub enum FixTaskStatus {
        Created = "created", "Created";
        InProgress = "in_progress", "In progress";
        AwaitingCustomer = "awaiting_customer", "Waiting for you";
        AwaitingApproval = "awaiting_approval", "Waiting for approval";
        Completed = "completed", "Completed";
        Cancelled = "cancelled", "Cancelled";
    }
}

impl FixTaskStatus {
    /// Whether the task is still under way and its findings are taken.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Completed | Self::Cancelled)
    }
}

/// A fix task in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FixTaskRow {
    /// Its id.
    pub fix_task_id: FixTaskId,
    /// How far it is.
    pub status: FixTaskStatus,
    /// How it is delivered.
    pub delivery_mode: DeliveryMode,
    /// How many findings it works on.
    pub finding_count: i64,
    /// Credits it reserved.
    pub fix_credit_cost: i64,
    /// What became of them.
    pub credit_state: CreditState,
    /// When it was started.
    pub created_at: DateTime<Utc>,
}

/// A fix task page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FixTaskView {
    /// The list fields.
    #[serde(flatten)]
    pub row: FixTaskRow,
    /// The account that owns the project.
    pub owner: AccountRef,
    /// Who paid.
    #[serde(rename = "paying_account")]
    pub payer: AccountRef,
    /// The project.
    pub project_id: ProjectId,
    /// The project's site.
    pub domain: String,
    /// The report it came from.
    pub report_id: ReportId,
    /// That report's title.
    pub report_title: String,
    /// The findings it works on.
    pub findings: Vec<Finding>,
    /// Who started it.
    pub started_by: String,
    /// When the report's scan ended.
    pub scanned_at: DateTime<Utc>,
    /// How it moves.
    #[serde(flatten)]
    pub progress: task::TaskProgress,
    /// Whether the findings are gone.
    pub retest: retest::RetestView,
    /// Whether a model can draft a text about them.
    pub assist: assist::AssistView,
    /// What happens next and who does it.
    pub owner_next_action: String,
    /// This person's role in the owning account.
    pub role: Role,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}

impl FixTaskView {
    /// Why this person cannot take a step on the task from the account in view; `None` when they can.
    pub fn step_blocked(&self, viewing: &AccountRef) -> Option<Reason> {
        let mut slots = Slots {
            owner: &self.owner.name,
            ..Slots::default()
        };
        if !is_at_home(&viewing.id, &self.owner.id, &self.payer.id) {
            return Some(ReasonKey::WrongAccount.with(&slots, None));
        }
        if self.role.can(Ability::RunFixes) {
            return None;
        }
        slots.detail = self.role.label().into();
        slots.unit = Ability::RunFixes.holders();
        Some(ReasonKey::RoleNotAllowed.with(&slots, None))
    }
}

/// Body of `POST /reports/{r}/fix-workflow`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StartFix {
    /// The account that the page looks at; the start is refused when it does not own the project.
    pub account_id: AccountId,
    /// The selected findings, 1 to 50.
    pub finding_ids: Vec<FindingId>,
    /// How to deliver.
    pub delivery_mode: DeliveryMode,
    /// The cost that the person saw; another cost now is refused and nothing is reserved (I-29).
    pub expected_cost: i64,
}

/// Answer to a start: the task and the balance after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StartedFix {
    /// The task.
    pub fix_task: FixTaskRow,
    /// The payer's fix balance after the hold.
    pub balance: crate::credits::Balance,
}

/// Body of `POST /fix-tasks/{f}/cancel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CancelFix {
    /// The account that the page looks at; the cancellation is refused when it does not own the project.
    pub account_id: AccountId,
}

/// Answer to a cancellation: the task and the balance after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CancelledFix {
    /// The task.
    pub fix_task: FixTaskRow,
    /// The payer's fix balance after the credits came back.
    pub balance: crate::credits::Balance,
}
