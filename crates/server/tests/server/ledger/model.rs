//! The auditor: a ledger in memory, written from the rules and not from the code, that predicts each answer.

use crate::desk::Answer;
use domain::credits::CreditType;
use domain::lots::LotSource;
use std::collections::HashSet;

/// A lot as the rules see it.
#[derive(Clone, Debug)]
pub(super) struct Lot {
    pub(super) account: usize,
    pub(super) kind: CreditType,
    pub(super) amount: i64,
    pub(super) avail: i64,
    pub(super) res: i64,
    pub(super) spent: i64,
    pub(super) refunded: i64,
    pub(super) expired: i64,
    /// Wanted back by a refund as soon as running work returns it.
    due: i64,
    rank: u8,
    expires: Option<i64>,
}

/// A hold as the rules see it.
#[derive(Clone, Debug)]
pub(super) struct Hold {
    account: usize,
    kind: CreditType,
    purpose: &'static str,
    work: String,
    pub(super) amount: i64,
    draws: Vec<(usize, i64)>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Held,
    Spent(i64),
    Restored,
}

/// Kind, credits and amount of an entry.
pub(super) type Entry = (&'static str, CreditType, i64);

/// Two accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) now: i64,
    pub(super) lots: Vec<Lot>,
    pub(super) holds: Vec<Hold>,
    pub(super) entries: [Vec<Entry>; 2],
    granted: HashSet<(&'static str, String, CreditType)>,
}

/// Plan before service credit before top-up.
const fn rank(source: LotSource) -> u8 {
    match source {
        LotSource::Plan => 0,
        LotSource::ServiceCredit => 1,
        LotSource::TopUp | LotSource::Reversal => 2,
    }
}

impl Model {
    pub(super) fn grant(
        &mut self,
        account: usize,
        kind: CreditType,
        amount: i64,
        (source, source_ref): (LotSource, &str),
        expires: Option<i64>,
    ) -> Answer {
        if amount < 1 {
            return Answer::BadAmount;
        }
        if !self
            .granted
            .insert((source.key(), source_ref.to_owned(), kind))
        {
            return Answer::Again;
        }
        self.lots.push(Lot {
            account,
            kind,
            amount,
            avail: amount,
            res: 0,
            spent: 0,
            refunded: 0,
            expired: 0,
            due: 0,
            rank: rank(source),
            expires,
        });
        let verb = if source == LotSource::ServiceCredit {
            "service_credit"
        } else {
            "grant"
        };
        self.entries[account].push((verb, kind, amount));
        Answer::Done(amount)
    }

    pub(super) fn reserve(
        &mut self,
        account: usize,
        purpose: &'static str,
        kind: CreditType,
        amount: i64,
        work: &str,
    ) -> Answer {
        let before = self.clone();
        self.expire(account, kind);
        let live = |hold: &Hold| {
            hold.account == account
                && hold.purpose == purpose
                && hold.work == work
                && hold.state != State::Restored
        };
        if self.holds.iter().any(live) {
            *self = before;
            return Answer::AlreadyHeld;
        }
        let have = self.avail(account, kind);
        if amount < 1 || have < amount {
            *self = before;
            return Answer::Short { need: amount, have };
        }
        let mut draws = Vec::new();
        let mut left = amount;
        while left > 0 {
            // The next credit always comes from the lot that the rules put first; one at a time, on purpose.
            let first = (0..self.lots.len())
                .filter(|n| {
                    self.lots[*n].account == account
                        && self.lots[*n].kind == kind
                        && self.lots[*n].avail > 0
                })
                .min_by_key(|n| {
                    (
                        self.lots[*n].rank,
                        self.lots[*n].expires.unwrap_or(i64::MAX),
                        *n,
                    )
                })
                .unwrap();
            self.lots[first].avail -= 1;
            self.lots[first].res += 1;
            match draws.last_mut() {
                Some((lot, count)) if *lot == first => *count += 1,
                _ => draws.push((first, 1)),
            }
            left -= 1;
        }
        self.holds.push(Hold {
            account,
            kind,
            purpose,
            work: work.to_owned(),
            amount,
            draws,
            state: State::Held,
        });
        self.entries[account].push(("reserve", kind, amount));
        Answer::Done(amount)
    }

    pub(super) fn settle(&mut self, account: usize, hold: Option<usize>, spent: i64) -> Answer {
        if spent < 1 {
            return Answer::BadAmount;
        }
        self.resolve(account, hold, spent)
    }

    pub(super) fn restore(&mut self, account: usize, hold: Option<usize>) -> Answer {
        self.resolve(account, hold, 0)
    }

    fn resolve(&mut self, account: usize, hold: Option<usize>, spent: i64) -> Answer {
        let Some(hold) = hold.filter(|n| self.holds[*n].account == account) else {
            return Answer::NoHold;
        };
        let wanted = if spent > 0 {
            State::Spent(spent)
        } else {
            State::Restored
        };
        let Hold {
            kind,
            amount,
            draws,
            state,
            ..
        } = self.holds[hold].clone();
        if state != State::Held {
            return if state == wanted {
                Answer::Again
            } else {
                Answer::Resolved
            };
        }
        if spent > amount {
            return Answer::BadAmount;
        }
        self.holds[hold].state = wanted;
        let mut owed = Vec::new();
        let mut left = spent;
        for (lot, drawn) in draws {
            let used = drawn.min(left);
            left -= used;
            let lot = &mut self.lots[lot];
            lot.res -= used;
            lot.spent += used;
            // Work that was done is not taken back.
            lot.due = lot.due.min(lot.res);
            let back = drawn - used;
            let reclaimed = lot.due.min(back);
            lot.res -= back;
            lot.due -= reclaimed;
            lot.avail += back - reclaimed;
            lot.refunded += reclaimed;
            owed.push(reclaimed);
        }
        if spent > 0 {
            self.entries[account].push(("spend", kind, spent));
        }
        if spent < amount {
            self.entries[account].push(("restore", kind, amount - spent));
        }
        for reclaimed in owed.into_iter().filter(|amount| *amount > 0) {
            self.entries[account].push(("refund", kind, reclaimed));
        }
        self.expire(account, kind);
        Answer::Done(amount)
    }

    pub(super) fn refund(&mut self, account: usize, lot: Option<usize>, amount: i64) -> Answer {
        let Some(lot) = lot.filter(|n| self.lots[*n].account == account) else {
            return Answer::NoSuchRow;
        };
        let lot = &mut self.lots[lot];
        let now = amount.min(lot.avail);
        let later = (amount - now).min(lot.res - lot.due);
        lot.avail -= now;
        lot.refunded += now;
        lot.due += later;
        if now > 0 {
            let kind = lot.kind;
            self.entries[account].push(("refund", kind, now));
        }
        Answer::Done(now)
    }

    fn expire(&mut self, account: usize, kind: CreditType) {
        let now = self.now;
        for lot in self
            .lots
            .iter_mut()
            .filter(|lot| lot.account == account && lot.kind == kind)
        {
            if lot.avail > 0 && lot.expires.is_some_and(|end| end <= now) {
                self.entries[account].push(("expire", kind, lot.avail));
                lot.expired += lot.avail;
                lot.avail = 0;
            }
        }
    }

    pub(super) fn avail(&self, account: usize, kind: CreditType) -> i64 {
        self.of(account, kind).map(|lot| lot.avail).sum()
    }

    /// Avail, Res, Spent.
    pub(super) fn figures(&self, account: usize, kind: CreditType) -> (i64, i64, i64) {
        let sum = |part: fn(&Lot) -> i64| self.of(account, kind).map(part).sum();
        (
            sum(|lot| lot.avail),
            sum(|lot| lot.res),
            sum(|lot| lot.spent),
        )
    }

    fn of(&self, account: usize, kind: CreditType) -> impl Iterator<Item = &Lot> {
        self.lots
            .iter()
            .filter(move |lot| lot.account == account && lot.kind == kind)
    }
}
