//! Credits: their types, the three figures people see, and what each kind of ledger entry does to them.

use crate::keyed;
use serde::{Deserialize, Serialize};

keyed! {
    /// A type of credit (docs/ledger.md#credit-types). Labels are the row headers of the balance.
    pub enum CreditType {
        Scan = "scan", "Scan credits";
        AutomatedFix = "automated_fix", "Automated fix credits";
        Ai = "ai", "AI assistance";
    }
}

impl CreditType {
    /// One credit of this type, as the top-up card names it (S1-16).
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Scan => "Scan credit",
            Self::AutomatedFix => "Automated fix credit",
            Self::Ai => "AI credit",
        }
    }

    /// Several of them in a sentence.
    pub const fn many(self) -> &'static str {
        match self {
            Self::Scan => "scan credits",
            Self::AutomatedFix => "automated fix credits",
            Self::Ai => "AI credits",
        }
    }
}

keyed! {
    /// What a ledger entry did (docs/ledger.md#entries). Labels are the fixed verbs of the ledger.
    pub enum EntryKind {
        Grant = "grant", "Granted";
        Reserve = "reserve", "Reserved";
        Spend = "spend", "Spent";
        Restore = "restore", "Restored";
        Refund = "refund", "Refunded";
        Expire = "expire", "Expired";
        ServiceCredit = "service_credit", "Service credit";
    }
}

/// What one entry adds to each figure; negative takes away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Delta {
    /// Change of `Avail`.
    pub avail: i64,
    /// Change of `Res`.
    pub res: i64,
    /// Change of `Spent`.
    pub spent: i64,
}

impl EntryKind {
    /// What an entry of this kind with this positive amount changes (docs/ledger.md#balance).
    pub const fn delta(self, amount: i64) -> Delta {
        match self {
            Self::Grant | Self::ServiceCredit => Delta {
                avail: amount,
                res: 0,
                spent: 0,
            },
            Self::Reserve => Delta {
                avail: -amount,
                res: amount,
                spent: 0,
            },
            Self::Spend => Delta {
                avail: 0,
                res: -amount,
                spent: amount,
            },
            Self::Restore => Delta {
                avail: amount,
                res: -amount,
                spent: 0,
            },
            Self::Refund | Self::Expire => Delta {
                avail: -amount,
                res: 0,
                spent: 0,
            },
        }
    }
}

/// The figures of one credit type in whole credits, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Balance {
    /// Usable now: the only figure that can start work (S0-23, S1-23).
    pub avail: i64,
    /// Held by pending or running work (S0-24, S1-24).
    pub res: i64,
    /// History; never usable again (S0-25, S1-25).
    pub spent: i64,
}

impl Balance {
    /// What somebody who may not read the ledger sees of it.
    #[must_use]
    pub const fn avail_only(self) -> Self {
        Self {
            avail: self.avail,
            res: 0,
            spent: 0,
        }
    }
}

/// Why an entry cannot be applied to a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BalanceError {
    /// Amounts are 1 or more.
    #[error("an amount of credits must be at least 1")]
    NotPositive,
    /// A figure would fall below zero.
    #[error("the balance would become negative")]
    Negative,
    /// A figure would not fit.
    #[error("the balance is too large")]
    TooLarge,
}

impl Balance {
    /// The balance after an entry.
    ///
    /// # Errors
    /// [`BalanceError`] when the amount is not positive or a figure would leave 0 to `i64::MAX`.
    pub fn after(self, kind: EntryKind, amount: i64) -> Result<Self, BalanceError> {
        if amount < 1 {
            return Err(BalanceError::NotPositive);
        }
        let delta = kind.delta(amount);
        let add = |figure: i64, change: i64| match figure.checked_add(change) {
            None => Err(BalanceError::TooLarge),
            Some(sum) if sum < 0 => Err(BalanceError::Negative),
            Some(sum) => Ok(sum),
        };
        Ok(Self {
            avail: add(self.avail, delta.avail)?,
            res: add(self.res, delta.res)?,
            spent: add(self.spent, delta.spent)?,
        })
    }
}

/// The balance of each type, always all three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreditBalances {
    /// Scan credits.
    pub scan: Balance,
    /// Automated fix credits.
    pub automated_fix: Balance,
    /// AI assistance.
    pub ai: Balance,
}

impl CreditBalances {
    /// The balance of one type.
    pub const fn of(&self, credit_type: CreditType) -> Balance {
        match credit_type {
            CreditType::Scan => self.scan,
            CreditType::AutomatedFix => self.automated_fix,
            CreditType::Ai => self.ai,
        }
    }

    /// The balance of one type, to change.
    pub const fn of_mut(&mut self, credit_type: CreditType) -> &mut Balance {
        match credit_type {
            CreditType::Scan => &mut self.scan,
            CreditType::AutomatedFix => &mut self.automated_fix,
            CreditType::Ai => &mut self.ai,
        }
    }
}

/// Credits of each type that an account owes, because a payment was disputed after they were used; 0 or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Owed {
    /// Scan credits.
    pub scan: i64,
    /// Automated fix credits.
    pub automated_fix: i64,
    /// AI credits.
    pub ai: i64,
}

impl Owed {
    /// What is owed of one type.
    pub const fn of(&self, credit_type: CreditType) -> i64 {
        match credit_type {
            CreditType::Scan => self.scan,
            CreditType::AutomatedFix => self.automated_fix,
            CreditType::Ai => self.ai,
        }
    }

    /// What is owed of one type, to change.
    pub const fn of_mut(&mut self, credit_type: CreditType) -> &mut i64 {
        match credit_type {
            CreditType::Scan => &mut self.scan,
            CreditType::AutomatedFix => &mut self.automated_fix,
            CreditType::Ai => &mut self.ai,
        }
    }

    /// What is owed, as people read it: "4 scan credits and 1 AI credit"; empty when nothing is.
    pub fn text(&self) -> String {
        let owed = CreditType::ALL.iter().map(|kind| (self.of(*kind), *kind));
        owed.filter(|(amount, _)| *amount > 0)
            .map(|(amount, kind)| amount_text(amount, kind))
            .collect::<Vec<_>>()
            .join(" and ")
    }

    /// Whether nothing is owed.
    pub const fn is_none(&self) -> bool {
        self.scan == 0 && self.automated_fix == 0 && self.ai == 0
    }
}

/// A number of credits with its unit: "1 scan credit", "3 automated fix credits".
pub fn amount_text(amount: i64, credit_type: CreditType) -> String {
    let unit = match credit_type {
        CreditType::Scan => "scan credit",
        CreditType::AutomatedFix => "automated fix credit",
        CreditType::Ai => "AI credit",
    };
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds() -> impl Strategy<Value = EntryKind> {
        proptest::sample::select(EntryKind::ALL)
    }

    proptest! {
        /// Whatever the order of entries, no figure is ever negative and refused entries change nothing.
        #[test]
        fn figures_are_never_negative(entries in proptest::collection::vec((kinds(), -2i64..20), 0..60)) {
            let mut balance = Balance::default();
            let mut sum = Delta::default();
            for (kind, amount) in entries {
                if let Ok(next) = balance.after(kind, amount) {
                    let delta = kind.delta(amount);
                    sum = Delta { avail: sum.avail + delta.avail, res: sum.res + delta.res, spent: sum.spent + delta.spent };
                    balance = next;
                }
                prop_assert!(balance.avail >= 0 && balance.res >= 0 && balance.spent >= 0);
                prop_assert_eq!((balance.avail, balance.res, balance.spent), (sum.avail, sum.res, sum.spent));
            }
        }

        /// Reserve then spend moves Avail once; reserve then restore is as if nothing happened.
        #[test]
        fn a_hold_ends_in_spent_or_where_it_began(avail in 1i64..1000, res in 0i64..1000, spent in 0i64..1000, part in 1i64..1000) {
            let start = Balance { avail, res, spent };
            let amount = part.min(avail);
            let held = start.after(EntryKind::Reserve, amount).unwrap();
            prop_assert_eq!(held.after(EntryKind::Restore, amount).unwrap(), start);
            let done = held.after(EntryKind::Spend, amount).unwrap();
            prop_assert_eq!(done, Balance { avail: avail - amount, res, spent: spent + amount });
        }
    }

    #[test]
    fn s1_25_spent_never_comes_back() {
        for kind in EntryKind::ALL {
            assert!(kind.delta(1).spent >= 0, "{kind} takes from Spent");
        }
    }

    #[test]
    fn extremes_are_refused_not_wrapped() {
        let full = Balance {
            avail: i64::MAX,
            res: 0,
            spent: 0,
        };
        assert_eq!(full.after(EntryKind::Grant, 1), Err(BalanceError::TooLarge));
        assert_eq!(
            Balance::default().after(EntryKind::Reserve, i64::MAX),
            Err(BalanceError::Negative)
        );
        assert_eq!(
            Balance::default().after(EntryKind::Grant, i64::MIN),
            Err(BalanceError::NotPositive)
        );
    }

    #[test]
    fn amounts_have_their_plural() {
        assert_eq!(amount_text(1, CreditType::Scan), "1 scan credit");
        assert_eq!(
            amount_text(2, CreditType::AutomatedFix),
            "2 automated fix credits"
        );
    }
}
