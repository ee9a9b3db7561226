//! Lots: each grant brings one, holds draw from them in burn order, and credits go back where they came from.

use crate::id::LotId;
use crate::{Timestamp, keyed};

keyed! {
    /// Where a lot came from; it decides how early it is drawn (S0-15: plan credits first).
    pub enum LotSource {
        Plan = "plan_period", "plan";
        TopUp = "paddle_txn", "top-up";
        Reversal = "adjustment_reversal", "reversal";
        ServiceCredit = "admin", "service credit";
    }
}

impl LotSource {
    /// Burn priority, 0 to 100; lower is drawn first.
    pub const fn priority(self) -> i64 {
        match self {
            Self::Plan => 10,
            Self::ServiceCredit => 20,
            Self::TopUp | Self::Reversal => 50,
        }
    }
}

/// The part of a lot that the burn order looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Its id.
    pub id: LotId,
    /// Burn priority; lower first.
    pub priority: i64,
    /// When it stops being usable; `None` never.
    pub expires_at: Option<Timestamp>,
    /// Order of arrival in its account, from 1.
    pub arrival: i64,
    /// Credits of it that are free.
    pub avail: i64,
}

/// Credits drawn from one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The lot.
    pub lot: LotId,
    /// How many, at least 1.
    pub amount: i64,
}

/// There were fewer usable credits than asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{need} credits are needed, {have} are available")]
pub struct Shortfall {
    /// Asked for.
    pub need: i64,
    /// Usable now.
    pub have: i64,
}

/// Whether a lot can no longer be drawn from at this moment.
pub fn is_expired(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_some_and(|end| end <= now)
}

/// Which lots a hold draws from: priority, then earliest expiry (never last), then arrival; expired lots never.
///
/// # Errors
/// [`Shortfall`] when the lots together hold too little, or the amount is below 1; nothing is drawn then.
pub fn allocate(lots: &[Lot], need: i64, now: Timestamp) -> Result<Vec<Draw>, Shortfall> {
    let mut usable: Vec<&Lot> = lots
        .iter()
        .filter(|lot| lot.avail > 0 && !is_expired(lot.expires_at, now))
        .collect();
    let have = usable
        .iter()
        .fold(0i64, |sum, lot| sum.saturating_add(lot.avail));
    if need < 1 || have < need {
        return Err(Shortfall { need, have });
    }
    usable.sort_by_key(|lot| {
        (
            lot.priority,
            lot.expires_at.is_none(),
            lot.expires_at,
            lot.arrival,
            lot.id.clone(),
        )
    });
    let mut left = need;
    let mut draws = Vec::new();
    for lot in usable {
        if left == 0 {
            break;
        }
        let amount = lot.avail.min(left);
        left -= amount;
        draws.push(Draw {
            lot: lot.id.clone(),
            amount,
        });
    }
    Ok(draws)
}

/// Splits a hold's draws into what was spent and what goes back; the first drawn is spent first.
pub fn split(draws: &[Draw], spent: i64) -> (Vec<Draw>, Vec<Draw>) {
    let mut left = spent;
    let (mut used, mut back) = (Vec::new(), Vec::new());
    for draw in draws {
        let take = draw.amount.min(left.max(0));
        left -= take;
        if take > 0 {
            used.push(Draw {
                lot: draw.lot.clone(),
                amount: take,
            });
        }
        if draw.amount > take {
            back.push(Draw {
                lot: draw.lot.clone(),
                amount: draw.amount - take,
            });
        }
    }
    (used, back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn lot(n: i64, priority: i64, expires: Option<i64>, avail: i64) -> Lot {
        let id = LotId::parse(&format!("lot_{n}")).unwrap();
        Lot {
            id,
            priority,
            expires_at: expires.map(at),
            arrival: n,
            avail,
        }
    }

    fn drawn(draws: &[Draw]) -> Vec<(&str, i64)> {
        draws.iter().map(|d| (d.lot.as_str(), d.amount)).collect()
    }

    #[test]
    fn s0_15_plan_credits_go_before_top_ups() {
        let lots = [
            lot(1, LotSource::TopUp.priority(), None, 5),
            lot(2, LotSource::Plan.priority(), None, 3),
        ];
        let draws = allocate(&lots, 4, at(0)).unwrap();
        assert_eq!(drawn(&draws), [("lot_2", 3), ("lot_1", 1)]);
    }

    #[test]
    fn soonest_expiry_goes_first_and_never_goes_last() {
        let lots = [
            lot(1, 10, None, 1),
            lot(2, 10, Some(200), 1),
            lot(3, 10, Some(100), 1),
        ];
        let draws = allocate(&lots, 3, at(0)).unwrap();
        assert_eq!(drawn(&draws), [("lot_3", 1), ("lot_2", 1), ("lot_1", 1)]);
    }

    #[test]
    fn an_expired_lot_is_never_drawn() {
        let lots = [lot(1, 10, Some(100), 5), lot(2, 50, None, 1)];
        assert_eq!(
            allocate(&lots, 2, at(100)),
            Err(Shortfall { need: 2, have: 1 })
        );
        assert_eq!(drawn(&allocate(&lots, 1, at(100)).unwrap()), [("lot_2", 1)]);
    }

    proptest! {
        #[test]
        fn a_draw_is_exact_or_refused(
            raw in proptest::collection::vec((0i64..3, proptest::option::of(0i64..50), 0i64..6), 0..8),
            need in -1i64..20,
            now in 0i64..50,
        ) {
            let lots: Vec<Lot> = raw.iter().enumerate()
                .map(|(n, (p, e, a))| lot(i64::try_from(n).unwrap(), *p, *e, *a)).collect();
            let have: i64 = lots.iter().filter(|l| !is_expired(l.expires_at, at(now))).map(|l| l.avail).sum();
            match allocate(&lots, need, at(now)) {
                Err(short) => {
                    prop_assert_eq!(short.have, have);
                    prop_assert!(need < 1 || have < need);
                }
                Ok(draws) => {
                    prop_assert_eq!(draws.iter().map(|d| d.amount).sum::<i64>(), need);
                    for draw in &draws {
                        let from = lots.iter().find(|l| l.id == draw.lot).unwrap();
                        prop_assert!(draw.amount >= 1 && draw.amount <= from.avail);
                    }
                    let (used, back) = split(&draws, need / 2);
                    prop_assert_eq!(used.iter().map(|d| d.amount).sum::<i64>(), need / 2);
                    prop_assert_eq!(back.iter().map(|d| d.amount).sum::<i64>(), need - need / 2);
                }
            }
        }
    }
}
