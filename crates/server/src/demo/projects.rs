//! Projects, reports and findings of the demonstration data.

use super::SeedError;
use crate::state::AppState;
use crate::store::Tx;
use crate::store::monitoring::{self, StoredSchedule};
use crate::store::projects::{self, Project};
use crate::store::proofs;
use crate::store::reports::{self, Report};
use crate::store::scopes::{self, Selection};
use chrono::{Duration, Utc};
use domain::fix::{DeliveryMode, FixTaskStatus};
use domain::id::{AccountId, FindingId, ProjectId, ReportId};
use domain::monitoring::{Frequency, next_scan};
use domain::project::{DomainStatus, ScopeStatus, ServiceKind, ServiceState};
use domain::proof::{HOLDS_DAYS, ProofMethod};
use domain::report::Confidence;
use domain::report::{Finding, Gate, GateKey, GateStatus, Ineligible, PublicationStatus, Severity};
use serde::Deserialize;

/// A finding: id, severity, title, category, page, evidence, remediation, why it is not eligible.
#[derive(Deserialize)]
pub(super) struct DemoFinding(
    pub(super) FindingId,
    Severity,
    String,
    String,
    String,
    String,
    String,
    Option<Ineligible>,
);

impl DemoFinding {
    fn stored(&self) -> Finding {
        Finding {
            finding_id: self.0.clone(),
            severity: self.1,
            title: self.2.clone(),
            category: self.3.clone(),
            affected_url: self.4.clone(),
            pages: Vec::new(),
            check: None,
            retest: None,
            evidence: self.5.clone(),
            evidence_hash: None,
            confidence: Confidence::High,
            fingerprint: None,
            remediation: self.6.clone(),
            fix_credit_cost: 1,
            ineligible: self.7,
            fix_task_id: None,
            marked: None,
        }
    }
}

/// A report.
#[derive(Deserialize)]
pub(super) struct DemoReport {
    pub(super) id: ReportId,
    pub(super) title: String,
    pub(super) days: i64,
    risk: i64,
    pages: i64,
    #[serde(default)]
    publication: Option<PublicationStatus>,
    #[serde(default)]
    open_gate: Option<GateKey>,
    #[serde(default)]
    mode: Option<DeliveryMode>,
    /// Fix tasks over its findings, in order: status and number of findings.
    #[serde(default)]
    pub(super) worked: Vec<(FixTaskStatus, usize)>,
    pub(super) findings: Vec<DemoFinding>,
}

/// A project.
#[derive(Deserialize)]
pub(super) struct DemoProject {
    pub(super) id: ProjectId,
    account: AccountId,
    #[serde(default)]
    payer: Option<AccountId>,
    name: String,
    domain: String,
    pages: i64,
    #[serde(default)]
    scope: Option<ScopeStatus>,
    #[serde(default)]
    domain_status: Option<DomainStatus>,
    #[serde(default)]
    unsupported: Option<String>,
    #[serde(default)]
    baseline: Option<ReportId>,
    services: Vec<ServiceKind>,
    #[serde(default)]
    paused: bool,
    #[serde(default)]
    pub(super) scans_done: u32,
    #[serde(default)]
    pub(super) scan_queued: bool,
    #[serde(default)]
    pub(super) ai: i64,
    #[serde(default)]
    pub(super) reports: Vec<DemoReport>,
}

impl DemoProject {
    pub(super) fn payer(&self) -> &AccountId {
        self.payer.as_ref().unwrap_or(&self.account)
    }
}

pub(super) fn read() -> Result<Vec<DemoProject>, serde_json::Error> {
    serde_json::from_str(include_str!("projects.json"))
}

pub(super) async fn write(state: &AppState, projects: &[DemoProject]) -> Result<(), SeedError> {
    let mut tx = state.store.begin().await?;
    for project in projects {
        insert_project(&mut tx, project).await?;
        for report in &project.reports {
            insert_report(&mut tx, &project.id, report).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// What somebody selected, and where the scope is accepted, that they accepted exactly it.
async fn write_scope(tx: &mut Tx, project: &Project) -> Result<(), SeedError> {
    if project.scope == ScopeStatus::None || project.scope_pages == 0 {
        return Ok(());
    }
    let pages = pages(usize::try_from(project.scope_pages).unwrap_or(0));
    let selection = Selection {
        digest: scopes::digest(&pages),
        manual: Vec::new(),
        pages,
    };
    let (now, by) = (Utc::now() - Duration::days(30), owner(project));
    scopes::select(tx, &project.id, &selection, by.1, now).await?;
    match project.scope {
        ScopeStatus::Accepted => {
            scopes::accept(tx, &project.id, &selection, by, now).await?;
        }
        ScopeStatus::Stale => {
            let pages = pages_before(&selection.pages);
            let before = Selection {
                digest: scopes::digest(&pages),
                manual: Vec::new(),
                pages,
            };
            scopes::accept(tx, &project.id, &before, by, now).await?;
        }
        ScopeStatus::None | ScopeStatus::Selected => {}
    }
    Ok(())
}

/// Who did it: an owner of the account, by id and name.
fn owner(project: &Project) -> (&'static str, &'static str) {
    match project.account.as_str() {
        "acc_beacon" | "acc_corner" => ("usr_ana", "Ana Lindqvist"),
        _ => ("usr_dana", "Dana Reyes"),
    }
}

/// Pages of the sample shop, which answers for every site of the demonstration; the pages of its list fill them up.
fn pages(count: usize) -> Vec<String> {
    let own = [
        "/",
        "/products",
        "/about",
        "/delivery",
        "/contact",
        "/sale",
        "/blog",
        "/checkout",
    ];
    let posts = [
        "/blog/first-flush",
        "/blog/cold-brew",
        "/blog/new-packaging",
    ];
    let own = own.into_iter().chain(posts).map(str::to_owned);
    let products = (1..=8).map(|number| format!("/products/{number}"));
    let lists = (2..).map(|number| format!("/products?page={number}"));
    let mut pages: Vec<String> = own.chain(products).chain(lists).take(count).collect();
    pages.sort();
    pages
}

/// The same without the last one: what was accepted before that page was added.
fn pages_before(pages: &[String]) -> Vec<String> {
    pages.iter().rev().skip(1).rev().cloned().collect()
}

/// The proof of a domain that is verified; a year from the day it was found.
async fn write_proof(tx: &mut Tx, project: &Project) -> Result<(), SeedError> {
    if project.domain_status == DomainStatus::None {
        return Ok(());
    }
    // The same each time, so that what is recorded of the demonstration stays the same.
    let digest = scopes::digest(&[project.id.to_string()]);
    let token = digest.get(..32).unwrap_or_default().to_owned();
    let found = Utc::now() - Duration::days(30);
    let challenge = (ProofMethod::DnsTxt, token.as_str());
    proofs::challenge(tx, &project.id, challenge, owner(project).1, found).await?;
    if project.domain_status == DomainStatus::Verified {
        let until = found + Duration::days(HOLDS_DAYS);
        proofs::verified(tx, &project.id, found, until).await?;
    }
    Ok(())
}

async fn insert_project(tx: &mut Tx, project: &DemoProject) -> Result<(), SeedError> {
    let stored = Project {
        id: project.id.clone(),
        account: project.account.clone(),
        payer: project.payer().clone(),
        name: project.name.clone(),
        domain: project.domain.clone(),
        unsupported: project.unsupported.clone(),
        setup_done: true,
        scope: project.scope.unwrap_or(ScopeStatus::Accepted),
        scope_pages: project.pages,
        domain_status: project.domain_status.unwrap_or(DomainStatus::Verified),
        connected_access: false,
        baseline: project.baseline.clone(),
    };
    projects::insert(tx, &stored, Utc::now()).await?;
    write_scope(tx, &stored).await?;
    write_proof(tx, &stored).await?;
    let state = if project.paused {
        ServiceState::Paused
    } else {
        ServiceState::Enabled
    };
    for service in &project.services {
        projects::insert_service(tx, &project.id, *service, state).await?;
        if *service == ServiceKind::Monitoring {
            let on = state == ServiceState::Enabled;
            let schedule = StoredSchedule {
                project: project.id.clone(),
                frequency: Frequency::Weekly,
                time_zone: "UTC".to_owned(),
                next_at: on.then(|| next_scan(Frequency::Weekly, Utc::now(), &Utc)),
                refused: None,
            };
            monitoring::save(tx, &schedule).await?;
        }
    }
    Ok(())
}

async fn insert_report(
    tx: &mut Tx,
    project: &ProjectId,
    report: &DemoReport,
) -> Result<(), SeedError> {
    let gates = GateKey::ALL.iter().map(|key| {
        let passed = report.open_gate != Some(*key);
        Gate {
            key: *key,
            status: if passed {
                GateStatus::Passed
            } else {
                GateStatus::Blocked
            },
            next: (!passed).then(|| {
                "Redact the personal data in the evidence; the gate is checked again by itself."
                    .to_owned()
            }),
        }
    });
    let stored = Report {
        id: report.id.clone(),
        project: project.clone(),
        title: report.title.clone(),
        publication_status: report.publication.unwrap_or(PublicationStatus::Published),
        gates: gates.collect(),
        risk_score: report.risk,
        scanned_pages: report.pages,
        scanned_at: Utc::now() - Duration::days(report.days),
        preferred_mode: report.mode.unwrap_or(DeliveryMode::ReviewOnlyPatch),
    };
    reports::insert(tx, &stored).await?;
    for (position, finding) in (0i64..).zip(&report.findings) {
        reports::insert_finding(tx, &report.id, position, &finding.stored()).await?;
    }
    Ok(())
}
