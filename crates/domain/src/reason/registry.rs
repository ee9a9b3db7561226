//! The rows of the registry: every reason there is, with its code, its words, who clears it and what to do.

use super::{NextKind, ReasonCode, WorkflowOwner};
use crate::guide::Guide;

/// One entry of the registry. Slots in the sentence stand in braces: `{need} {have} {payer} {owner} {plan} {unit} {detail}`.
#[derive(Debug)]
pub struct Spec {
    /// Which reason.
    pub key: ReasonKey,
    /// Its code.
    pub code: ReasonCode,
    /// Its exact label, the same wherever it is shown.
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
    ($($(#[$meta:meta])* $key:ident {
        code: $code:ident,
        label: $label:literal,
        sentence: $sentence:literal,
        owner: $owner:ident,
        next: $next:ident,
        clears_when: $clears_when:literal,
        guide: $guide:ident,
        means: $means:literal,
    })+) => {
        /// A reason of the registry.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ReasonKey { $($(#[$meta])* #[doc = $label] $key),+ }

        /// Every reason, in the order in which gates look at them.
        pub const REGISTRY: &[Spec] = &[$(Spec {
            key: ReasonKey::$key,
            code: ReasonCode::$code,
            label: $label,
            sentence: $sentence,
            owner: WorkflowOwner::$owner,
            next: NextKind::$next,
            clears_when: $clears_when,
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
    WrongAccount {
        code: WrongAccount,
        label: "Wrong account",
        sentence: "This belongs to {owner}. Switch to that account to go on.",
        owner: Account,
        next: SwitchAccount,
        clears_when: "you switch to that account",
        guide: EntitlementsAndServices,
        means: "Another account owns the project, report, subscription, agency allowance or credits.",
    }
    RoleNotAllowed {
        code: RoleNotAllowed,
        label: "Your role is read-only here",
        sentence: "Your role in {owner} is {detail}. Ask {unit} to do this.",
        owner: Account,
        next: AskOwner,
        clears_when: "your role changes",
        guide: ResolveBlocked,
        means: "The role in this account may read this, and may not start it.",
    }
    RolePays {
        code: RoleNotAllowed,
        label: "Your role pays, and does not run work",
        sentence: "Your role in {owner} is {detail}: it may buy credits and plans and ask for refunds. Ask {unit} to start the work.",
        owner: Account,
        next: OpenBilling,
        clears_when: "your role changes",
        guide: ResolveBlocked,
        means: "A billing manager buys, cancels and asks for refunds. Scans, services and fix work are started by an owner or admin.",
    }
    UnsupportedTarget {
        code: UnsupportedTarget,
        label: "Unsupported target",
        sentence: "This target cannot be scanned: {detail}. Nothing is reserved or spent, and buying credits would not help.",
        owner: Project,
        next: OpenProject,
        clears_when: "the target changes",
        guide: RunFirstLiveAudit,
        means: "The site cannot be scanned. It stops before the scan, so no credit is reserved or spent.",
    }
    SetupMissing {
        code: ProjectServiceBlocked,
        label: "Project setup comes first",
        sentence: "The project is not set up yet. Buying credits would not help before that.",
        owner: Project,
        next: OpenProject,
        clears_when: "the project is set up",
        guide: ActivationScans,
        means: "The project itself is not set up yet.",
    }
    ScopeNotAccepted {
        code: ProjectServiceBlocked,
        label: "Scope acceptance required",
        sentence: "The scan scope is not accepted yet. Buying credits would not help before that.",
        owner: Project,
        next: AcceptScope,
        clears_when: "the scope is accepted",
        guide: ActivationScans,
        means: "Nobody has accepted the pages that a scan may open.",
    }
    DomainNotVerified {
        code: ProjectServiceBlocked,
        label: "Domain authorization required",
        sentence: "The domain is not verified yet. Buying credits would not help before that.",
        owner: Project,
        next: VerifyDomain,
        clears_when: "the domain is verified",
        guide: ActivationScans,
        means: "It is not proven yet that the domain belongs to this account.",
    }
    BaselineMissing {
        code: ProjectServiceBlocked,
        label: "Baseline report required",
        sentence: "Monitoring compares with a baseline report, and this project has none yet. Run a scan first.",
        owner: Project,
        next: OpenProject,
        clears_when: "a baseline report exists",
        guide: MonitoringPlans,
        means: "Monitoring compares with an earlier report, and there is none yet.",
    }
    ReportNotPublished {
        code: ReportPublicationBlocked,
        label: "Report is not published",
        sentence: "Fix work starts from a published report, and this one is {detail}. Nothing to buy: credits would not help.",
        owner: Report,
        next: ReadGates,
        clears_when: "the report is published",
        guide: AutomatedFixCredits,
        means: "Fix work starts from a published report only.",
    }
    GatesNotPassed {
        code: ReportPublicationBlocked,
        label: "Quality gates not passed",
        sentence: "Not all quality gates have passed: {detail}. Nothing to buy: credits never bypass a gate.",
        owner: Report,
        next: ReadGates,
        clears_when: "all gates have passed",
        guide: AutomatedFixCredits,
        means: "A quality gate of the report is still open. Credits never bypass a gate.",
    }
    NoEligibleFinding {
        code: NoEligibleFindingSelected,
        label: "No eligible finding selected",
        sentence: "No finding in this report can become fix work. Nothing to buy: use the report's remediation guidance.",
        owner: Report,
        next: ReadGuidance,
        clears_when: "a finding becomes eligible",
        guide: TicketOnlyFallback,
        means: "No finding of the report can become fix work. There is nothing to buy.",
    }
    NoFindingSelected {
        code: NoEligibleFindingSelected,
        label: "No eligible finding selected",
        sentence: "Choose at least one supported finding in the report to see what it costs.",
        owner: Report,
        next: SelectFinding,
        clears_when: "you select a supported finding",
        guide: AutomatedFixCredits,
        means: "Nothing that can be fixed is selected in the report.",
    }
    ConnectedAccessUnavailable {
        code: ProviderAccessRequired,
        label: "Connected access unavailable",
        sentence: "There is no safe access for this delivery mode: {detail}. Buying credits would not help.",
        owner: Report,
        next: TicketOnly,
        clears_when: "access is connected or another mode is chosen",
        guide: TicketOnlyFallback,
        means: "There is no safe access to the site for the chosen delivery mode.",
    }
    ServiceNotEnabled {
        code: ProjectServiceBlocked,
        label: "Project service blocked",
        sentence: "{unit} is not enabled for this project.",
        owner: Project,
        next: EnableService,
        clears_when: "the service is enabled",
        guide: EntitlementsAndServices,
        means: "The service of the project was never enabled.",
    }
    ServicePaused {
        code: ProjectServiceBlocked,
        label: "Project service blocked",
        sentence: "{unit} is paused for this project.",
        owner: Project,
        next: ResumeService,
        clears_when: "the service is resumed",
        guide: EntitlementsAndServices,
        means: "The service of the project is paused.",
    }
    ScanInProgress {
        code: WorkInProgress,
        label: "A scan is already under way",
        sentence: "A scan of this project is already {detail}. Another can start when it has ended.",
        owner: Project,
        next: FollowWork,
        clears_when: "the running scan ends",
        guide: RunFirstLiveAudit,
        means: "A scan of this project is queued or running. A project has one scan at a time.",
    }
    BillingBlocked {
        code: BillingStateBlocked,
        label: "Billing blocked",
        sentence: "Billing is blocked for {payer}: {detail}. Running work goes on; no paid work starts before that.",
        owner: Billing,
        next: ResolveBilling,
        clears_when: "the billing state is active",
        guide: PlansAndCreditState,
        means: "A payment of the paying account was disputed after its credits were used, or the account is closed. No paid work starts until what is owed is granted or the dispute is won.",
    }
    PastDue {
        code: SubscriptionPastDue,
        label: "Subscription past due",
        sentence: "The subscription of {payer} is past due. Its {have} stay untouched; no paid work starts until the payment is recovered.",
        owner: Billing,
        next: ResolveBilling,
        clears_when: "the subscription is active again",
        guide: InvoicesAndReceipts,
        means: "A payment for the subscription failed. No paid work starts until it is recovered; credits stay as they are.",
    }
    InvoiceUnresolved {
        code: BillingStateBlocked,
        label: "Invoice unresolved",
        sentence: "{payer} has an invoice that was not paid in time{detail}. Its {have} stay untouched; no paid work starts until the invoice is paid or cancelled.",
        owner: Billing,
        next: ResolveBilling,
        clears_when: "the invoice is paid or cancelled",
        guide: InvoicesAndReceipts,
        means: "An invoice of the paying account is past its due date. No paid work starts until it is paid or cancelled; credits stay as they are.",
    }
    PaymentPending {
        code: CheckoutPaymentPending,
        label: "Payment confirmation pending",
        sentence: "{payer} has a payment that is not confirmed yet. Do not pay again: this opens by itself when the payment is confirmed.",
        owner: Provider,
        next: WaitForPayment,
        clears_when: "the provider confirms the payment",
        guide: PlansAndCreditState,
        means: "A payment was handed in or is reported as paid, and the payment provider has not confirmed it. Nothing is granted before that.",
    }
    ScanPlanChange {
        code: PlanChangeRequired,
        label: "Plan does not include this scan",
        sentence: "This scan covers {need} pages; {plan} of {payer} allows {have}. Choose a larger plan or accept a smaller scope.",
        owner: Billing,
        next: ChoosePlan,
        clears_when: "the plan or the scope changes",
        guide: ScanCredits,
        means: "The accepted scope has more pages than the plan allows in one scan, and a larger plan can be bought.",
    }
    ScanPlanNeeded {
        code: PackageEntitlementMissing,
        label: "Plan does not include this scan",
        sentence: "This scan covers {need} pages; {plan} of {payer} allows {have}. Choose a plan that allows it or accept a smaller scope.",
        owner: Billing,
        next: ChoosePlan,
        clears_when: "the plan or the scope changes",
        guide: ScanCredits,
        means: "The accepted scope has more pages than this account may scan without a larger plan.",
    }
    ScanPlanMissing {
        code: PackageEntitlementMissing,
        label: "Plan does not include this scan",
        sentence: "This scan covers {need} pages; {plan} of {payer} allows {have}. No larger plan can be bought now: accept a smaller scope.",
        owner: Project,
        next: OpenProject,
        clears_when: "the plan or the scope changes",
        guide: ScanCredits,
        means: "The accepted scope has more pages than the plan allows in one scan, and no larger plan can be bought now.",
    }
    MonitoringMissing {
        code: MonitoringEntitlementMissing,
        label: "Monitoring not in this plan",
        sentence: "{plan} of {payer} does not include monitoring. Monitor Plan is the first that does.",
        owner: Billing,
        next: ChoosePlan,
        clears_when: "monitoring is active",
        guide: MonitoringPlans,
        means: "Recurring monitoring is not active for this project or plan.",
    }
    FixPlanMissing {
        code: PackageEntitlementMissing,
        label: "Automated fix credit required",
        sentence: "{plan} of {payer} does not include fix work: {need} needed, {have} available. Fix Plan is the first plan that includes it.",
        owner: Billing,
        next: ChoosePlan,
        clears_when: "a plan with fix work is confirmed",
        guide: AutomatedFixCredits,
        means: "The plan does not include fix work, and the account has no fix credits that would cover it.",
    }
    FixPlanChange {
        code: PlanChangeRequired,
        label: "Automated fix credit required",
        sentence: "{plan} of {payer} does not include fix work: {need} needed, {have} available. Change to a plan that includes it.",
        owner: Billing,
        next: ChoosePlan,
        clears_when: "a plan with fix work is confirmed",
        guide: AutomatedFixCredits,
        means: "The plan does not include fix work, and the subscription can be changed to one that does.",
    }
    FixPlanUnavailable {
        code: PackageEntitlementMissing,
        label: "Fix Plan unavailable",
        sentence: "{plan} of {payer} does not include fix work: {need} needed, {have} available. Fix Plan cannot be bought now; Billing says why. Ticket-only work needs no credits.",
        owner: Billing,
        next: TicketOnly,
        clears_when: "Fix Plan can be bought",
        guide: TicketOnlyFallback,
        means: "The plan does not include fix work, and no plan that does can be bought now.",
    }
    FixWorkMissing {
        code: PackageEntitlementMissing,
        label: "Plan does not include fix work",
        sentence: "{plan} of {payer} does not include fix work. Fix Plan is the first plan that includes it.",
        owner: Billing,
        next: ChoosePlan,
        clears_when: "a plan with fix work is confirmed",
        guide: AutomatedFixCredits,
        means: "The plan does not include fix work.",
    }
    ScanCreditRequired {
        code: PackageEntitlementMissing,
        label: "Scan credit required",
        sentence: "{payer} has no scan coverage yet: {need} needed, {have} available.",
        owner: Billing,
        next: TopUp,
        clears_when: "a scan credit is confirmed",
        guide: ScanCredits,
        means: "The account has no available scan credit, no active subscription and no approved trial.",
    }
    ScanCreditExhausted {
        code: CreditBalanceExhausted,
        label: "Scan credit exhausted",
        sentence: "{payer} has used up its scan credits: {need} needed, {have} available, {detail}.",
        owner: Billing,
        next: TopUp,
        clears_when: "a scan credit is granted or restored",
        guide: ScanCredits,
        means: "No scan credits are available after reservations and spent credits.",
    }
    FixCreditRequired {
        code: CreditBalanceExhausted,
        label: "Automated fix credit required",
        sentence: "{payer} has too few automated fix credits: {need} needed, {have} available, {detail}.",
        owner: Billing,
        next: TopUp,
        clears_when: "enough fix credits are confirmed",
        guide: AutomatedFixCredits,
        means: "Fewer automated fix credits are available than the selected work costs.",
    }
    FixCreditExhausted {
        code: CreditBalanceExhausted,
        label: "Automated fix credit exhausted",
        sentence: "{payer} has no automated fix credits left: {need} needed, {have} available, {detail}.",
        owner: Billing,
        next: TopUp,
        clears_when: "fix credits are granted or restored",
        guide: AutomatedFixCredits,
        means: "No automated fix credits are available after reservations and spent credits.",
    }
    AiExhausted {
        code: AiCreditLimitReached,
        label: "AI credit limit reached",
        sentence: "{payer} has used up its AI credits. AI work waits for renewal; everything else works without AI.",
        owner: Billing,
        next: WaitForRenewal,
        clears_when: "AI credits renew",
        guide: PlansAndCreditState,
        means: "AI-assisted drafting, triage or review waits for `ai_credit_balance`, or is done without AI.",
    }
}
