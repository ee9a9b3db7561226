//! Retests: whether a fix task can have one, and what a run says about each of its findings (docs/states.md#retest).

use super::{DeliveryMode, FixTaskStatus};
use crate::audit::{AuditOutcome, MOST_FINDINGS, MOST_NAMED};
use crate::gate::{Facts, Verdict};
use crate::id::{AccountId, FindingId, ScanRunId};
use crate::keyed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// How a retest ended, or that it has not (I-11).
    pub enum RetestStatus {
        Pending = "pending", "Pending";
        Passed = "passed", "Passed";
        Failed = "failed", "Failed";
        Inconclusive = "inconclusive", "Inconclusive";
    }
}

impl RetestStatus {
    /// What a run says as a whole: failed if anything is still there, passed only if everything is gone.
    pub fn of_all(all: &[Self]) -> Self {
        if all.contains(&Self::Failed) {
            Self::Failed
        } else if !all.is_empty() && all.iter().all(|one| *one == Self::Passed) {
            Self::Passed
        } else {
            Self::Inconclusive
        }
    }
}

/// Why a task cannot be retested as it stands; `None` when it can: the change was applied or approved, and somebody said so (S0-29).
pub const fn not_yet(status: FixTaskStatus, mode: DeliveryMode) -> Option<&'static str> {
    match (status, mode) {
        (FixTaskStatus::Completed, _) => None,
        (FixTaskStatus::Cancelled, _) => {
            Some("The task was cancelled, so there is no change to look for.")
        }
        (_, DeliveryMode::CustomerApplied) => {
            Some("Record evidence of the change first. A retest looks at what was changed.")
        }
        (_, DeliveryMode::TicketOnly) => {
            Some("Mark the task as done first. A retest looks at what your team changed.")
        }
        (FixTaskStatus::AwaitingCustomer, _) => Some(
            "Mark the task as done when the approved patch is applied. A retest looks at what was changed.",
        ),
        _ => Some("The change is not approved yet. A retest looks at what was changed."),
    }
}

/// A finding as a retest looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retested<'a> {
    /// Its fingerprint; findings without one cannot be recognised.
    pub fingerprint: Option<&'a str>,
    /// The pages it was found on, as paths.
    pub pages: Vec<String>,
}

/// What a run says about one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// How it stands.
    pub status: RetestStatus,
    /// Why it is inconclusive, or what else is to be known, in sentences.
    pub reason: Option<String>,
    /// What was seen: the issue again, or the pages that have it no longer.
    pub evidence: Option<String>,
}

/// Judges one finding by a completed run: gone only if every page it was found on was read again and its fingerprint is in
/// nothing that was found.
pub fn judge(finding: &Retested<'_>, outcome: &AuditOutcome) -> Judgement {
    let inconclusive = |reason: String| Judgement {
        status: RetestStatus::Inconclusive,
        reason: Some(reason),
        evidence: None,
    };
    let Some(fingerprint) = finding.fingerprint else {
        return inconclusive(
            "The finding has no fingerprint by which it could be recognised.".into(),
        );
    };
    if let Some(again) = outcome
        .findings
        .iter()
        .find(|found| found.fingerprint == fingerprint)
    {
        return Judgement {
            status: RetestStatus::Failed,
            reason: None,
            evidence: Some(again.evidence.clone()),
        };
    }
    let missing = finding.pages.iter().find(|page| {
        let read = |url: &str| path_of(url) == page.as_str();
        !outcome.pages.iter().any(|scanned| read(&scanned.url))
    });
    if let Some(page) = missing {
        let skipped = outcome
            .skipped
            .iter()
            .find(|skipped| path_of(&skipped.url) == page.as_str());
        let why = skipped.map_or_else(
            || "it was not read, or leads elsewhere now".to_owned(),
            |skipped| skipped.reason.label().to_ascii_lowercase(),
        );
        return inconclusive(format!("{page} could not be looked at again: {why}."));
    }
    if outcome.findings.len() >= MOST_FINDINGS {
        return inconclusive("The run found more than it can hand in.".into());
    }
    let read: Vec<String> = finding.pages.iter().take(3).cloned().collect();
    Judgement {
        status: RetestStatus::Passed,
        reason: (finding.pages.len() >= MOST_NAMED).then(|| {
            format!("It was found on {MOST_NAMED} pages or more; the first {MOST_NAMED} were read again.")
        }),
        evidence: Some(match finding.pages.len() {
            1 => format!("Not found any more on {}.", read.join(" ")),
            count => format!("Not found any more on {count} pages, first {}.", read.join(" ")),
        }),
    }
}

/// The path of a page's address with its query, as an accepted scope writes it.
pub fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    path.split_once('#').map_or(path, |(path, _)| path)
}

/// What the newest retest said about a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FindingRetest {
    /// The finding.
    pub finding_id: FindingId,
    /// Its title.
    pub title: String,
    /// The run that looked.
    pub retest_scan_run_id: ScanRunId,
    /// How it stands.
    pub retest_status: RetestStatus,
    /// Why it is inconclusive, or what else is to be known.
    pub missing_artifact_reason: Option<String>,
    /// What was seen; `None` when nothing could be seen.
    pub evidence: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A retest of a fix task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Retest {
    /// Its run.
    pub retest_scan_run_id: ScanRunId,
    /// How it stands.
    pub retest_status: RetestStatus,
    /// When it was requested.
    pub retest_requested_at: DateTime<Utc>,
    /// By whom.
    pub requested_by: String,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What it said about each finding; empty before it ended.
    pub results: Vec<FindingRetest>,
}

/// The retests of a fix task, and whether another can be requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RetestView {
    /// Why the task cannot be retested as it stands; `None` when it can.
    pub not_yet: Option<String>,
    /// What the gate looks at; the browser evaluates it again for the account in view.
    pub facts: Facts,
    /// What the gate says.
    pub verdict: Verdict,
    /// Those that were requested, newest first.
    pub retests: Vec<Retest>,
}

impl RetestView {
    /// How the newest one stands.
    pub fn newest(&self) -> Option<RetestStatus> {
        self.retests.first().map(|retest| retest.retest_status)
    }
}

/// How many findings of a report the newest retests call what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RetestCounts {
    /// Gone.
    pub passed: i64,
    /// Still there.
    pub failed: i64,
    /// Nobody can tell.
    pub inconclusive: i64,
}

impl RetestCounts {
    /// In words; nothing when nothing was retested.
    pub fn text(self) -> Option<String> {
        let parts: Vec<String> = [
            (self.passed, "passed"),
            (self.failed, "failed"),
            (self.inconclusive, "inconclusive"),
        ]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
        (!parts.is_empty()).then(|| format!("Retests: {}", parts.join(", ")))
    }
}

/// Body of `POST /fix-tasks/{f}/retest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RequestRetest {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
}

#[cfg(test)]
mod tests;
