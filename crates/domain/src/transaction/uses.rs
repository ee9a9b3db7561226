//! Work that took credits of a payment.

use crate::credits::CreditType;
use crate::keyed;
use crate::ledger::Reference;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
