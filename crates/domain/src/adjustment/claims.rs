//! How many credits of a lot the adjustments of its payment claim: for refunds, for disputes, and for refunds in review.

use super::{AdjustmentAction, AdjustmentStatus};
use crate::Timestamp;

/// An adjustment of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The provider's id.
    pub id: String,
    /// What it does.
    pub action: AdjustmentAction,
    /// How far it is.
    pub status: AdjustmentStatus,
    /// Whether it is for the whole payment, whatever its items say.
    pub full: bool,
    /// Money by line of the payment, in minor units. Lines of tax or proration are left out before.
    pub items: Vec<(String, i64)>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Adjustment {
    fn total(&self) -> i128 {
        self.items.iter().map(|(_, money)| i128::from(*money)).sum()
    }
}

/// A line of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The provider's id of the line.
    pub id: String,
    /// What it cost, in minor units.
    pub total: i64,
}

/// Credits of one lot that are claimed, cumulative over everything that is live. Together at most what the lot brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// By approved refunds.
    pub refunded: i64,
    /// By disputes that are not decided for us.
    pub disputed: i64,
    /// By refunds that wait for approval.
    pub in_review: i64,
}

impl Claims {
    /// What is to be taken; what is in review is only kept from being used.
    pub const fn taken(self) -> i64 {
        self.refunded.saturating_add(self.disputed)
    }
}

/// What adjustments claim of a lot of `credits`, bought with these lines.
///
/// A part is rounded down once, over the sum: three refunds of a third take all.
pub fn claims(credits: i64, lines: &[Line], adjustments: &[Adjustment]) -> Claims {
    let disputes = live_chargebacks(adjustments);
    let refunds = |status: AdjustmentStatus| {
        let refunds = adjustments.iter().filter(move |adjustment| {
            adjustment.action == AdjustmentAction::Refund && adjustment.status == status
        });
        refunds.fold(Part::default(), |part, refund| part.and(refund, lines))
    };
    let refunded = refunds(AdjustmentStatus::Approved);
    let disputed = disputes
        .into_iter()
        .fold(refunded, |part, dispute| part.and(dispute, lines));
    let all = disputed.plus(refunds(AdjustmentStatus::PendingApproval));
    let [refunded, disputed, all] = [refunded, disputed, all].map(|part| part.of(credits, lines));
    Claims {
        refunded,
        disputed: disputed.saturating_sub(refunded),
        in_review: all.saturating_sub(disputed),
    }
}

/// The disputes that are not decided for us. One is over when it is told as reversed or when a reversal of its own is
/// told; both signals may come for the same dispute, and then they count once.
pub fn live_chargebacks(adjustments: &[Adjustment]) -> Vec<&Adjustment> {
    let of = |action: AdjustmentAction| {
        let mut found: Vec<&Adjustment> = adjustments
            .iter()
            .filter(|adjustment| {
                adjustment.action == action && adjustment.status != AdjustmentStatus::Rejected
            })
            .collect();
        found.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        found
    };
    let mut open = of(AdjustmentAction::Chargeback);
    for reversal in of(AdjustmentAction::ChargebackReverse) {
        // The provider does not name the dispute: first one that is told as reversed, then one of the same sum, then
        // the oldest.
        let ended = open.iter().enumerate().min_by_key(|(place, dispute)| {
            (
                dispute.status != AdjustmentStatus::Reversed,
                dispute.total() != reversal.total(),
                *place,
            )
        });
        if let Some(place) = ended.map(|(place, _)| place) {
            open.remove(place);
        }
    }
    open.retain(|dispute| dispute.status != AdjustmentStatus::Reversed);
    open
}

/// A part of what some lines cost.
#[derive(Clone, Copy, Default)]
struct Part {
    money: i128,
    whole: bool,
}

impl Part {
    fn and(self, adjustment: &Adjustment, lines: &[Line]) -> Self {
        let ours = adjustment
            .items
            .iter()
            .filter(|(id, _)| lines.iter().any(|line| line.id == *id));
        let money: i128 = ours.map(|(_, money)| i128::from(*money).max(0)).sum();
        self.plus(Self {
            money,
            whole: adjustment.full,
        })
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            money: self.money.saturating_add(other.money),
            whole: self.whole || other.whole,
        }
    }

    fn of(self, credits: i64, lines: &[Line]) -> i64 {
        let total: i128 = lines.iter().map(|line| i128::from(line.total)).sum();
        if self.whole || (total > 0 && self.money >= total) {
            return credits;
        }
        if total <= 0 {
            return 0;
        }
        let share = i128::from(credits).saturating_mul(self.money) / total;
        i64::try_from(share).unwrap_or(credits).clamp(0, credits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn adjustment(n: usize, action: AdjustmentAction, money: i64) -> Adjustment {
        Adjustment {
            id: format!("adj_{n}"),
            action,
            status: AdjustmentStatus::Approved,
            full: false,
            items: vec![("txnitm_a".into(), money)],
            created_at: DateTime::from_timestamp(i64::try_from(n).unwrap(), 0).unwrap(),
        }
    }

    fn lines(total: i64) -> Vec<Line> {
        vec![Line {
            id: "txnitm_a".into(),
            total,
        }]
    }

    #[test]
    fn parts_are_rounded_down_once_over_their_sum() {
        let thirds = [3333, 3333, 3334].map(|money| adjustment(0, AdjustmentAction::Refund, money));
        let refunded = |n: usize| claims(5, &lines(10_000), &thirds[..n]).refunded;
        assert_eq!([refunded(1), refunded(2), refunded(3)], [1, 3, 5]);
    }

    #[test]
    fn what_is_refunded_of_another_line_is_another_lots() {
        let mut other = adjustment(0, AdjustmentAction::Refund, 10_000);
        other.items[0].0 = "txnitm_b".into();
        assert_eq!(claims(5, &lines(10_000), &[other]), Claims::default());
    }

    #[test]
    fn a_payment_of_nothing_is_claimed_as_a_whole_or_not_at_all() {
        let mut refund = adjustment(0, AdjustmentAction::Refund, 0);
        assert_eq!(claims(5, &lines(0), &[refund.clone()]).refunded, 0);
        refund.full = true;
        assert_eq!(claims(5, &lines(0), &[refund]).refunded, 5);
    }

    #[test]
    fn a_warning_a_credit_and_a_rejected_refund_claim_nothing() {
        use AdjustmentAction::{Credit, CreditReverse, Warning, WarningReverse};
        for action in [Credit, CreditReverse, Warning, WarningReverse] {
            let one = adjustment(0, action, 10_000);
            assert_eq!(
                claims(5, &lines(10_000), &[one]),
                Claims::default(),
                "{action}"
            );
        }
        let mut refund = adjustment(0, AdjustmentAction::Refund, 10_000);
        refund.status = AdjustmentStatus::Rejected;
        assert_eq!(claims(5, &lines(10_000), &[refund]), Claims::default());
    }

    #[test]
    fn a_dispute_that_is_over_by_both_signals_is_over_once() {
        use AdjustmentStatus::{Approved, Reversed};
        let disputed = |status, reversals: usize| {
            let mut all = vec![
                adjustment(1, AdjustmentAction::Chargeback, 4000),
                adjustment(2, AdjustmentAction::Chargeback, 4000),
            ];
            all[0].status = status;
            all.extend(
                (0..reversals)
                    .map(|n| adjustment(5 + n, AdjustmentAction::ChargebackReverse, 4000)),
            );
            claims(10, &lines(10_000), &all).disputed
        };
        assert_eq!(disputed(Approved, 0), 8);
        // By a status, by an adjustment, by both: the other dispute goes on.
        assert_eq!(
            [
                disputed(Reversed, 0),
                disputed(Approved, 1),
                disputed(Reversed, 1)
            ],
            [4; 3]
        );
        assert_eq!([disputed(Reversed, 2), disputed(Approved, 2)], [0; 2]);
    }

    fn any_adjustment()
    -> impl Strategy<Value = (AdjustmentAction, AdjustmentStatus, bool, i64, i64)> {
        (
            proptest::sample::select(AdjustmentAction::ALL),
            proptest::sample::select(AdjustmentStatus::ALL),
            proptest::bool::weighted(0.1),
            -500i64..12_000,
            0i64..4,
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// In whatever order they stand, the same adjustments claim the same: never below nothing, never more than there was.
        #[test]
        fn claims_do_not_depend_on_order_and_fit_into_the_lot(
            raw in proptest::collection::vec(any_adjustment(), 0..7),
            credits in 1i64..60,
            total in 0i64..10_000,
            turn in 0usize..7,
        ) {
            let mut all: Vec<Adjustment> = raw.iter().enumerate().map(|(n, (action, status, full, money, at))| Adjustment {
                status: *status,
                full: *full,
                created_at: DateTime::from_timestamp(*at, 0).unwrap(),
                ..adjustment(n, *action, *money)
            }).collect();
            let first = claims(credits, &lines(total), &all);
            prop_assert!(first.refunded >= 0 && first.disputed >= 0 && first.in_review >= 0);
            prop_assert!(first.taken() + first.in_review <= credits);
            all.reverse();
            prop_assert_eq!(first, claims(credits, &lines(total), &all));
            let middle = turn.min(all.len());
            all.rotate_left(middle);
            prop_assert_eq!(first, claims(credits, &lines(total), &all));
        }

        /// However a refund of everything is cut into parts, all credits are claimed, and no part claims more than its share.
        #[test]
        fn parts_of_a_whole_claim_the_whole(cuts in proptest::collection::vec(1i64..3000, 1..8), credits in 1i64..60) {
            let total: i64 = cuts.iter().sum();
            let parts: Vec<Adjustment> = cuts.iter().enumerate().map(|(n, money)| adjustment(n, AdjustmentAction::Refund, *money)).collect();
            let mut before = 0;
            for n in 1..=parts.len() {
                let now = claims(credits, &lines(total), &parts[..n]).refunded;
                let money: i64 = cuts[..n].iter().sum();
                prop_assert!(now >= before && i128::from(now) * i128::from(total) <= i128::from(credits) * i128::from(money));
                before = now;
            }
            prop_assert_eq!(before, credits);
        }
    }
}
