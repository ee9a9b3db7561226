//! Asking for a payment back: why, how much, who may, and what it takes of the credits (docs/payments.md#asking-for-a-refund).

mod rules;

pub use rules::{drawn_by, effect, items, remaining, sum, unavailable};

use crate::credits::CreditType;
use crate::id::{ProjectId, RefundRequestId};
use crate::keyed;
use crate::project::ServiceKind;
use crate::transaction::{CreditUse, Money};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// Why a payment is asked back.
    pub enum RefundReason {
        DuplicateCharge = "duplicate_charge", "Duplicate charge";
        UnsupportedBeforeDelivery = "unsupported_before_delivery", "Unsupported before delivery";
        QualityGateBlocked = "quality_gate_blocked", "Quality gate blocked";
        PartiallyUndeliverable = "partially_undeliverable", "Partially undeliverable";
    }
}

impl RefundReason {
    /// What it says, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::DuplicateCharge => "The same thing was paid twice.",
            Self::UnsupportedBeforeDelivery => {
                "The target turned out to be unsupported before work began."
            }
            Self::QualityGateBlocked => {
                "Quality gates keep the report from being published, so its work cannot be used."
            }
            Self::PartiallyUndeliverable => {
                "A part of what was paid cannot be delivered; you say how much."
            }
        }
    }

    /// Whether a part of the money is asked back and not everything that remains.
    pub const fn is_partial(self) -> bool {
        matches!(self, Self::PartiallyUndeliverable)
    }
}

keyed! {
    /// How far a request is on its way to the provider; what the provider decides is told of as an adjustment.
    pub enum RequestState {
        Asking = "asking", "On its way to Paddle";
        Asked = "asked", "Handed to Paddle";
        Refused = "refused", "Not taken by Paddle";
    }
}

/// Body of a request for a refund; the same as query asks what it would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
pub struct AskRefund {
    /// Why.
    pub reason: RefundReason,
    /// How much, in minor units: what the person saw. Everything that remains, unless the reason is a part.
    pub amount: i64,
}

/// A request as it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefundRequest {
    /// Its id.
    pub refund_request_id: RefundRequestId,
    /// Why.
    pub reason: RefundReason,
    /// How much.
    pub amount: Money,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// How far it is.
    pub state: RequestState,
    /// The provider's adjustment, once it has one.
    pub adjustment_id: Option<String>,
    /// Why the provider did not take it.
    pub refusal: Option<String>,
}

/// Whether a refund can be asked for, and of how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefundOffer {
    /// What was not taken back yet.
    pub remaining: Money,
    /// Why none can be asked for; `None` when it can.
    pub unavailable: Option<String>,
}

/// What a refund takes of the credits of one type that the payment brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefundEffect {
    /// Which credits.
    pub credit_type: CreditType,
    /// The part of what the payment brought that the money stands for.
    pub claimed: i64,
    /// Of that, free now: kept from being used at once, taken when the refund is approved.
    pub free: i64,
    /// Of that, held by running work: the work goes on, and what it gives back is taken.
    pub held: i64,
    /// Of that, used: stays with you and costs nothing.
    pub used: i64,
    /// Of that, used to pay what was owed: owed again.
    pub owed: i64,
    /// What would be available afterwards.
    pub avail_after: i64,
}

/// A service that draws on credits which the refund takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TouchedService {
    /// The project.
    pub project_id: ProjectId,
    /// Its name.
    pub project_name: String,
    /// Which service.
    pub service: ServiceKind,
    /// What it draws on.
    pub credit_type: CreditType,
    /// What would be left for it.
    pub avail_after: i64,
}

/// What a refund would do, before it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefundPreview {
    /// Why.
    pub reason: RefundReason,
    /// How much money.
    pub amount: Money,
    /// What it takes of each type of credits.
    pub effects: Vec<RefundEffect>,
    /// Running work that holds credits of this payment.
    pub holds: Vec<CreditUse>,
    /// Services that draw on these credits.
    pub services: Vec<TouchedService>,
}

#[cfg(test)]
mod tests;
