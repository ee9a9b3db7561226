//! Live audits: what a scanner takes, tells and hands in, and what the product makes of it (docs/states.md#scan).

pub mod gates;
pub mod paths;
pub mod redact;
pub mod text;

use crate::account::AccountRef;
use crate::id::ScanRunId;
use crate::keyed;
use crate::report::{Confidence, Severity};
use crate::scan::ScanRun;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Findings that one run hands in at most; a site with more has its worst ones reported.
pub const MOST_FINDINGS: usize = 200;
/// Pages that one run scans at most, whatever a plan allows.
pub const MOST_PAGES: usize = 1_000;
/// Skipped pages that one run names at most; the others are counted.
pub const MOST_SKIPPED: usize = 200;
/// Pages that a finding names at most, of those it was found on.
pub const MOST_NAMED: usize = 50;
/// Letters of evidence that a finding carries at most.
pub const LONGEST_EVIDENCE: usize = 2_000;
/// Letters of a title, an explanation or an address at most.
pub const LONGEST_LINE: usize = 600;

keyed! {
    /// The area that a check looks at.
    pub enum Category {
        Transport = "transport", "Transport";
        Headers = "headers", "Response headers";
        Cookies = "cookies", "Cookies";
        SupplyChain = "supply_chain", "Supply chain";
        Forms = "forms", "Forms";
        Privacy = "privacy", "Privacy";
        Exposure = "exposure", "Exposure";
        Accessibility = "accessibility", "Accessibility";
        Content = "content", "Content";
    }
}

keyed! {
    /// Why a page was not scanned.
    pub enum SkipReason {
        Robots = "robots", "The site's robots.txt asks not to";
        PrivatePath = "private_path", "Sign-in, administration, account or submitting page";
        OutsideScope = "outside_scope", "Not in the accepted scope";
        OtherHost = "other_host", "Leads to another site";
        PrivateAddress = "private_address", "Leads to a private network address";
        RedirectLoop = "redirect_loop", "Redirects without end";
        NotHtml = "not_html", "Not a web page";
        TooLarge = "too_large", "Larger than the scanner reads";
        TooSlow = "too_slow", "Did not answer in time";
        Unavailable = "unavailable", "Could not be read";
        PageLimit = "page_limit", "Beyond the pages of this scan";
        DepthLimit = "depth_limit", "Too many links away from the first page";
        TimeLimit = "time_limit", "The scan's time was over";
    }
}

impl SkipReason {
    /// Whether the page was wanted and could not be had, rather than left out on purpose.
    pub const fn is_missing(self) -> bool {
        matches!(
            self,
            Self::RedirectLoop | Self::TooSlow | Self::Unavailable | Self::TimeLimit
        )
    }
}

/// A page that was scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScannedPage {
    /// Its address.
    pub url: String,
    /// The HTTP status it answered with.
    pub status: u16,
}

/// A page that was not scanned, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SkippedPage {
    /// Its address.
    pub url: String,
    /// Why it was not scanned.
    pub reason: SkipReason,
}

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FoundIssue {
    /// The check.
    pub check: String,
    /// What was found.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The area.
    pub category: Category,
    /// How sure the check is.
    pub confidence: Confidence,
    /// The page it was found on first.
    pub affected_url: String,
    /// The pages it was found on, as they were asked for, at most [`MOST_NAMED`].
    #[serde(default)]
    pub pages: Vec<String>,
    /// What was seen, as plain text without secrets or personal data.
    pub evidence: String,
    /// SHA-256 of what was seen before anything was cut or redacted, 64 hexadecimal digits.
    pub evidence_hash: String,
    /// The same for the same issue in every run of the project, 64 hexadecimal digits.
    pub fingerprint: String,
    /// How to mend it by hand.
    pub remediation: String,
}

/// What a run found, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditOutcome {
    /// Pages that were scanned.
    pub pages: Vec<ScannedPage>,
    /// Pages that were not, at most [`MOST_SKIPPED`].
    pub skipped: Vec<SkippedPage>,
    /// How many more were skipped than `skipped` names.
    #[serde(default)]
    pub skipped_more: u32,
    /// What was found, worst first, at most [`MOST_FINDINGS`].
    pub findings: Vec<FoundIssue>,
}

impl AuditOutcome {
    /// Why this cannot be taken over; `None` when it can. What a worker sends is bounded and plain whatever a site sent it.
    pub fn refusal(&self) -> Option<&'static str> {
        let line =
            |text: &str| text.chars().count() <= LONGEST_LINE && text.chars().all(text::is_plain);
        let addresses = self
            .pages
            .iter()
            .map(|page| &page.url)
            .chain(self.skipped.iter().map(|page| &page.url));
        if self.pages.len() > MOST_PAGES
            || self.skipped.len() > MOST_SKIPPED
            || self.findings.len() > MOST_FINDINGS
        {
            return Some("more pages or findings than one run may hand in");
        }
        if !addresses.map(String::as_str).all(line) {
            return Some("an address that is too long or not plain text");
        }
        let fits = |finding: &FoundIssue| {
            let lines = [
                &finding.check,
                &finding.title,
                &finding.affected_url,
                &finding.evidence_hash,
                &finding.fingerprint,
                &finding.remediation,
            ];
            let evidence = finding.evidence.chars().count() <= LONGEST_EVIDENCE
                && finding.evidence.chars().all(text::is_plain);
            let pages = finding.pages.len() <= MOST_NAMED
                && finding.pages.iter().map(String::as_str).all(line);
            evidence && pages && lines.iter().all(|text| line(text))
        };
        (!self.findings.iter().all(fits)).then_some("a finding that is too long or not plain text")
    }
}

/// Body of `POST /scanner/claims`: a worker asks for work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ClaimScan {
    /// What the worker calls itself, 1 to 60 letters; for the log.
    pub worker: String,
}

/// Answer to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ClaimAnswer {
    /// The run to carry out; `None` when nothing waits.
    pub claim: Option<ScanClaim>,
}

/// A run in the hands of one worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScanClaim {
    /// The run.
    pub scan_run_id: ScanRunId,
    /// Proves that this worker holds the run.
    pub lease: String,
    /// When the run fails unless the worker has told of progress before.
    pub lease_until: DateTime<Utc>,
    /// The site: a host name, with a port where it is not the usual one.
    pub domain: String,
    /// Pages that the accepted scope and the plan allow.
    pub page_limit: u32,
    /// The accepted pages, as paths: nothing else is fetched (S1-12). Never more than the limit.
    pub pages: Vec<String>,
}

/// Body of `POST /scanner/progress`: the worker is alive, and this is how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScanProgress {
    /// The run.
    pub scan_run_id: ScanRunId,
    /// The lease of the claim.
    pub lease: String,
    /// The page that is looked at now.
    #[serde(default)]
    pub current_page: Option<String>,
    /// Pages that are done.
    pub pages_done: u32,
    /// Pages that are known to be done in all, so far.
    pub pages_total: u32,
}

/// Answer to progress: the lease goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaseExtended {
    /// When the run fails unless the worker tells of progress again.
    pub lease_until: DateTime<Utc>,
}

keyed! {
    /// How a scanner says that a run ended.
    pub enum ScanResultStatus {
        Completed = "completed", "Completed";
        Failed = "failed", "Failed";
    }
}

/// Body of `POST /scanner/results`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScanResult {
    /// The run.
    #[serde(alias = "scanRunId")]
    pub scan_run_id: ScanRunId,
    /// How it ended.
    pub status: ScanResultStatus,
    /// Why it failed; at most 500 letters.
    #[serde(default, alias = "errorSummary")]
    pub error_summary: Option<String>,
    /// How many pages were scanned.
    #[serde(default, alias = "scannedPages")]
    pub scanned_pages: Option<u32>,
    /// The lease of the worker that carried the run out; without one, the run must not be in a worker's hands.
    #[serde(default)]
    pub lease: Option<String>,
    /// What was found, for completed runs; without it the run completes and makes no report.
    #[serde(default)]
    pub outcome: Option<AuditOutcome>,
}

/// Answer to a scanner's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScanResultTaken {
    /// The run as it is now.
    pub scan_run: ScanRun,
}

/// A scan page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScanView {
    /// The run.
    #[serde(flatten)]
    pub run: ScanRun,
    /// The project's name.
    pub project_name: String,
    /// The project's site.
    pub domain: String,
    /// The account that owns the project.
    pub owner: AccountRef,
    /// The account whose credit is held.
    pub payer: AccountRef,
    /// Who started it.
    pub started_by: String,
    /// Pages that were scanned, in their order.
    pub pages: Vec<ScannedPage>,
    /// Pages that were not, with the reasons.
    pub skipped: Vec<SkippedPage>,
    /// How many more were skipped than `skipped` names.
    pub skipped_more: u32,
    /// How many findings its report has.
    pub findings_count: i64,
    /// Why this person cannot cancel it; `None` when they can.
    pub cancel_blocked: Option<String>,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}
