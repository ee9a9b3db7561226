//! Small jobs that a scanner does beside scans: finding a site's pages, and looking for the proof of a domain.

use crate::audit::{AuditOutcome, LONGEST_LINE, MOST_PAGES, MOST_SKIPPED, SkippedPage, text};
use crate::id::ErrandId;
use crate::keyed;
use crate::proof::ProofMethod;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Values that a look for a proof hands in at most.
pub const MOST_FOUND: usize = 20;

keyed! {
    /// Where a job stands.
    pub enum ErrandState {
        Queued = "queued", "Waiting for a scanner";
        Running = "running", "Running";
        Done = "done", "Done";
        Failed = "failed", "Failed";
    }
}

impl ErrandState {
    /// Whether its end is awaited.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }

    /// Why a job failed that nobody took in time, or whose worker fell silent.
    pub const fn why_lapsed(self) -> &'static str {
        match self {
            Self::Queued => "No scanner was free in time. Try again later.",
            _ => "The scanner that did it stopped answering. Try again.",
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ErrandWork {
    /// Find the site's public pages.
    Discover,
    /// Look where the proof of the domain must be.
    Prove {
        /// Where it must be.
        method: ProofMethod,
    },
    /// Read the first page alone and judge it.
    Snapshot,
}

/// A job in the hands of one worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ErrandClaim {
    /// The job.
    pub errand_id: ErrandId,
    /// Proves that this worker holds it.
    pub lease: String,
    /// When it fails unless its outcome was handed in before.
    pub lease_until: DateTime<Utc>,
    /// The site: a host name, with a port where it is not the usual one.
    pub domain: String,
    /// What is to be done.
    pub work: ErrandWork,
}

/// Answer to `POST /scanner/errands/claims`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ErrandAnswer {
    /// The job to do; `None` when nothing waits.
    pub errand: Option<ErrandClaim>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ErrandOutcome {
    /// The site's pages.
    Pages {
        /// As paths, in the order they were found.
        pages: Vec<String>,
        /// What was left out, with the reasons.
        skipped: Vec<SkippedPage>,
        /// How many more were left out than `skipped` names.
        skipped_more: u32,
    },
    /// What stood where the proof must be.
    Proof {
        /// The values, as they were read.
        found: Vec<String>,
    },
    /// What the first page shows.
    Snapshot {
        /// The page and what was found on it.
        outcome: AuditOutcome,
    },
    /// It could not be done.
    Failed {
        /// Why, in a sentence for people.
        why: String,
    },
}

impl ErrandOutcome {
    /// Why this cannot be taken over; `None` when it can: what a worker sends is bounded and plain whatever a site sent it.
    pub fn refusal(&self) -> Option<&'static str> {
        let line = |text: &String| {
            text.chars().count() <= LONGEST_LINE && text.chars().all(text::is_plain)
        };
        let fits = match self {
            Self::Pages { pages, skipped, .. } => {
                pages.len() <= MOST_PAGES
                    && skipped.len() <= MOST_SKIPPED
                    && pages.iter().all(line)
                    && skipped.iter().all(|page| line(&page.url))
            }
            Self::Proof { found } => found.len() <= MOST_FOUND && found.iter().all(line),
            Self::Snapshot { outcome } => outcome.refusal().is_none(),
            Self::Failed { why } => line(why),
        };
        (!fits).then_some("more or longer lines than a job may hand in, or no plain text")
    }
}

/// Body of `POST /scanner/errands/results`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ErrandResult {
    /// The job.
    pub errand_id: ErrandId,
    /// The lease of the claim.
    pub lease: String,
    /// What came of it.
    pub outcome: ErrandOutcome,
}

/// Answer to a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ErrandTaken {
    /// Where the job stands now.
    pub state: ErrandState,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_or_not_plain_is_refused() {
        let pages = |pages: Vec<String>| ErrandOutcome::Pages {
            pages,
            skipped: Vec::new(),
            skipped_more: 0,
        };
        assert_eq!(pages(vec!["/".into(); MOST_PAGES]).refusal(), None);
        assert!(pages(vec!["/".into(); MOST_PAGES + 1]).refusal().is_some());
        assert!(pages(vec!["/\u{202e}".into()]).refusal().is_some());
        let found = |found: Vec<String>| ErrandOutcome::Proof { found };
        assert_eq!(found(vec!["x".repeat(600)]).refusal(), None);
        assert!(found(vec!["x".repeat(601)]).refusal().is_some());
    }
}
