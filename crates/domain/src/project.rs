//! Projects: one site each, its prerequisites and the services that use coverage (docs/product.md#project, docs/states.md#project-service).

use crate::account::AccountRef;
use crate::gate::{Facts, Verdict};
use crate::guide::Guide;
use crate::id::{AccountId, ProjectId, ReportId};
use crate::keyed;
use crate::proof::ProofView;
use crate::reason::Reason;
use crate::scan::ScanRun;
use crate::scope::ScopeView;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// Whose site a project is about; a rule of a plan can ask for one of them (S3-25).
    pub enum ProjectType {
        OwnSite = "own_site", "Own site";
        ClientSite = "client_site", "Client site";
    }
}

impl ProjectType {
    /// A project that another account than its owner pays for is a client's site (docs/product.md#agencies-and-clients).
    pub fn of(owner: &AccountId, payer: &AccountId) -> Self {
        if owner == payer {
            Self::OwnSite
        } else {
            Self::ClientSite
        }
    }

    /// One of them in a sentence.
    pub const fn one(self) -> &'static str {
        match self {
            Self::OwnSite => "a business's own site",
            Self::ClientSite => "a client's site",
        }
    }
}

keyed! {
    /// Whether the scan scope is accepted.
    pub enum ScopeStatus {
        None = "none", "Not selected";
        Selected = "selected", "Selected, not accepted";
        Accepted = "accepted", "Scope accepted";
        Stale = "stale", "Changed since it was accepted";
    }
}

keyed! {
    /// Whether the domain is proven.
    pub enum DomainStatus {
        None = "none", "Not verified";
        ChallengeCreated = "challenge_created", "Challenge created";
        Verified = "verified", "Verified";
        Failed = "failed", "Verification failed";
    }
}

keyed! {
    /// A service of a project that uses account coverage.
    pub enum ServiceKind {
        ActivationScan = "activation_scan", "Activation scan";
        Monitoring = "monitoring", "Monitoring";
        FixWorkflow = "fix_workflow", "Fix workflow";
        AgencyDelivery = "agency_delivery", "Agency delivery";
    }
}

impl ServiceKind {
    /// Where more is said about it (S3-29 to S3-32).
    pub const fn guide(self) -> Guide {
        match self {
            Self::ActivationScan => Guide::ActivationScans,
            Self::Monitoring => Guide::MonitoringPlans,
            Self::FixWorkflow => Guide::AutomatedFixCredits,
            Self::AgencyDelivery => Guide::EntitlementsAndServices,
        }
    }
}

keyed! {
    /// The stored state of a service.
    pub enum ServiceState {
        NotEnabled = "not_enabled", "Not enabled";
        Enabled = "enabled", "Enabled";
        Paused = "paused", "Paused";
    }
}

keyed! {
    /// The state of a service as people see it: stored state plus what is in its way (S3-9).
    pub enum ServiceBadge {
        Enabled = "enabled", "Enabled";
        NotEnabled = "not_enabled", "Not enabled";
        Paused = "paused", "Paused";
        Blocked = "blocked", "Blocked";
        WaitingOnCoverage = "waiting_on_account_coverage", "Waiting on account coverage";
    }
}

keyed! {
    /// Where a step of the path stands.
    pub enum StepBadge {
        Done = "done", "Done";
        Now = "now", "Now";
        Waiting = "waiting", "Waiting";
        Blocked = "blocked", "Blocked";
    }
}

/// A service with the one next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Service {
    /// Which service.
    pub service: ServiceKind,
    /// Its stored state.
    pub state: ServiceState,
    /// What people see.
    pub badge: ServiceBadge,
    /// What is in the way; the first is the one to act on. Empty when it is enabled and nothing is.
    pub blocked_reasons: Vec<Reason>,
}

/// A step of `Shortest path to first useful report`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PathStep {
    /// What the step is.
    pub label: String,
    /// Where it stands.
    pub badge: StepBadge,
}

/// A row of the project list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProjectRow {
    /// Its id.
    pub project_id: ProjectId,
    /// Its name.
    pub name: String,
    /// Its site.
    pub domain: String,
    /// Who pays for it.
    #[serde(rename = "paying_account")]
    pub payer: AccountRef,
    /// Whether a scan can start now.
    pub scan_ready: bool,
    /// The reason to act on, when it cannot.
    pub reason: Option<Reason>,
}

/// A project page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProjectView {
    /// Its id.
    pub project_id: ProjectId,
    /// Its name.
    pub name: String,
    /// Its site.
    pub domain: String,
    /// The account that owns it.
    pub owner: AccountRef,
    /// The account whose ledger pays (docs/product.md#agencies-and-clients).
    #[serde(rename = "paying_account")]
    pub payer: AccountRef,
    /// Whether the scope is accepted.
    pub accepted_scope_status: ScopeStatus,
    /// Pages that the scope covers.
    pub scope_pages: i64,
    /// Whether the domain is proven.
    pub ownership_proof_status: DomainStatus,
    /// Which of its pages are known, selected and accepted.
    pub scope: ScopeView,
    /// How its domain is proven.
    pub proof: ProofView,
    /// Why the target cannot be scanned.
    pub unsupported: Option<String>,
    /// The report that monitoring compares with.
    pub baseline_report_id: Option<ReportId>,
    /// The path to the first report.
    pub path_steps: Vec<PathStep>,
    /// Its services.
    pub services: Vec<Service>,
    /// What the gate looks at for a scan; evaluate it with the account in view.
    pub scan_facts: Facts,
    /// What the gate says for a scan seen from the owning account.
    pub scan_gate: Verdict,
    /// The newest run.
    pub latest_scan: Option<ScanRun>,
    /// Its reports, newest first.
    pub reports: Vec<crate::report::ReportRow>,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}

/// Body of `POST /projects/{p}/services/{s}/{enable|pause|resume}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SwitchService {
    /// The account that the page looks at.
    pub account_id: AccountId,
}

keyed! {
    /// What to do with a service.
    pub enum ServiceSwitch {
        Enable = "enable", "Enable service";
        Pause = "pause", "Pause service";
        Resume = "resume", "Resume service";
    }
}

impl ServiceSwitch {
    /// The state afterwards, when the switch makes sense from this state.
    pub const fn apply(self, from: ServiceState) -> Option<ServiceState> {
        match (self, from) {
            (Self::Enable, ServiceState::NotEnabled) | (Self::Resume, ServiceState::Paused) => {
                Some(ServiceState::Enabled)
            }
            (Self::Pause, ServiceState::Enabled) => Some(ServiceState::Paused),
            _ => None,
        }
    }
}
