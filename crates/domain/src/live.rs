//! What the event stream says: enough to know that something changed, never a figure to show by itself.

use crate::checkout::CheckoutState;
use crate::id::{AccountId, CheckoutId, UserId};
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

/// How many seconds pass at most between two messages of `GET /events`; what is silent for longer is not live.
pub const BEAT_SECONDS: u32 = 10;

/// One message of `GET /events`, the stream of everything that one person may see. The SSE event name is the `type`.
///
/// Messages about a ledger carry as SSE id how far each ledger was told, so that a stream resumes without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PersonEvent {
    /// First message: whose stream it is, and how often it is heard of at least.
    Snapshot {
        /// Whose.
        user_id: UserId,
        /// Seconds between two beats.
        beat_seconds: u32,
    },
    /// Nothing happened, and the stream is alive.
    Beat {
        /// Whose stream it is.
        user_id: UserId,
    },
    /// Something changed in an account.
    Change {
        /// In which.
        account_id: AccountId,
        /// What.
        change: Box<LiveEvent>,
    },
    /// What the person may see, or as whom, changed: ask who is signed in.
    Access {
        /// Whether the sign-in itself is over; the stream ends with it.
        ended: bool,
    },
}

impl PersonEvent {
    /// The SSE event name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Snapshot { .. } => "snapshot",
            Self::Beat { .. } => "beat",
            Self::Change { .. } => "change",
            Self::Access { .. } => "access",
        }
    }
}
