//! Reports and findings: what was found, whether it may be published, and what can become fix work (docs/product.md#report, docs/states.md#report).

pub mod mark;
pub mod shown;

use crate::account::AccountRef;
use crate::fix::retest::{FindingRetest, RetestCounts, path_of};
use crate::id::{FindingId, FixTaskId, ProjectId, ReportId};
use crate::keyed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// Whether a report is published inside the product (I-30).
    pub enum PublicationStatus {
        Draft = "draft", "Draft";
        Blocked = "blocked", "Blocked";
        ReadyForPublish = "ready_for_publish", "Ready for publish";
        Published = "published", "Published";
    }
}

keyed! {
    /// A quality gate of a report.
    pub enum GateKey {
        Evidence = "evidence", "Evidence";
        Scope = "scope", "Scope";
        Confidence = "confidence", "Confidence";
        Redaction = "redaction", "Redaction";
        LegalBoundary = "legal_boundary", "Legal boundary";
        FalsePositives = "false_positive_review", "False positive review";
    }
}

keyed! {
    /// How a quality gate stands.
    pub enum GateStatus {
        Passed = "passed", "Passed";
        Blocked = "blocked", "Blocked";
        Pending = "pending", "Pending";
    }
}

keyed! {
    /// How bad a finding is.
    pub enum Severity {
        Critical = "critical", "Critical";
        High = "high", "High";
        Medium = "medium", "Medium";
        Low = "low", "Low";
    }
}

keyed! {
    /// How sure a check is of what it found.
    pub enum Confidence {
        High = "high", "High";
        Medium = "medium", "Medium";
        Low = "low", "Low";
    }
}

impl Default for Confidence {
    /// Findings that say nothing else were certain.
    fn default() -> Self {
        Self::High
    }
}

keyed! {
    /// Why a finding cannot become fix work (docs/product.md#automated-fix-workflow). Labels finish "Not eligible: …".
    pub enum Ineligible {
        FalsePositive = "false_positive", "marked as a false positive";
        MissingEvidence = "missing_evidence", "evidence is missing";
        UnsupportedScope = "unsupported_scope", "outside the accepted scope";
        UnsafeAccess = "unsafe_access", "no safe access";
        HasTask = "has_task", "it already has a fix task";
        NeedsReview = "needs_review", "confidence is too low; it needs review";
    }
}

/// A quality gate with its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Gate {
    /// Which gate.
    pub key: GateKey,
    /// How it stands.
    pub status: GateStatus,
    /// What happens next when it has not passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Finding {
    /// Its id.
    pub finding_id: FindingId,
    /// What was found.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// What area it belongs to.
    pub category: String,
    /// The page it was found on.
    pub affected_url: String,
    /// The pages it was found on, at most [`crate::audit::MOST_NAMED`]; empty for findings that name only that one.
    #[serde(default)]
    pub pages: Vec<String>,
    /// The check that found it.
    #[serde(default)]
    pub check: Option<String>,
    /// What evidence there is, in words.
    pub evidence: String,
    /// SHA-256 of what was seen before it was cut or redacted; `None` for findings without kept evidence.
    #[serde(default)]
    pub evidence_hash: Option<String>,
    /// How sure the check is.
    #[serde(default)]
    pub confidence: Confidence,
    /// The same for the same issue in every run of the project.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// How to mend it by hand.
    pub remediation: String,
    /// Fix credits that work on it reserves.
    pub fix_credit_cost: i64,
    /// Why it cannot become fix work; `None` when it can.
    pub ineligible: Option<Ineligible>,
    /// Who marked it as not to be worked on, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<mark::Marked>,
    /// The task that works on it.
    pub fix_task_id: Option<FixTaskId>,
    /// What the newest retest said.
    #[serde(default)]
    pub retest: Option<FindingRetest>,
}

impl Finding {
    /// The paths of the pages it was found on.
    pub fn paths(&self) -> Vec<String> {
        let urls = if self.pages.is_empty() {
            std::slice::from_ref(&self.affected_url)
        } else {
            self.pages.as_slice()
        };
        urls.iter().map(|url| path_of(url).to_owned()).collect()
    }
}

/// A row of the report list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportRow {
    /// Its id.
    pub report_id: ReportId,
    /// What people call it.
    pub title: String,
    /// The project it belongs to.
    pub project_id: ProjectId,
    /// That project's site.
    pub domain: String,
    /// Whether it is published.
    pub publication_status: PublicationStatus,
    /// How many findings it has.
    pub findings_count: i64,
    /// How many of them can become fix work.
    pub eligible_count: i64,
    /// When its scan ended.
    pub scanned_at: DateTime<Utc>,
    /// The gates that keep it from being published, with what happens next.
    #[serde(default)]
    pub missing: Vec<Gate>,
    /// What the newest retests say about its findings.
    #[serde(default)]
    pub retests: RetestCounts,
}

/// A report page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportView {
    /// Its id.
    pub report_id: ReportId,
    /// What people call it.
    pub title: String,
    /// The project it belongs to.
    pub project_id: ProjectId,
    /// That project's name.
    pub project_name: String,
    /// That project's site.
    pub domain: String,
    /// The account that owns it.
    pub owner: AccountRef,
    /// Whether it is published.
    pub publication_status: PublicationStatus,
    /// Whether all gates passed.
    pub can_publish: bool,
    /// Its quality gates.
    pub gates: Vec<Gate>,
    /// 0 to 100, higher is worse.
    pub risk_score: i64,
    /// How many pages were scanned.
    pub scanned_pages: i64,
    /// When its scan ended.
    pub scanned_at: DateTime<Utc>,
    /// What the report does not claim.
    pub disclaimer_text: String,
    /// The fix workflow of this report.
    pub fix_workflow: crate::fix::FixWorkflowView,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}
