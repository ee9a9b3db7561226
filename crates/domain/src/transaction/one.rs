//! One transaction as a whole: what happened to it in the order in which it did, what it brought, and what that was used for.

use super::refund::{RefundOffer, RefundRequest};
use super::service_credit::ServiceCredits;
use super::uses::{CreditUse, PaidCredits};
use super::{AdjustmentRow, Money, TransactionRow};
use crate::account::AccountRef;
use crate::adjustment::{AdjustmentAction, AdjustmentStatus};
use crate::keyed;
use crate::role::Role;
use crate::second_plan::SecondPlan;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// What happened to a transaction.
    pub enum MomentKind {
        Opened = "checkout_opened", "Checkout opened";
        HandedIn = "handed_in", "Payment handed in";
        Billed = "billed", "Billed";
        Failed = "payment_failed", "Payment declined";
        PastDue = "past_due", "Past due";
        Paid = "paid", "Reported as paid";
        Confirmed = "confirmed", "Confirmed";
        Cancelled = "cancelled", "Cancelled";
        RefundAsked = "refund_asked", "Refund asked for";
        RefundRefused = "refund_refused", "Refund not taken by Paddle";
        ServiceCredit = "service_credit", "Service credit";
        Adjusted = "adjusted", "Adjustment";
        Credits = "credits", "Credits";
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Moment {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: MomentKind,
    /// What people read: "Refund in review".
    pub label: String,
    /// What belongs to it: money, credits, an invoice number, a reason.
    pub detail: String,
    /// Who or what did it.
    pub actor: String,
}

/// What an adjustment was when it was made and, if it is another by now, what became of it.
pub fn moments_of(adjustment: &AdjustmentRow) -> Vec<Moment> {
    let told = |at, status: AdjustmentStatus| Moment {
        at,
        kind: MomentKind::Adjusted,
        label: match (adjustment.action, status) {
            // Only these are decided on; everything else is so when it is told.
            (AdjustmentAction::Refund, _) | (_, AdjustmentStatus::Reversed) => {
                let state = status.label().to_ascii_lowercase();
                adjustment.action.label().to_owned() + ": " + &state
            }
            (action, _) => action.label().to_owned(),
        },
        detail: match adjustment.reason.as_str() {
            "" => adjustment.amount.label(),
            reason => adjustment.amount.label() + ", " + reason,
        },
        actor: "Paddle".to_owned(),
    };
    let first = match (adjustment.action, adjustment.status) {
        (AdjustmentAction::Refund, _) => AdjustmentStatus::PendingApproval,
        (_, AdjustmentStatus::Reversed) => AdjustmentStatus::Approved,
        (_, status) => status,
    };
    let changed = adjustment.updated_at > adjustment.created_at && first != adjustment.status;
    if changed {
        vec![
            told(adjustment.created_at, first),
            told(adjustment.updated_at, adjustment.status),
        ]
    } else {
        vec![told(adjustment.created_at, adjustment.status)]
    }
}

/// One transaction with everything about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TransactionView {
    /// Whose.
    pub account: AccountRef,
    /// Where invoices go.
    pub billing_email: String,
    /// This person's role.
    pub role: Role,
    /// The transaction.
    pub transaction: TransactionRow,
    /// That the account had a plan already, when this payment began a second one.
    pub second_plan: Option<SecondPlan>,
    /// What happened, oldest first.
    pub timeline: Vec<Moment>,
    /// What it brought.
    pub credits: Vec<PaidCredits>,
    /// What that was used for, oldest first.
    pub uses: Vec<CreditUse>,
    /// Refunds that were asked for from here, oldest first.
    pub requests: Vec<RefundRequest>,
    /// Whether a refund can be asked for.
    pub refund: RefundOffer,
    /// Service credits: what can be asked for, and what was.
    pub service_credits: ServiceCredits,
    /// Why the evidence for a dispute is not for this person; `None` when it is.
    pub evidence_unavailable: Option<String>,
}

impl Money {
    /// A sum in minor units.
    pub fn of(amount: i64, currency_code: &str) -> Self {
        Self {
            amount: amount.to_string(),
            currency_code: currency_code.to_owned(),
        }
    }

    /// The sum in minor units; `None` when it does not read as one.
    pub fn minor(&self) -> Option<i64> {
        self.amount.parse().ok()
    }

    /// Reads what a person types in the currency's main unit: "49", "49.5", "49,50". `None` when it is no such sum.
    pub fn typed(text: &str, currency_code: &str) -> Option<i64> {
        let text = text.trim().replace(',', ".");
        let (whole, cents) = text.split_once('.').unwrap_or((text.as_str(), ""));
        let places: usize = if super::WHOLE.contains(&currency_code) {
            0
        } else {
            2
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(cents) || cents.len() > places {
            return None;
        }
        format!("{whole}{cents:0<places$}").parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adjustment_is_told_when_it_was_made_and_when_it_was_decided() {
        use AdjustmentAction::{Chargeback, Refund};
        use AdjustmentStatus::{Approved, PendingApproval, Rejected, Reversed};
        let labels = |action, status, later: i64| {
            let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
            let row = AdjustmentRow {
                adjustment_id: "adj_1".into(),
                action,
                status,
                reason: "Duplicate charge".into(),
                amount: Money::of(100, "USD"),
                created_at: at(0),
                updated_at: at(later),
            };
            let moments = moments_of(&row).into_iter();
            moments.map(|one| one.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(Refund, PendingApproval, 0), ["Refund: in review"]);
        assert_eq!(
            labels(Refund, Approved, 9),
            ["Refund: in review", "Refund: approved"]
        );
        assert_eq!(
            labels(Refund, Rejected, 9),
            ["Refund: in review", "Refund: rejected"]
        );
        assert_eq!(labels(Refund, Approved, 0), ["Refund: approved"]);
        assert_eq!(labels(Chargeback, Approved, 5), ["Chargeback"]);
        assert_eq!(
            labels(Chargeback, Reversed, 5),
            ["Chargeback", "Chargeback: reversed"]
        );
    }

    #[test]
    fn sums_are_read_as_people_type_them() {
        for (text, currency, minor) in [
            ("49", "USD", Some(4900)),
            (" 49.5 ", "USD", Some(4950)),
            ("49,50", "EUR", Some(4950)),
            ("0.05", "USD", Some(5)),
            ("500", "JPY", Some(500)),
            ("5.0", "JPY", None),
            ("1.234", "USD", None),
            ("1,234.50", "USD", None),
            ("-5", "USD", None),
            ("", "USD", None),
            (".5", "USD", None),
            ("99999999999999999999", "USD", None),
        ] {
            assert_eq!(Money::typed(text, currency), minor, "{text} {currency}");
        }
    }
}
