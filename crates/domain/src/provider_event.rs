//! Events of the payment provider that fit nothing of ours, for those who run the console (docs/payments.md#how-an-event-is-taken-in).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An event that was put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StrayEvent {
    /// The provider's id of the event.
    pub event_id: String,
    /// What it tells of, such as `transaction.completed`.
    pub event_type: String,
    /// The provider's object that it is about.
    pub entity_id: String,
    /// When it happened, by the provider's clock.
    pub occurred_at: DateTime<Utc>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Why it could not be applied.
    pub reason: String,
}

/// Those that were put aside, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StrayEvents {
    /// The events, at most 200.
    pub items: Vec<StrayEvent>,
}
