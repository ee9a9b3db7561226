//! What the event stream says: enough to know that something changed, never a figure to show by itself.

use crate::checkout::CheckoutState;
use crate::id::CheckoutId;
use serde::{Deserialize, Serialize};

/// One message of `GET /accounts/{a}/events`. The SSE event name is the `type`; `ledger` messages carry the ledger
/// number as SSE id, so that a stream resumes without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum LiveEvent {
    /// First message of a stream: how far the ledger is.
    Snapshot {
        /// The number of the newest entry.
        ledger_seq: i64,
    },
    /// An entry was written.
    Ledger(Box<crate::ledger::Entry>),
    /// A checkout session moved.
    Checkout {
        /// Which.
        checkout_session_id: CheckoutId,
        /// To where.
        state: CheckoutState,
    },
    /// Plan, subscription, services or work of the account changed.
    Billing {
        /// Nothing to say but that it did.
        #[serde(default)]
        changed: bool,
    },
}
