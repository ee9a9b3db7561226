//! A state in words; colour and shape only repeat it.

use domain::account::{
    BillingState, EntitlementStatus, MonitoringStatus, PaymentStatus, SubscriptionStatus,
};
use domain::catalogue::CardState;
use domain::checkout::CheckoutState;
use domain::credits::EntryKind;
use domain::fix::FixTaskStatus;
use domain::gate::Outcome;
use domain::project::{ServiceBadge, StepBadge};
use domain::reason::{NextKind, Reason};
use domain::report::PublicationStatus;
use domain::scan::{CreditState, ScanStatus};
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

macro_rules! tones {
    ($($kind:ty { $($value:ident)|+ => $tone:ident, else $other:ident $(, $($hold:ident)|+ => $tone2:ident)? })+) => {$(
        impl From<$kind> for Tone {
            fn from(value: $kind) -> Self {
                match value {
                    $(<$kind>::$value)|+ => Self::$tone,
                    $($(<$kind>::$hold)|+ => Self::$tone2,)?
                    #[allow(unreachable_patterns)]
                    _ => Self::$other,
                }
            }
        }
    )+};
}

tones! {
    SubscriptionStatus { Active => Ok, else Quiet, PastDue => Stop }
    BillingState { Active => Ok, else Stop, PaymentPending => Hold }
    PaymentStatus { Confirmed => Ok, else Quiet, Pending => Hold }
    EntitlementStatus { Active => Ok, else Quiet, Pending => Hold }
    MonitoringStatus { Active => Ok, else Quiet }
    CardState { Available => Ok, else Quiet, PaymentPending => Hold }
    CheckoutState { Confirmed => Ok, else Quiet, Created | Opened | ReturnedPending => Hold }
    EntryKind { Grant | Restore | ServiceCredit => Ok, else Quiet, Reserve => Hold }
    Outcome { Ready => Ok, else Stop }
    ServiceBadge { Enabled => Ok, else Quiet, Paused | WaitingOnCoverage => Hold }
    StepBadge { Done => Ok, else Quiet, Now => Hold }
    PublicationStatus { Published => Ok, else Quiet, Blocked => Stop }
    ScanStatus { Completed => Ok, else Hold, Failed => Stop }
    CreditState { Spent | NotNeeded => Quiet, else Hold, Restored => Ok }
    FixTaskStatus { Completed => Ok, else Hold, Cancelled => Quiet }
}

impl From<&Reason> for Tone {
    fn from(reason: &Reason) -> Self {
        match reason.next_action.kind {
            // Nothing is wrong: it clears by itself.
            NextKind::WaitForPayment | NextKind::FollowWork | NextKind::WaitForRenewal => {
                Self::Hold
            }
            _ => Self::Stop,
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
