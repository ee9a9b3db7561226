//! A subscription as a finance reviewer reads it.

use crate::account::SubscriptionStatus;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SubscriptionRow {
    /// The provider's id.
    pub subscription_id: String,
    /// The plan's name.
    pub plan: String,
    /// Its state.
    pub status: SubscriptionStatus,
    /// When the period that is paid began.
    pub period_start: Option<DateTime<Utc>>,
    /// When it ends.
    pub period_end: Option<DateTime<Utc>>,
}
