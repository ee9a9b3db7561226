//! Accounts: their kinds, plans and the states that billing reports of them.

use crate::id::AccountId;
use crate::keyed;
use serde::{Deserialize, Serialize};

keyed! {
    /// What kind of workspace an account is (docs/product.md#kinds-of-account).
    pub enum AccountType {
        Owner = "owner", "Owned account";
        Agency = "agency", "Agency account";
        Client = "client", "Client account";
    }
}

keyed! {
    /// A plan of the ladder, lowest first (docs/product.md#plans).
    pub enum PackageKey {
        FreeSnapshot = "free_snapshot", "Free Snapshot";
        ScanPlan = "scan_plan", "Scan Plan";
        MonitorPlan = "monitor_plan", "Monitor Plan";
        FixPlan = "fix_plan", "Fix Plan";
        AgencyPlan = "agency_plan", "Agency Plan";
    }
}

impl PackageKey {
    /// Whether the plan includes recurring monitoring (docs/product.md#monitoring).
    pub const fn includes_monitoring(self) -> bool {
        matches!(self, Self::MonitorPlan | Self::FixPlan | Self::AgencyPlan)
    }

    /// Whether the plan includes remediation tasks and retests (S0-20).
    pub const fn includes_fixes(self) -> bool {
        matches!(self, Self::FixPlan | Self::AgencyPlan)
    }

    /// Whether the plan includes private scans.
    pub const fn includes_scans(self) -> bool {
        !matches!(self, Self::FreeSnapshot)
    }
}

keyed! {
    /// Whether billing lets paid work start.
    pub enum BillingState {
        Active = "active", "Active";
        PaymentPending = "payment_pending", "Payment pending";
        PastDue = "past_due", "Past due";
        Blocked = "blocked", "Blocked";
        Closed = "closed", "Closed";
    }
}

keyed! {
    /// The state of the subscription as its badge says it (docs/states.md#subscription).
    pub enum SubscriptionStatus {
        None = "none", "No subscription";
        Active = "active", "Active";
        Trialing = "trialing", "Approved trial";
        CancellationScheduled = "cancellation_scheduled", "Cancellation scheduled";
        PastDue = "past_due", "Past due";
        Paused = "paused", "Paused";
        Cancelled = "cancelled", "Cancelled";
    }
}

impl SubscriptionStatus {
    /// Whether there is a subscription that gives a plan now; a paused one gives none.
    pub const fn runs(self) -> bool {
        !matches!(self, Self::None | Self::Paused | Self::Cancelled)
    }
}

keyed! {
    /// The state of the latest payment (docs/states.md#checkout, I-27).
    pub enum PaymentStatus {
        NotRequired = "not_required", "Not required";
        Pending = "pending", "Payment confirmation pending";
        Confirmed = "confirmed", "Confirmed";
        Failed = "failed", "Failed";
    }
}

keyed! {
    /// Whether the plan is in force (docs/states.md#entitlement).
    pub enum EntitlementStatus {
        Active = "active", "Active";
        Pending = "pending", "Pending";
        Missing = "missing", "No plan";
        Blocked = "blocked", "Blocked";
    }
}

keyed! {
    /// Whether recurring monitoring is covered.
    pub enum MonitoringStatus {
        Active = "active", "Included";
        Inactive = "inactive", "Not in this plan";
    }
}

/// Whether the work of a project can be done from an account: its owner and its payer are both the right place to stand,
/// every other account is the wrong one (S1-34, docs/product.md#agencies-and-clients).
pub fn is_at_home(viewing: &AccountId, owner: &AccountId, payer: &AccountId) -> bool {
    viewing == owner || viewing == payer
}

/// An account by id and name, as it is shown beside a cost or a switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountRef {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
}
