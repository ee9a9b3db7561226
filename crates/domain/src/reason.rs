//! The registry of reasons: nothing in the product is ever refused or disabled without one of these.

use crate::guide::Guide;
use crate::keyed;
use crate::link::Link;
use serde::{Deserialize, Serialize};

keyed! {
    /// The machine-readable code of a reason (domain.md E1 to E3).
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
    /// Who can clear a block (domain.md E4 `workflow_owner`).
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
        ResolveBilling = "resolve_billing", "Open Billing";
        WaitForPayment = "wait_for_payment", "Wait for payment confirmation";
        TopUp = "top_up", "Top up credits";
        ChoosePlan = "choose_plan", "Compare plans";
        WaitForRenewal = "wait_for_renewal", "Wait for renewal";
    }
}

/// One entry of the registry. Slots in the sentence stand in braces: `{need} {have} {payer} {owner} {plan} {unit} {detail}`.
#[derive(Debug)]
pub struct Spec {
    /// Which reason.
    pub key: ReasonKey,
    /// Its code.
    pub code: ReasonCode,
    /// The exact label of the seeds, or ours where they have none.
    pub label: &'static str,
    /// The sentence with its slots.
    pub sentence: &'static str,
    /// Who clears it.
    pub owner: WorkflowOwner,
    /// The one next step.
    pub next: NextKind,
    /// What ends it.
    pub clears_when: &'static str,
    /// Where more is said about it.
    pub guide: Guide,
}

macro_rules! registry {
    ($($(#[$meta:meta])* $key:ident: $code:ident, $label:literal, $owner:ident, $next:ident, $sentence:literal, $clears:literal, $guide:ident, $means:literal;)+) => {
        /// A reason of the registry.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ReasonKey { $($(#[$meta])* #[doc = $label] $key),+ }

        /// Every reason, in the order in which gates look at them.
        pub const REGISTRY: &[Spec] = &[$(Spec {
            key: ReasonKey::$key, code: ReasonCode::$code, label: $label, sentence: $sentence,
            owner: WorkflowOwner::$owner, next: NextKind::$next, clears_when: $clears,
            guide: Guide::$guide,
        }),+];

        impl ReasonKey {
            /// The entry of the registry.
            pub const fn spec(self) -> &'static Spec {
                &REGISTRY[self as usize]
            }

            /// What it means in general, for guides. Apart from [`Spec`], so that the browser app does not carry it.
            pub const fn means(self) -> &'static str {
                match self { $(Self::$key => $means),+ }
            }
        }
    };
}

registry! {
    WrongAccount: WrongAccount, "Wrong account", Account, SwitchAccount,
        "This belongs to {owner}. Switch to that account to go on.", "you switch to that account",
        EntitlementsAndServices, "Another account owns the project, report, subscription, agency allowance or credits.";
    RoleNotAllowed: RoleNotAllowed, "Your role is read-only here", Account, AskOwner,
        "Your role in {owner} is {detail}. Ask {unit} to do this.", "your role changes",
        ResolveBlocked, "The role in this account may read this, and may not start it.";
    UnsupportedTarget: UnsupportedTarget, "Unsupported target", Project, OpenProject,
        "This target cannot be scanned: {detail}. Nothing is reserved or spent, and buying credits would not help.", "the target changes",
        RunFirstLiveAudit, "The site cannot be scanned. It stops before the scan, so no credit is reserved or spent.";
    SetupMissing: ProjectServiceBlocked, "Project setup comes first", Project, OpenProject,
        "The project is not set up yet. Buying credits would not help before that.", "the project is set up",
        ActivationScans, "The project itself is not set up yet.";
    ScopeNotAccepted: ProjectServiceBlocked, "Scope acceptance required", Project, AcceptScope,
        "The scan scope is not accepted yet. Buying credits would not help before that.", "the scope is accepted",
        ActivationScans, "Nobody has accepted the pages that a scan may open.";
    DomainNotVerified: ProjectServiceBlocked, "Domain authorization required", Project, VerifyDomain,
        "The domain is not verified yet. Buying credits would not help before that.", "the domain is verified",
        ActivationScans, "It is not proven yet that the domain belongs to this account.";
    BaselineMissing: ProjectServiceBlocked, "Baseline report required", Project, OpenProject,
        "Monitoring compares with a baseline report, and this project has none yet. Run a scan first.", "a baseline report exists",
        MonitoringPlans, "Monitoring compares with an earlier report, and there is none yet.";
    ReportNotPublished: ReportPublicationBlocked, "Report is not published", Report, ReadGates,
        "Fix work starts from a published report, and this one is {detail}. Nothing to buy: credits would not help.", "the report is published",
        AutomatedFixCredits, "Fix work starts from a published report only.";
    GatesNotPassed: ReportPublicationBlocked, "Quality gates not passed", Report, ReadGates,
        "Not all quality gates have passed: {detail}. Nothing to buy: credits never bypass a gate.", "all gates have passed",
        AutomatedFixCredits, "A quality gate of the report is still open. Credits never bypass a gate.";
    NoEligibleFinding: NoEligibleFindingSelected, "No eligible finding selected", Report, ReadGuidance,
        "No finding in this report can become fix work. Nothing to buy: use the report's remediation guidance.", "a finding becomes eligible",
        TicketOnlyFallback, "No finding of the report can become fix work. There is nothing to buy.";
    NoFindingSelected: NoEligibleFindingSelected, "No eligible finding selected", Report, SelectFinding,
        "Choose at least one supported finding in the report to see what it costs.", "you select a supported finding",
        AutomatedFixCredits, "Nothing that can be fixed is selected in the report.";
    ConnectedAccessUnavailable: ProviderAccessRequired, "Connected access unavailable", Report, TicketOnly,
        "There is no safe access for this delivery mode: {detail}. Buying credits would not help.", "access is connected or another mode is chosen",
        TicketOnlyFallback, "There is no safe access to the site for the chosen delivery mode.";
    ServiceNotEnabled: ProjectServiceBlocked, "Project service blocked", Project, EnableService,
        "{unit} is not enabled for this project.", "the service is enabled",
        EntitlementsAndServices, "The service of the project was never enabled.";
    ServicePaused: ProjectServiceBlocked, "Project service blocked", Project, ResumeService,
        "{unit} is paused for this project.", "the service is resumed",
        EntitlementsAndServices, "The service of the project is paused.";
    ScanInProgress: WorkInProgress, "A scan is already under way", Project, FollowWork,
        "A scan of this project is already {detail}. Another can start when it has ended.", "the running scan ends",
        RunFirstLiveAudit, "A scan of this project is queued or running. A project has one scan at a time.";
    BillingBlocked: BillingStateBlocked, "Billing blocked", Billing, ResolveBilling,
        "Billing is blocked for {payer}. Credits stay as they are; no paid work starts until that is resolved.", "the billing state is active",
        PlansAndCreditState, "The billing state of the paying account lets no paid work start. Credits stay as they are.";
    PastDue: SubscriptionPastDue, "Subscription past due", Billing, ResolveBilling,
        "The subscription of {payer} is past due. Its {have} stay untouched; no paid work starts until the payment is recovered.", "the subscription is active again",
        InvoicesAndReceipts, "A payment for the subscription failed. No paid work starts until it is recovered; credits stay as they are.";
    PaymentPending: CheckoutPaymentPending, "Payment confirmation pending", Provider, WaitForPayment,
        "{payer} has a payment that is not confirmed yet. Do not pay again: this opens by itself when the payment is confirmed.", "the provider confirms the payment",
        PlansAndCreditState, "A checkout was started, and the payment provider has not confirmed it. Nothing is granted before that.";
    ScanPlanChange: PlanChangeRequired, "Plan does not include this scan", Billing, ChoosePlan,
        "This scan covers {need} pages; {plan} of {payer} allows {have}. Choose a larger plan or accept a smaller scope.", "the plan or the scope changes",
        ScanCredits, "The accepted scope has more pages than the plan allows in one scan, and a larger plan can be bought.";
    ScanPlanNeeded: PackageEntitlementMissing, "Plan does not include this scan", Billing, ChoosePlan,
        "This scan covers {need} pages; {plan} of {payer} allows {have}. Choose a plan that allows it or accept a smaller scope.", "the plan or the scope changes",
        ScanCredits, "The accepted scope has more pages than this account may scan without a larger plan.";
    ScanPlanMissing: PackageEntitlementMissing, "Plan does not include this scan", Project, OpenProject,
        "This scan covers {need} pages; {plan} of {payer} allows {have}. No larger plan can be bought now: accept a smaller scope.", "the plan or the scope changes",
        ScanCredits, "The accepted scope has more pages than the plan allows in one scan, and no larger plan can be bought now.";
    MonitoringMissing: MonitoringEntitlementMissing, "Monitoring not in this plan", Billing, ChoosePlan,
        "{plan} of {payer} does not include monitoring. Monitor Plan is the first that does.", "monitoring is active",
        MonitoringPlans, "Recurring monitoring is not active for this project or plan.";
    FixPlanMissing: PackageEntitlementMissing, "Automated fix credit required", Billing, ChoosePlan,
        "{plan} of {payer} does not include fix work: {need} needed, {have} available. Fix Plan is the first plan that includes it.", "a plan with fix work is confirmed",
        AutomatedFixCredits, "The plan does not include fix work, and the account has no fix credits that would cover it.";
    FixPlanChange: PlanChangeRequired, "Automated fix credit required", Billing, ChoosePlan,
        "{plan} of {payer} does not include fix work: {need} needed, {have} available. Change to a plan that includes it.", "a plan with fix work is confirmed",
        AutomatedFixCredits, "The plan does not include fix work, and the subscription can be changed to one that does.";
    FixPlanUnavailable: PackageEntitlementMissing, "Fix Plan unavailable", Billing, TicketOnly,
        "{plan} of {payer} does not include fix work: {need} needed, {have} available. Fix Plan cannot be bought now; Billing says why. Ticket-only work needs no credits.", "Fix Plan can be bought",
        TicketOnlyFallback, "The plan does not include fix work, and no plan that does can be bought now.";
    FixWorkMissing: PackageEntitlementMissing, "Plan does not include fix work", Billing, ChoosePlan,
        "{plan} of {payer} does not include fix work. Fix Plan is the first plan that includes it.", "a plan with fix work is confirmed",
        AutomatedFixCredits, "The plan does not include fix work.";
    ScanCreditRequired: PackageEntitlementMissing, "Scan credit required", Billing, TopUp,
        "{payer} has no scan coverage yet: {need} needed, {have} available.", "a scan credit is confirmed",
        ScanCredits, "The account has no available scan credit, no active subscription and no approved trial.";
    ScanCreditExhausted: CreditBalanceExhausted, "Scan credit exhausted", Billing, TopUp,
        "{payer} has used up its scan credits: {need} needed, {have} available, {detail}.", "a scan credit is granted or restored",
        ScanCredits, "No scan credits are available after reservations and spent credits.";
    FixCreditRequired: CreditBalanceExhausted, "Automated fix credit required", Billing, TopUp,
        "{payer} has too few automated fix credits: {need} needed, {have} available, {detail}.", "enough fix credits are confirmed",
        AutomatedFixCredits, "Fewer automated fix credits are available than the selected work costs.";
    FixCreditExhausted: CreditBalanceExhausted, "Automated fix credit exhausted", Billing, TopUp,
        "{payer} has no automated fix credits left: {need} needed, {have} available, {detail}.", "fix credits are granted or restored",
        AutomatedFixCredits, "No automated fix credits are available after reservations and spent credits.";
    AiExhausted: AiCreditLimitReached, "AI credit limit reached", Billing, WaitForRenewal,
        "{payer} has used up its AI credits. AI work waits for renewal; everything else works without AI.", "AI credits renew",
        PlansAndCreditState, "AI-assisted drafting, triage or review waits for `ai_credit_balance`, or is done without AI.";
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
