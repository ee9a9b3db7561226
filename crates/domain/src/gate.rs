//! The gate: facts in, verdict out. It decides whether paid work may start, and why not (docs/gate.md).

mod checks;
mod facts;
#[cfg(test)]
mod tests;

pub use facts::{Facts, Includes, Payer, ProjectFacts, ReportFacts, Selected};

use crate::keyed;
use crate::reason::Reason;
use serde::{Deserialize, Serialize};

keyed! {
    /// Paid work that a gate decides on (S2-1).
    pub enum Action {
        Scan = "scan", "Scan";
        Fix = "fix", "Automated fix";
        Retest = "retest", "Retest";
        Monitoring = "monitoring", "Monitoring";
        Ai = "ai", "AI assistance";
    }
}

keyed! {
    /// How one check came out.
    pub enum CheckState {
        Passed = "passed", "Passed";
        Failed = "failed", "Failed";
        Waiting = "waiting", "Waiting";
    }
}

keyed! {
    /// The three verdicts (docs/gate.md#verdicts).
    pub enum Outcome {
        Ready = "ready", "Ready";
        Blocked = "blocked", "Blocked";
        Stop = "stop", "Stopped";
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Check {
    /// What was looked at and found, as a short sentence.
    pub label: String,
    /// How it came out.
    pub state: CheckState,
}

/// What a gate says: every check, and for a block the reasons, the first being the one to act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// Ready, blocked or stopped.
    pub outcome: Outcome,
    /// Credits that starting would reserve; 0 where none are.
    pub cost: i64,
    /// All checks, in the order of evaluation.
    pub checks: Vec<Check>,
    /// Why it cannot start; empty exactly when it is ready.
    pub blocked_reasons: Vec<Reason>,
}

impl Verdict {
    /// Whether the work may start now.
    pub fn is_ready(&self) -> bool {
        self.outcome == Outcome::Ready
    }

    /// The reason to act on first.
    pub fn primary(&self) -> Option<&Reason> {
        self.blocked_reasons.first()
    }
}

/// Decides whether the work may start.
///
/// All checks are made, in the order of docs/gate.md#order: account and role, target, project prerequisites, report
/// prerequisites, project service, running work, billing state, plan, balance. Project and report come before money,
/// because buying does not help while they are missing (S0-32, S3-28).
pub fn evaluate(facts: &Facts) -> Verdict {
    let mut findings = checks::Findings::default();
    checks::account(facts, &mut findings);
    checks::project(facts, &mut findings);
    checks::report(facts, &mut findings);
    checks::service(facts, &mut findings);
    checks::running(facts, &mut findings);
    checks::billing(facts, &mut findings);
    checks::coverage(facts, &mut findings);
    findings.verdict(facts.cost())
}
