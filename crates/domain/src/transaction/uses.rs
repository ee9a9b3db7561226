//! Credits that a payment brought, and the work that took them.

use crate::credits::CreditType;
use crate::keyed;
use crate::ledger::Reference;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Credits of one type that a payment brought, and where they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PaidCredits {
    /// Which credits.
    pub credit_type: CreditType,
    /// What the payment brought.
    pub brought: i64,
    /// Free now.
    pub avail: i64,
    /// Held: by running work, or by a refund in review.
    pub held: i64,
    /// Used by work that was done.
    pub used: i64,
    /// Taken back and not returned.
    pub taken_back: i64,
    /// Expired.
    pub expired: i64,
    /// Owed because the payment was disputed after they were used.
    pub owed: i64,
}

keyed! {
    /// What became of credits that work took.
    pub enum UseState {
        Held = "held", "Running";
        Spent = "spent", "Done";
        Restored = "restored", "Given back";
    }
}

/// Work that took credits of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreditUse {
    /// The work.
    pub reference: Reference,
    /// Which credits.
    pub credit_type: CreditType,
    /// How many of this payment.
    pub amount: i64,
    /// What became of them.
    pub state: UseState,
    /// When they were taken.
    pub began_at: DateTime<Utc>,
    /// When the work ended.
    pub ended_at: Option<DateTime<Utc>>,
}
