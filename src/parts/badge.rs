//! A state in words; colour and shape only repeat it.

use domain::account::{
    BillingState, EntitlementStatus, MonitoringStatus, PaymentStatus, SubscriptionStatus,
};
use domain::adjustment::AdjustmentStatus;
use domain::catalogue::CardState;
use domain::checkout::CheckoutState;
use domain::credits::EntryKind;
use domain::fix::FixTaskStatus;
use domain::fix::access::AccessStatus;
use domain::fix::pull_request::PullRequestStatus;
use domain::fix::retest::RetestStatus;
use domain::gate::Outcome;
use domain::project::{DomainStatus, ScopeStatus, ServiceBadge, StepBadge};
use domain::reason::{NextKind, Reason};
use domain::report::PublicationStatus;
use domain::scan::{CreditState, ScanStatus};
use domain::transaction::TransactionStatus;
use domain::transaction::service_credit::ServiceCreditState;
use domain::workspace::Standing;
use leptos::prelude::*;

/// How a state feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Usable, done.
    Ok,
    /// On its way, held.
    Hold,
    /// In the way.
    Stop,
    /// Neither.
    Quiet,
}

impl Tone {
    /// Its class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Ok => "badge ok",
            Self::Hold => "badge hold",
            Self::Stop => "badge stop",
            Self::Quiet => "badge quiet",
        }
    }
}

/// Each value has its tone: a new one does not compile before somebody chose.
macro_rules! tones {
    ($($kind:ty { $($($value:ident)|+ => $tone:ident),+ })+) => {$(
        impl From<$kind> for Tone {
            fn from(value: $kind) -> Self {
                match value {
                    $($(<$kind>::$value)|+ => Self::$tone,)+
                }
            }
        }
    )+};
}

tones! {
    AccessStatus { Granted => Ok, Requested => Hold, None | Revoked => Quiet }
    PullRequestStatus { Open => Ok, Creating => Hold, Failed => Stop, None => Quiet }
    SubscriptionStatus { Active | Trialing => Ok, PastDue => Stop, Paused => Hold, None | CancellationScheduled | Cancelled => Quiet }
    BillingState { Active => Ok, PaymentPending => Hold, PastDue | Blocked | Closed => Stop }
    PaymentStatus { Confirmed => Ok, Pending => Hold, NotRequired | Failed => Quiet }
    EntitlementStatus { Active => Ok, Pending => Hold, Missing | Blocked => Quiet }
    MonitoringStatus { Active => Ok, Inactive => Quiet }
    CardState {
        Available => Ok,
        CheckoutOpen | PaymentPending => Hold,
        Current | Included | PlanChange | ProviderIdsPending | Deferred | UnavailableForAccount | UnavailableForProject => Quiet
    }
    CheckoutState {
        Confirmed => Ok,
        Created | Opened | ReturnedPending => Hold,
        Failed | Cancelled | Expired => Quiet
    }
    EntryKind { Grant | Restore | ServiceCredit => Ok, Reserve => Hold, Spend | Refund | Expire => Quiet }
    Outcome { Ready => Ok, Blocked | Stop => Stop }
    ScopeStatus { Accepted => Ok, Selected | Stale => Hold, None => Quiet }
    DomainStatus { Verified => Ok, ChallengeCreated => Hold, Failed => Stop, None => Quiet }
    ServiceBadge { Enabled => Ok, Paused | WaitingOnCoverage => Hold, NotEnabled | Blocked => Quiet }
    StepBadge { Done => Ok, Now => Hold, Waiting | Blocked => Quiet }
    PublicationStatus { Published => Ok, Blocked => Stop, Draft | ReadyForPublish => Quiet }
    ScanStatus { Completed => Ok, Failed => Stop, Queued | Running => Hold, Cancelled => Quiet }
    CreditState { Restored => Ok, Reserved => Hold, Spent | NotNeeded => Quiet }
    RetestStatus { Passed => Ok, Pending | Inconclusive => Hold, Failed => Stop }
    TransactionStatus { Completed => Ok, Billed | Paid => Hold, PastDue => Stop, Canceled => Quiet }
    AdjustmentStatus { Reversed => Ok, PendingApproval => Hold, Approved | Rejected => Quiet }
    Standing { Active => Ok, Pending => Hold, Blocked | PastDue | InvoiceUnresolved => Stop, NothingLeft => Quiet }
    ServiceCreditState { Approved => Ok, Asked => Hold, Rejected => Quiet }
    FixTaskStatus {
        Completed => Ok,
        Created | InProgress | AwaitingCustomer | AwaitingApproval => Hold,
        Cancelled => Quiet
    }
}

impl From<&Reason> for Tone {
    fn from(reason: &Reason) -> Self {
        match reason.next_action.kind {
            // Nothing is wrong: it clears by itself.
            NextKind::WaitForPayment | NextKind::FollowWork | NextKind::WaitForRenewal => {
                Self::Hold
            }
            NextKind::SwitchAccount
            | NextKind::AskOwner
            | NextKind::OpenBilling
            | NextKind::OpenProject
            | NextKind::AcceptScope
            | NextKind::VerifyDomain
            | NextKind::EnableService
            | NextKind::ResumeService
            | NextKind::ReadGates
            | NextKind::SelectFinding
            | NextKind::ReadGuidance
            | NextKind::TicketOnly
            | NextKind::ResolveBilling
            | NextKind::TopUp
            | NextKind::ChoosePlan => Self::Stop,
        }
    }
}

/// A state in words.
#[component]
pub fn Badge(
    /// How it feels.
    #[prop(into)]
    tone: Tone,
    /// The words.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <span class=tone.class()>{label}</span> }
}
