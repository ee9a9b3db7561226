//! The public quick scan: the first page of a site, for everybody, without an account and without credits (S1-21).

use crate::audit::{AuditOutcome, Category};
use crate::errand::ErrandState;
use crate::id::SnapshotId;
use crate::report::Severity;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// For how many minutes the quick scan of a site answers everybody who asks for the same site.
pub const SHARED_MINUTES: i64 = 10;
/// How many days one is kept.
pub const KEPT_DAYS: i64 = 7;
/// Findings that a preview names at most; the others are counted.
pub const MOST_SHOWN: usize = 20;

/// Body of `POST /snapshots`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AskSnapshot {
    /// The site: a host name, with a scheme and a port or without.
    pub domain: String,
}

/// A finding of a quick scan: what it is, not its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SnapshotFinding {
    /// What was found.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The area.
    pub category: Category,
}

/// A quick scan as everybody with its address sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SnapshotView {
    /// Its id.
    pub snapshot_id: SnapshotId,
    /// The site.
    pub domain: String,
    /// How far it is.
    pub state: ErrandState,
    /// The page that was read.
    pub page: Option<String>,
    /// What was found there, worst first, at most [`MOST_SHOWN`].
    pub findings: Vec<SnapshotFinding>,
    /// How many more were found than `findings` names.
    pub more: i64,
    /// Why it failed.
    pub failure: Option<String>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What of an outcome a preview names, and how many findings more there are.
pub fn preview(outcome: &AuditOutcome) -> (Vec<SnapshotFinding>, i64) {
    let shown: Vec<SnapshotFinding> = outcome
        .findings
        .iter()
        .take(MOST_SHOWN)
        .map(|found| SnapshotFinding {
            title: found.title.clone(),
            severity: found.severity,
            category: found.category,
        })
        .collect();
    let more = outcome.findings.len().saturating_sub(shown.len());
    (shown, i64::try_from(more).unwrap_or(i64::MAX))
}
