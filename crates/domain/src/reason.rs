//! The registry of reasons: nothing in the product is ever refused or disabled without one of these.

mod registry;

use crate::guide::Guide;
use crate::keyed;
use crate::link::Link;
use serde::{Deserialize, Serialize};

pub use registry::{REGISTRY, ReasonKey, Spec};

keyed! {
    /// The machine-readable code of a reason (docs/gate.md#codes).
    pub enum ReasonCode {
        WrongAccount = "WRONG_ACCOUNT", "The account does not own this";
        RoleNotAllowed = "ROLE_NOT_ALLOWED", "The role does not allow this";
        UnsupportedTarget = "UNSUPPORTED_TARGET", "The target is not supported";
        ProjectServiceBlocked = "PROJECT_SERVICE_BLOCKED", "A project prerequisite is missing";
        ReportPublicationBlocked = "REPORT_PUBLICATION_BLOCKED", "The report is not ready";
        NoEligibleFindingSelected = "NO_ELIGIBLE_FINDING_SELECTED", "No supported finding is selected";
        ProviderAccessRequired = "PROVIDER_ACCESS_REQUIRED", "Safe access is missing";
        WorkInProgress = "WORK_IN_PROGRESS", "The same work is already under way";
        BillingStateBlocked = "BILLING_STATE_BLOCKED", "Billing blocks paid work";
        SubscriptionPastDue = "SUBSCRIPTION_PAST_DUE", "The subscription is past due";
        CheckoutPaymentPending = "CHECKOUT_PAYMENT_PENDING", "A payment is not confirmed yet";
        PlanChangeRequired = "PLAN_CHANGE_REQUIRED", "A plan change is needed first";
        PackageEntitlementMissing = "PACKAGE_ENTITLEMENT_MISSING", "The plan does not include the action";
        MonitoringEntitlementMissing = "MONITORING_ENTITLEMENT_MISSING", "Monitoring is not covered";
        CreditBalanceExhausted = "CREDIT_BALANCE_EXHAUSTED", "There are not enough credits";
        AiCreditLimitReached = "AI_CREDIT_LIMIT_REACHED", "AI credits are used up";
    }
}

keyed! {
    /// Who can clear a block (docs/gate.md#owners).
    pub enum WorkflowOwner {
        Project = "project", "The project";
        Report = "report", "The report";
        FixTask = "fix_task", "The fix task";
        Monitoring = "monitoring", "Monitoring";
        Billing = "billing", "Billing";
        Provider = "provider", "The payment provider";
        Account = "account", "The account";
    }
}

keyed! {
    /// The one thing to do about a reason. Labels are what the control says.
    pub enum NextKind {
        SwitchAccount = "switch_account", "Switch account";
        AskOwner = "ask_owner", "Ask an owner or admin";
        OpenBilling = "open_billing", "Open Billing";
        OpenProject = "open_project", "Open the project";
        AcceptScope = "accept_scope", "Accept scan scope";
        VerifyDomain = "verify_domain", "Verify the domain";
        EnableService = "enable_service", "Enable service";
        ResumeService = "resume_service", "Resume service";
        ReadGates = "read_gates", "Read the quality gates";
        SelectFinding = "select_finding", "Select a finding";
        ReadGuidance = "read_guidance", "Read the remediation guidance";
        TicketOnly = "ticket_only", "Use ticket-only fallback";
        FollowWork = "follow_work", "Follow the running work";
        ResolveBilling = "resolve_billing", "Open transaction history";
        WaitForPayment = "wait_for_payment", "Wait for payment confirmation";
        TopUp = "top_up", "Top up credits";
        ChoosePlan = "choose_plan", "Compare plans";
        WaitForRenewal = "wait_for_renewal", "Wait for renewal";
    }
}

/// The values that fill a sentence; what a sentence does not name is not needed.
#[derive(Clone, Debug, Default)]
pub struct Slots<'a> {
    /// How much is needed, with its unit.
    pub need: String,
    /// How much there is, with its unit.
    pub have: String,
    /// The account that pays.
    pub payer: &'a str,
    /// The account that owns the thing.
    pub owner: &'a str,
    /// The plan.
    pub plan: &'a str,
    /// A service or the people who can act.
    pub unit: &'a str,
    /// What else explains it.
    pub detail: String,
}

/// What to do next about a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NextAction {
    /// What kind of step.
    pub kind: NextKind,
    /// What the control says.
    pub label: String,
    /// Where it leads inside the app; `None` when it is done on this page or by waiting.
    pub href: Option<String>,
}

/// A reason as people and machines get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reason {
    /// For machines.
    pub code: ReasonCode,
    /// The label, letter for letter as in the specification.
    pub label: String,
    /// One sentence with need, have and payer.
    pub message: String,
    /// Who clears it.
    pub owner: WorkflowOwner,
    /// The one next step.
    pub next_action: NextAction,
    /// What ends it.
    pub clears_when: String,
    /// Where more is said about it.
    pub guide: Guide,
}

impl Reason {
    /// Whether too few credits are what is in the way, so that more of them clear it.
    pub fn is_shortage(&self) -> bool {
        self.code == ReasonCode::CreditBalanceExhausted
            || self.label == ReasonKey::ScanCreditRequired.spec().label
    }
}

impl ReasonKey {
    /// The reason with its sentence filled and its next step's address.
    pub fn with(self, slots: &Slots<'_>, link: Option<&Link>) -> Reason {
        let spec = self.spec();
        Reason {
            code: spec.code,
            label: spec.label.to_owned(),
            message: fill(spec.sentence, slots),
            owner: spec.owner,
            next_action: NextAction {
                kind: spec.next,
                label: spec.next.label().to_owned(),
                href: link.map(Link::href),
            },
            clears_when: spec.clears_when.to_owned(),
            guide: spec.guide,
        }
    }
}

fn fill(sentence: &str, slots: &Slots<'_>) -> String {
    let values: [(&str, &str); 7] = [
        ("{need}", &slots.need),
        ("{have}", &slots.have),
        ("{payer}", slots.payer),
        ("{owner}", slots.owner),
        ("{plan}", slots.plan),
        ("{unit}", slots.unit),
        ("{detail}", &slots.detail),
    ];
    // One pass over the sentence, so that a value that looks like a slot is left alone.
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        let (before, tail) = rest.split_at(open);
        out.push_str(before);
        let slot = values.iter().find(|(name, _)| tail.starts_with(name));
        let (text, width) = slot.map_or(("{", 1), |(name, value)| (*value, name.len()));
        out.push_str(text);
        rest = tail.get(width..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_whole_and_in_its_place() {
        for (n, spec) in REGISTRY.iter().enumerate() {
            assert_eq!(spec.key as usize, n, "{}", spec.label);
            assert_eq!(spec.key.spec().label, spec.label);
            assert!(!spec.label.is_empty() && !spec.clears_when.is_empty());
            assert!(spec.sentence.ends_with('.'), "{}", spec.label);
            assert!(spec.key.means().ends_with('.'), "{}", spec.label);
            assert!(!spec.key.means().contains('{'), "{}", spec.label);
            assert_eq!(spec.key.with(&Slots::default(), None).guide, spec.guide);
        }
        for code in ReasonCode::ALL {
            assert!(
                REGISTRY.iter().any(|spec| spec.code == *code),
                "{code} has no reason"
            );
        }
    }

    #[test]
    fn sentences_name_only_slots_that_exist() {
        let slots = Slots {
            need: "N".into(),
            have: "H".into(),
            payer: "P",
            owner: "O",
            plan: "L",
            unit: "U",
            detail: "D".into(),
        };
        for spec in REGISTRY {
            let text = fill(spec.sentence, &slots);
            assert!(!text.contains('{') && !text.contains('}'), "{text}");
        }
    }

    #[test]
    fn a_name_that_looks_like_a_slot_stays_a_name() {
        let slots = Slots {
            owner: "{payer} & Sons",
            payer: "X",
            ..Slots::default()
        };
        let reason = ReasonKey::WrongAccount.with(&slots, None);
        assert!(
            reason.message.contains("{payer} & Sons"),
            "{}",
            reason.message
        );
    }

    #[test]
    fn shortage_always_says_need_and_have() {
        for spec in REGISTRY
            .iter()
            .filter(|spec| spec.code == ReasonCode::CreditBalanceExhausted)
        {
            assert!(
                spec.sentence.contains("{need}")
                    && spec.sentence.contains("{have}")
                    && spec.sentence.contains("{payer}")
            );
        }
    }

    #[test]
    fn the_labels_of_the_seeds_are_letter_for_letter() {
        for label in [
            "Automated fix credit required",
            "Automated fix credit exhausted",
            "No eligible finding selected",
            "Connected access unavailable",
            "Payment confirmation pending",
            "Scan credit required",
            "Scan credit exhausted",
            "Plan does not include this scan",
            "Wrong account",
            "Project service blocked",
        ] {
            assert!(REGISTRY.iter().any(|spec| spec.label == label), "{label}");
        }
    }
}
