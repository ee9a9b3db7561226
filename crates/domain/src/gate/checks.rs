//! The checks of the gate, one function a group, in the order of docs/gate.md#order.

mod account;
mod money;
mod project;
mod report;

pub(super) use account::account;
pub(super) use money::{billing, coverage};
pub(super) use project::{project, running, service};
pub(super) use report::report;

use super::{Check, CheckState, Outcome, Verdict};
use crate::reason::Reason;

/// What the checks have found so far.
#[derive(Default)]
pub(super) struct Findings {
    checks: Vec<Check>,
    reasons: Vec<Reason>,
    stop: bool,
}

impl Findings {
    fn note(&mut self, state: CheckState, label: impl Into<String>) {
        self.checks.push(Check {
            label: label.into(),
            state,
        });
    }

    fn pass(&mut self, label: impl Into<String>) {
        self.note(CheckState::Passed, label);
    }

    fn fail(&mut self, label: impl Into<String>, reason: Reason) {
        self.note(CheckState::Failed, label);
        self.reasons.push(reason);
    }

    fn wait(&mut self, label: impl Into<String>, reason: Reason) {
        self.note(CheckState::Waiting, label);
        self.reasons.push(reason);
    }

    pub(super) fn verdict(self, cost: i64) -> Verdict {
        let outcome = match (self.reasons.is_empty(), self.stop) {
            (true, _) => Outcome::Ready,
            (false, true) => Outcome::Stop,
            (false, false) => Outcome::Blocked,
        };
        Verdict {
            outcome,
            cost,
            checks: self.checks,
            blocked_reasons: self.reasons,
        }
    }
}
