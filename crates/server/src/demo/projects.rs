//! Projects, reports and findings of the demonstration data.

use super::SeedError;
use crate::state::AppState;
use crate::store::{Tx, micros};
use chrono::{Duration, Utc};
use domain::report::{Gate, GateKey, GateStatus};
use serde::Deserialize;

/// A finding: id, severity, title, category, page, evidence, remediation, why it is not eligible.
#[derive(Deserialize)]
pub(super) struct DemoFinding(
    pub(super) String,
    pub(super) String,
    pub(super) String,
    pub(super) String,
    pub(super) String,
    pub(super) String,
    pub(super) String,
    pub(super) Option<String>,
);

/// A report.
#[derive(Deserialize)]
pub(super) struct DemoReport {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) days: i64,
    risk: i64,
    pages: i64,
    #[serde(default)]
    publication: Option<String>,
    #[serde(default)]
    open_gate: Option<String>,
    #[serde(default)]
    mode: Option<String>,
    /// Fix tasks over its findings, in order: status and number of findings.
    #[serde(default)]
    pub(super) worked: Vec<(String, usize)>,
    pub(super) findings: Vec<DemoFinding>,
}

/// A project.
#[derive(Deserialize)]
pub(super) struct DemoProject {
    pub(super) id: String,
    pub(super) account: String,
    #[serde(default)]
    pub(super) payer: Option<String>,
    name: String,
    domain: String,
    pages: i64,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    domain_status: Option<String>,
    #[serde(default)]
    unsupported: Option<String>,
    #[serde(default)]
    baseline: Option<String>,
    services: Vec<String>,
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
    pub(super) fn payer(&self) -> &str {
        self.payer.as_deref().unwrap_or(&self.account)
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

async fn insert_project(tx: &mut Tx, project: &DemoProject) -> Result<(), SeedError> {
    sqlx::query(
        "INSERT INTO projects (id, account_id, billing_account_id, name, domain, unsupported, scope, scope_pages, domain_status, baseline_report_id, created_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
    )
    .bind(&project.id)
    .bind(&project.account)
    .bind(project.payer())
    .bind(&project.name)
    .bind(&project.domain)
    .bind(&project.unsupported)
    .bind(project.scope.as_deref().unwrap_or("accepted"))
    .bind(project.pages)
    .bind(project.domain_status.as_deref().unwrap_or("verified"))
    .bind(&project.baseline)
    .bind(micros(Utc::now()))
    .execute(&mut **tx)
    .await?;
    for service in &project.services {
        sqlx::query("INSERT INTO project_services (project_id, service, state) VALUES ($1,$2,$3)")
            .bind(&project.id)
            .bind(service)
            .bind(if project.paused { "paused" } else { "enabled" })
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

async fn insert_report(tx: &mut Tx, project: &str, report: &DemoReport) -> Result<(), SeedError> {
    let open = report.open_gate.as_deref().and_then(GateKey::parse);
    let gates: Vec<Gate> = GateKey::ALL
        .iter()
        .map(|key| {
            let passed = open != Some(*key);
            Gate {
                key: *key,
                status: if passed { GateStatus::Passed } else { GateStatus::Blocked },
                next: (!passed).then(|| "Redact the personal data in the evidence; the gate is checked again by itself.".to_owned()),
            }
        })
        .collect();
    sqlx::query(
        "INSERT INTO reports (id, project_id, title, publication_status, gates, risk_score, scanned_pages, scanned_at, preferred_mode) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
    )
    .bind(&report.id)
    .bind(project)
    .bind(&report.title)
    .bind(report.publication.as_deref().unwrap_or("published"))
    .bind(serde_json::to_string(&gates)?)
    .bind(report.risk)
    .bind(report.pages)
    .bind(micros(Utc::now() - Duration::days(report.days)))
    .bind(report.mode.as_deref().unwrap_or("review_only_patch"))
    .execute(&mut **tx)
    .await?;
    for (position, finding) in (0i64..).zip(&report.findings) {
        sqlx::query(
            "INSERT INTO findings (id, report_id, position, severity, title, category, affected_url, evidence, remediation, ineligible, fix_credit_cost) \
             VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,1)",
        )
        .bind(&finding.0)
        .bind(&report.id)
        .bind(position)
        .bind(&finding.1)
        .bind(&finding.2)
        .bind(&finding.3)
        .bind(&finding.4)
        .bind(&finding.5)
        .bind(&finding.6)
        .bind(&finding.7)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
