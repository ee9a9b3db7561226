//! A plan that was paid while another one ran: which of the two stays, and what becomes of the other (docs/payments.md#two-plans).

use crate::Timestamp;
use crate::id::TransactionId;
use crate::keyed;
use serde::{Deserialize, Serialize};

/// Who asks for the refund of a second plan, where a person's name would stand.
pub const BY_RULE: &str = "WebRiskOps";

/// A subscription that runs, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The provider's id.
    pub id: String,
    /// Begin of its first period.
    pub at: Timestamp,
}

/// The one that stays: the one that began first, of two at the same moment the one with the smaller id, so that the
/// order in which the provider tells of them makes no difference. All others have to end. `None` when none runs.
pub fn kept(running: &[Started]) -> Option<&Started> {
    running.iter().min_by_key(|one| (one.at, &one.id))
}

keyed! {
    /// How far the payment of a second plan is on its way back.
    pub enum ReturnState {
        Asking = "asking", "Being asked back";
        Asked = "asked", "Asked back";
        NotTaken = "not_taken", "Not taken back by itself";
        Returned = "returned", "Returned";
    }
}

impl ReturnState {
    /// From what remains of the payment in minor units, whether a refund is in review, and whether one was decided on.
    pub const fn of(remaining: i64, in_review: bool, decided: bool) -> Self {
        match (in_review, remaining, decided) {
            (true, _, _) => Self::Asked,
            (false, 0, _) => Self::Returned,
            // Refused when it was asked for, or decided by the provider so that money remains.
            (false, _, true) => Self::NotTaken,
            (false, _, false) => Self::Asking,
        }
    }
}

/// A plan that was paid beside one that ran, as everybody concerned reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SecondPlan {
    /// The payment that is asked back.
    pub transaction_id: TransactionId,
    /// The plan that was paid second.
    pub plan: String,
    /// The plan that stays.
    pub kept_plan: String,
    /// What was paid, with its currency: "49.00 USD".
    pub amount: String,
    /// Whether the provider said that it has ended.
    pub ended: bool,
    /// How far the payment is on its way back.
    pub state: ReturnState,
    /// What happened and what follows, in sentences.
    pub message: String,
}

impl SecondPlan {
    /// Puts it into words.
    pub fn new(
        transaction_id: TransactionId,
        (plan, kept_plan): (&str, &str),
        money: String,
        ended: bool,
        state: ReturnState,
    ) -> Self {
        let end = if ended {
            "has ended at Paddle"
        } else {
            "is being ended at Paddle"
        };
        let back = match state {
            ReturnState::Asking => format!(
                "Its payment of {money} is being asked back by itself. Do not ask for it again."
            ),
            ReturnState::Asked => format!(
                "Its payment of {money} was asked back by itself, and Paddle decides about it. Do not ask for it again."
            ),
            ReturnState::NotTaken => format!(
                "Paddle did not give back all of the {money} that were paid. Ask for the refund from the payment's page."
            ),
            ReturnState::Returned => format!("Its payment of {money} was returned."),
        };
        let message = format!(
            "{plan} was paid while this account had {kept_plan} already. An account has one plan, so the one that began first stays, and the second one {end}. \
             {back} The credits that it brought go back with it; what was used of them costs nothing."
        );
        Self {
            transaction_id,
            plan: plan.to_owned(),
            kept_plan: kept_plan.to_owned(),
            amount: money,
            ended,
            state,
            message,
        }
    }

    /// Whether something about it is still on its way.
    pub fn is_open(&self) -> bool {
        !self.ended || self.state != ReturnState::Returned
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn started(all: &[(u8, i64)]) -> Vec<Started> {
        all.iter()
            .map(|(id, at)| Started {
                id: format!("sub_{id}"),
                at: DateTime::from_timestamp(*at, 0).unwrap_or_default(),
            })
            .collect()
    }

    proptest! {
        #[test]
        fn the_first_one_stays_in_whatever_order_they_are_told(
            mut all in proptest::collection::vec((0_u8..9, 0_i64..5), 1..6), turn in 0_usize..6
        ) {
            let stays = kept(&started(&all)).cloned();
            let by = turn % all.len();
            all.rotate_left(by);
            prop_assert_eq!(kept(&started(&all)).cloned(), stays.clone());
            let first = all.iter().map(|(_, at)| *at).min().unwrap_or_default();
            prop_assert_eq!(stays.map(|one| one.at.timestamp()), Some(first));
        }
    }

    #[test]
    fn none_runs_and_none_stays() {
        assert_eq!(kept(&[]), None);
    }

    #[test]
    fn what_remains_of_the_payment_says_how_far_it_is() {
        assert_eq!(ReturnState::of(4900, false, false), ReturnState::Asking);
        assert_eq!(ReturnState::of(0, true, true), ReturnState::Asked);
        assert_eq!(ReturnState::of(0, false, true), ReturnState::Returned);
        assert_eq!(ReturnState::of(900, false, true), ReturnState::NotTaken);
    }
}
