//! Money that the provider takes back or returns, and what it does to the credits that the money brought (docs/ledger.md#what-comes-back).
//!
//! Everything is worked out from all adjustments of a payment together, never from the last one alone: the order in
//! which they are told, and how often, makes no difference.

mod claims;
mod settle;

pub use claims::{Adjustment, Claims, Line, claims, live_chargebacks};
pub use settle::{Settlement, Standing, settle};

use crate::keyed;

keyed! {
    /// What an adjustment does to a payment, in the provider's words.
    pub enum AdjustmentAction {
        Refund = "refund", "Refund";
        Credit = "credit", "Credit";
        CreditReverse = "credit_reverse", "Credit taken back";
        Chargeback = "chargeback", "Chargeback";
        ChargebackReverse = "chargeback_reverse", "Chargeback reversed";
        Warning = "chargeback_warning", "Chargeback warning";
        WarningReverse = "chargeback_warning_reverse", "Chargeback warning lifted";
    }
}

keyed! {
    /// How far an adjustment is.
    pub enum AdjustmentStatus {
        PendingApproval = "pending_approval", "In review";
        Approved = "approved", "Approved";
        Rejected = "rejected", "Rejected";
        Reversed = "reversed", "Reversed";
    }
}

impl AdjustmentStatus {
    /// How far along it is: of two reports of one adjustment the one that is further along is the newer.
    pub const fn stage(self) -> i64 {
        match self {
            Self::PendingApproval => 0,
            Self::Approved | Self::Rejected => 1,
            Self::Reversed => 2,
        }
    }
}
