//! The facts that a gate looks at; they travel to the browser, so that a selection is answered at once.

use crate::account::{AccountRef, BillingState, PackageKey, SubscriptionStatus};
use crate::credits::{Balance, CreditType, Owed};
use crate::fix::DeliveryMode;
use crate::gate::Action;
use crate::id::{CheckoutId, FindingId, FixTaskId, ProjectId, ReportId, ScanRunId};
use crate::link::{Origin, Place};
use crate::project::{DomainStatus, ScopeStatus, ServiceKind, ServiceState};
use crate::report::{Gate, PublicationStatus};
use crate::role::Role;
use crate::scan::ScanStatus;
use serde::{Deserialize, Serialize};

/// What a plan includes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Includes {
    /// Private scans.
    pub scans: bool,
    /// Recurring monitoring.
    pub monitoring: bool,
    /// Fix work and retests.
    pub fixes: bool,
}

impl From<PackageKey> for Includes {
    fn from(package: PackageKey) -> Self {
        Self {
            scans: package.includes_scans(),
            monitoring: package.includes_monitoring(),
            fixes: package.includes_fixes(),
        }
    }
}

/// The account whose credits the work would use.
///
/// Somebody who works for a client of an agency sees what the gate needs of the agency, and not its books (docs/product.md#agencies-and-clients).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that are true or not, each by itself"
)]
pub struct Payer {
    /// Which account.
    pub account: AccountRef,
    /// Its plan; `None` for people who may not open its billing.
    pub package_key: Option<PackageKey>,
    /// What its plan includes.
    pub includes: Includes,
    /// Whether billing lets paid work start.
    pub billing_state: BillingState,
    /// What it owes because disputed payments were used; nothing for people who may not open its billing.
    #[serde(default, skip_serializing_if = "Owed::is_none")]
    pub owed: Owed,
    /// An invoice that was not paid in time: which, for the sentence. Empty for people who may not open its billing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unresolved_invoice: Option<String>,
    /// Its subscription.
    pub subscription_status: SubscriptionStatus,
    /// The balance of the credit type that the work needs; `Avail` alone for people who may not open its billing.
    pub balance: Balance,
    /// Whether that type was ever granted: tells "required" from "exhausted" (I-3).
    pub ever_granted: bool,
    /// Whether an unconfirmed payment would bring the missing coverage (I-1).
    pub payment_pending: bool,
    /// That payment's checkout; `None` for people who may not open its billing.
    pub pending_checkout: Option<CheckoutId>,
    /// Whether a plan that includes the work can be bought now.
    pub plan_buyable: bool,
    /// Why a top-up of the credits that the work needs cannot be bought now; `None` when it can (S1-13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_up_refusal: Option<String>,
    /// How many of the available credits the plan gave; 0 for people who may not open its billing.
    #[serde(default)]
    pub plan_credits: i64,
    /// Whether the person may open this account's billing.
    pub is_member: bool,
}

impl Payer {
    /// Whether there is a subscription that a plan change would change.
    pub const fn has_subscription(&self) -> bool {
        self.subscription_status.runs()
    }

    /// The same for somebody who may not open the account's billing: what the gate decides on, nothing more.
    #[must_use]
    pub fn for_outsiders(self) -> Self {
        Self {
            package_key: None,
            balance: self.balance.avail_only(),
            pending_checkout: None,
            owed: Owed::default(),
            unresolved_invoice: self.unresolved_invoice.map(|_| String::new()),
            top_up_refusal: None,
            plan_credits: 0,
            is_member: false,
            ..self
        }
    }

    /// The plan as a sentence names it.
    pub fn plan_name(&self) -> &'static str {
        self.package_key.map_or("The plan", PackageKey::label)
    }
}

/// The project that the work belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProjectFacts {
    /// Which project.
    pub id: ProjectId,
    /// Why its target cannot be scanned; `None` when it can.
    pub unsupported: Option<String>,
    /// Whether it is set up.
    pub setup_done: bool,
    /// Whether its scope is accepted.
    pub scope: ScopeStatus,
    /// Whether its domain is verified.
    pub domain: DomainStatus,
    /// The service that the work needs.
    pub service: ServiceKind,
    /// The state of that service.
    pub service_state: ServiceState,
    /// Whether a baseline report exists.
    pub has_baseline: bool,
    /// Pages that the accepted scope covers.
    pub pages: i64,
    /// Pages that the payer's plan allows in one scan.
    pub page_limit: i64,
    /// A scan that has not ended.
    pub running: Option<(ScanRunId, ScanStatus)>,
}

/// A selected finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Selected {
    /// Which finding.
    pub id: FindingId,
    /// Whether it can become fix work.
    pub eligible: bool,
    /// What it costs in fix credits.
    pub cost: i64,
}

/// The report that fix work starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportFacts {
    /// Which report.
    pub id: ReportId,
    /// Whether it is published.
    pub publication_status: PublicationStatus,
    /// Its quality gates.
    pub gates: Vec<Gate>,
    /// How many of its findings can become fix work.
    pub eligible_count: i64,
    /// What is selected.
    pub selected: Vec<Selected>,
    /// How the work would be delivered.
    pub delivery_mode: DeliveryMode,
    /// Why that mode is not safe now; `None` when it is.
    pub mode_unavailable: Option<String>,
}

/// Everything a gate looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Facts {
    /// What is to start.
    pub action: Action,
    /// The account that the page looks at.
    pub viewing: AccountRef,
    /// The account that owns the project.
    pub owner: AccountRef,
    /// The person's role in the owning account.
    pub role: Role,
    /// Who pays.
    pub payer: Payer,
    /// The project.
    pub project: ProjectFacts,
    /// The report, for fixes.
    pub report: Option<ReportFacts>,
    /// The task, for retests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<FixTaskId>,
}

impl Facts {
    /// Which credits the work needs; `None` when it needs coverage only (I-18).
    pub const fn credit_type(&self) -> Option<CreditType> {
        match self.action {
            Action::Scan => Some(CreditType::Scan),
            Action::Fix => Some(CreditType::AutomatedFix),
            Action::Ai => Some(CreditType::Ai),
            Action::Retest | Action::Monitoring => None,
        }
    }

    /// Credits that starting reserves: 1 a scan, the sum of the selected findings for a fix (S0-9, S1-12).
    pub fn cost(&self) -> i64 {
        match (self.action, &self.report) {
            (Action::Scan | Action::Ai, _) => 1,
            (Action::Fix, Some(report)) if report.delivery_mode.uses_credits() => report
                .selected
                .iter()
                .filter(|finding| finding.eligible)
                .map(|finding| finding.cost)
                .sum(),
            _ => 0,
        }
    }

    /// How many eligible findings are selected.
    pub fn selected_count(&self) -> usize {
        let selected = self
            .report
            .as_ref()
            .map(|report| report.selected.as_slice())
            .unwrap_or_default();
        selected.iter().filter(|finding| finding.eligible).count()
    }

    /// Where this action stands, for the way to Billing and back.
    pub fn origin(&self) -> Origin {
        match &self.report {
            Some(report) => Origin {
                from: self.action,
                place: Place::Report(report.id.clone()),
                select: report
                    .selected
                    .iter()
                    .map(|finding| finding.id.clone())
                    .collect(),
            },
            None => Origin {
                from: self.action,
                place: self
                    .task
                    .clone()
                    .map_or_else(|| Place::Project(self.project.id.clone()), Place::FixTask),
                select: Vec::new(),
            },
        }
    }
}
