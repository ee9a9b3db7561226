//! How claims on a lot are met: from what is free, from what work returns, and as a debt for what a dispute was used up for.

use super::Claims;

/// A lot together with the lots that reversals brought in its place; each figure in credits, 0 or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Free.
    pub avail: i64,
    /// Held by running work.
    pub res: i64,
    /// Used by work that was done.
    pub spent: i64,
    /// Used to pay a debt.
    pub settled: i64,
    /// Taken back for claims and not returned.
    pub taken: i64,
    /// Owed because a disputed payment was used.
    pub owed: i64,
    /// Of that, paid by later grants.
    pub paid: i64,
}

/// What has to happen for the claims to be met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Free credits to take now.
    pub take: i64,
    /// Held credits to take as soon as the work returns them. The work goes on.
    pub due: i64,
    /// Credits to give back: taken before, and no longer claimed.
    pub give_back: i64,
    /// What is owed from now on.
    pub owed: i64,
    /// Credits to return to the lots that paid with them, because what they paid is no longer owed.
    pub repay: i64,
}

/// Meets claims from what there is.
///
/// Refunds take only what was not used; work that was done with the rest is waived. What a dispute claims and was used is
/// owed. Credits that paid a debt are owed again when their own payment is taken back, by a refund or a dispute: else a
/// debt could be paid with credits that cost nothing in the end.
pub fn settle(standing: &Standing, claims: &Claims) -> Settlement {
    let target = claims.taken();
    let unused = standing
        .avail
        .saturating_add(standing.res)
        .saturating_add(standing.taken);
    let want = target.min(unused);
    let more = want.saturating_sub(standing.taken).max(0);
    let take = more.min(standing.avail);
    let used = claims
        .disputed
        .min(standing.spent)
        .saturating_add(standing.settled);
    let owed = target.saturating_sub(want).min(used);
    Settlement {
        take,
        due: more.saturating_sub(take),
        give_back: standing.taken.saturating_sub(want).max(0),
        owed,
        repay: standing.paid.saturating_sub(owed).max(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Standing {
        fn after(self, done: Settlement) -> Self {
            Self {
                avail: self.avail - done.take + done.give_back,
                taken: self.taken + done.take - done.give_back,
                owed: done.owed,
                paid: self.paid - done.repay,
                ..self
            }
        }
    }

    const fn refund(refunded: i64) -> Claims {
        Claims {
            refunded,
            disputed: 0,
            in_review: 0,
        }
    }

    const fn dispute(disputed: i64) -> Claims {
        Claims {
            refunded: 0,
            disputed,
            in_review: 0,
        }
    }

    #[test]
    fn a_refund_takes_what_was_not_used_and_waives_the_rest() {
        let lot = Standing {
            avail: 2,
            res: 3,
            spent: 5,
            ..Standing::default()
        };
        let done = settle(&lot, &refund(10));
        assert_eq!(
            done,
            Settlement {
                take: 2,
                due: 3,
                ..Settlement::default()
            }
        );
    }

    #[test]
    fn a_dispute_makes_what_was_used_a_debt() {
        let lot = Standing {
            avail: 2,
            res: 3,
            spent: 5,
            ..Standing::default()
        };
        let done = settle(&lot, &dispute(10));
        assert_eq!(
            done,
            Settlement {
                take: 2,
                due: 3,
                owed: 5,
                ..Settlement::default()
            }
        );
        // The work that still ran was done: that part is owed as well.
        let later = Standing {
            avail: 0,
            res: 0,
            spent: 8,
            taken: 2,
            owed: 5,
            ..lot
        };
        assert_eq!(settle(&later, &dispute(10)).owed, 8);
        // It came back: it is taken, and no more is owed.
        let back = Standing {
            avail: 3,
            res: 0,
            spent: 5,
            taken: 2,
            owed: 5,
            ..lot
        };
        assert_eq!(
            settle(&back, &dispute(10)),
            Settlement {
                take: 3,
                owed: 5,
                ..Settlement::default()
            }
        );
    }

    #[test]
    fn a_dispute_that_is_won_returns_what_was_taken_and_what_was_paid() {
        let lot = Standing {
            spent: 6,
            taken: 4,
            owed: 6,
            paid: 5,
            ..Standing::default()
        };
        let done = settle(&lot, &Claims::default());
        assert_eq!(
            done,
            Settlement {
                give_back: 4,
                repay: 5,
                ..Settlement::default()
            }
        );
    }

    fn standing() -> impl Strategy<Value = Standing> {
        (0i64..20, 0i64..20, 0i64..20, 0i64..5).prop_map(|(avail, res, spent, settled)| Standing {
            avail,
            res,
            spent,
            settled,
            ..Standing::default()
        })
    }

    fn steps(amount: i64) -> impl Strategy<Value = Vec<Claims>> {
        let claims = (0..=amount, 0..=amount).prop_map(move |(one, other)| Claims {
            refunded: one,
            disputed: other.min(amount - one),
            in_review: 0,
        });
        proptest::collection::vec(claims, 1..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// The last claims decide, whatever was claimed on the way, told once or twice; nothing falls below zero, and no
        /// credit is made or lost.
        #[test]
        fn only_the_last_claims_decide((lot, steps) in standing().prop_flat_map(|lot| {
            let amount = lot.avail + lot.res + lot.spent + lot.settled;
            (Just(lot), steps(amount))
        })) {
            let last = *steps.last().unwrap();
            let at_once = lot.after(settle(&lot, &last));
            let mut now = lot;
            for claims in &steps {
                let done = settle(&now, claims);
                prop_assert!(done.take <= now.avail && done.due <= now.res);
                now = now.after(done);
                prop_assert!(now.avail >= 0 && now.taken >= 0 && now.taken <= claims.taken());
                prop_assert_eq!(now.avail + now.taken, lot.avail);
                prop_assert!(now.owed <= now.settled + claims.disputed.min(now.spent));
                let again = settle(&now, claims);
                prop_assert_eq!((again.take, again.give_back, again.repay, again.owed, again.due), (0, 0, 0, done.owed, done.due));
            }
            prop_assert_eq!(now, at_once);
            // Won or rejected in the end: as if it had never been asked for.
            prop_assert_eq!(now.after(settle(&now, &Claims::default())), lot);
        }

        /// Running work may end in any way before or after the claim: what is taken and owed in the end is the same.
        #[test]
        fn work_that_ends_after_the_claim_is_judged_as_if_before(lot in standing(), refunded in 0i64..60, disputed in 0i64..60, done in 0i64..20) {
            let amount = lot.avail + lot.res + lot.spent + lot.settled;
            let refunded = refunded.min(amount);
            let claims = Claims { refunded, disputed: disputed.min(amount - refunded), in_review: 0 };
            let done = done.min(lot.res);
            let ended = |lot: Standing| Standing { avail: lot.avail + lot.res - done, res: 0, spent: lot.spent + done, ..lot };
            let before = ended(lot);
            let before = before.after(settle(&before, &claims));
            let after = ended(lot.after(settle(&lot, &claims)));
            let after = after.after(settle(&after, &claims));
            prop_assert_eq!(before, after);
        }
    }
}
