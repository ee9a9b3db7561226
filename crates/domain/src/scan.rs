//! Scan runs: one private live audit each (docs/states.md#scan).

use crate::id::{ProjectId, ReportId, ScanRunId};
use crate::keyed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// How far a scan run is.
    pub enum ScanStatus {
        Queued = "queued", "Queued";
        Running = "running", "Running";
        Completed = "completed", "Completed";
        Failed = "failed", "Failed";
        Cancelled = "cancelled", "Cancelled";
    }
}

keyed! {
    /// Why a run exists.
    pub enum ScanKind {
        Audit = "audit", "Risk scan";
        Monitoring = "monitoring", "Monitoring run";
        Retest = "retest", "Retest";
    }
}

impl Default for ScanKind {
    /// Runs that say nothing else were started by hand and hold a credit.
    fn default() -> Self {
        Self::Audit
    }
}

impl ScanStatus {
    /// Whether the run still holds its credit.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

keyed! {
    /// What became of a hold (docs/states.md#scan).
    pub enum CreditState {
        NotNeeded = "not_needed", "No credit needed";
        Reserved = "reserved", "Reserved";
        Spent = "spent", "Spent";
        Restored = "restored", "Restored";
    }
}

/// A scan run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScanRun {
    /// Its id.
    pub scan_run_id: ScanRunId,
    /// The project it looks at.
    pub project_id: ProjectId,
    /// Why it exists.
    #[serde(default)]
    pub kind: ScanKind,
    /// How far it is.
    pub status: ScanStatus,
    /// What became of its credit.
    pub credit_state: CreditState,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
    /// When a worker took it.
    #[serde(default)]
    pub started_at: Option<DateTime<Utc>>,
    /// The page that is looked at now, while it runs.
    #[serde(default)]
    pub current_page: Option<String>,
    /// Pages that are done.
    #[serde(default)]
    pub pages_done: u32,
    /// Pages in all, as far as is known while it runs; 0 before a worker took it.
    #[serde(default)]
    pub pages_total: u32,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it failed, in words for people.
    pub failure_reason: Option<String>,
    /// The report it brought.
    pub report_id: Option<ReportId>,
}

/// Body of `POST /projects/{p}/scans`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StartScan {
    /// The account that the page looks at; the start is refused when it does not own the project.
    pub account_id: crate::id::AccountId,
}

/// Answer to a start: the run and the balance after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StartedScan {
    /// The run.
    pub scan_run: ScanRun,
    /// The payer's scan balance after the hold.
    pub balance: crate::credits::Balance,
}

/// Body of `POST /scans/{s}/cancel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CancelScan {
    /// The account that the page looks at; the cancellation is refused when it does not own the project.
    pub account_id: crate::id::AccountId,
}

/// A row of the list of runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScanRow {
    /// The run.
    #[serde(flatten)]
    pub run: ScanRun,
    /// The project's name.
    pub project_name: String,
    /// The project's site.
    pub domain: String,
    /// Who started it.
    pub started_by: String,
}

/// A page of the runs of an account's projects, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScanPage {
    /// The runs.
    pub items: Vec<ScanRow>,
    /// The run after which the list goes on; `None` at its end.
    pub next_cursor: Option<ScanRunId>,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}
