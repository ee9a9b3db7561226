//! Audits on the server's side: which worker holds a run, how far it is, and the report that is made of what it found.

use crate::error::ApiError;
use crate::facts::account;
use crate::live::Change;
use crate::store::audits::{self as stored, NewLease, Standing};
use crate::store::new_id;
use crate::store::projects::{self, Project};
use crate::store::reports::{self, Report};
use crate::store::retests as stored_retests;
use crate::store::scopes;
use crate::write::Write;
use chrono::Duration;
use domain::Timestamp;
use domain::audit::gates::{Scope, eligibility, publication, quality_gates, risk_score};
use domain::audit::text::plain;
use domain::audit::{
    AuditOutcome, ClaimAnswer, ClaimScan, FoundIssue, LONGEST_LINE, LeaseExtended, ScanClaim,
    ScanProgress,
};
use domain::catalogue::catalogue;
use domain::fix::DeliveryMode;
use domain::id::{FindingId, ReportId, ScanRunId};
use domain::problem::ProblemCode;
use domain::report::{Finding, PublicationStatus};

/// How long a worker may be silent before its run fails.
const LEASE: Duration = Duration::seconds(60);

/// Gives the run that has waited longest to a worker; none when nothing waits.
pub async fn claim(
    write: &mut Write,
    worker: &ClaimScan,
    now: Timestamp,
) -> Result<ClaimAnswer, ApiError> {
    let Some(run) = stored::longest_waiting(write, now).await? else {
        return Ok(ClaimAnswer { claim: None });
    };
    let project = project_of(write, &run).await?;
    let payer = account(write, &project.payer).await?;
    let plan_limit = catalogue().page_limit(payer.package_key);
    let accepted = scopes::accepted(write, &project.id).await?;
    let mut pages = accepted
        .map(|(_, accepted)| accepted.pages)
        .unwrap_or_default();
    pages.truncate(usize::try_from(plan_limit).unwrap_or(usize::MAX));
    // A retest looks at the pages of its findings alone.
    if let Some(wanted) = stored_retests::pages(write, &run).await? {
        pages.retain(|page| wanted.contains(page));
    }
    let page_limit = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let lease = hex::encode(rand::random::<[u8; 16]>());
    let until = now + LEASE;
    let new = NewLease {
        worker: &plain(&worker.worker, 60),
        lease: &lease,
        until,
        page_limit,
    };
    if !stored::take(write, &run, &new, now).await? {
        return Ok(ClaimAnswer { claim: None });
    }
    moved(write, &project);
    Ok(ClaimAnswer {
        claim: Some(ScanClaim {
            scan_run_id: run,
            lease,
            lease_until: until,
            domain: project.domain,
            page_limit,
            pages,
        }),
    })
}

/// Writes down how far a run is, and lets its worker go on.
///
/// # Errors
/// [`ProblemCode::ResultConflict`] when the lease holds the run no longer.
pub async fn advance(
    write: &mut Write,
    progress: &ScanProgress,
    now: Timestamp,
) -> Result<LeaseExtended, ApiError> {
    let project = project_of(write, &progress.scan_run_id).await?;
    let until = now + LEASE;
    let page = progress
        .current_page
        .as_deref()
        .map(|page| plain(page, LONGEST_LINE));
    let standing = Standing {
        current_page: page.as_deref(),
        pages_done: progress.pages_done.min(progress.pages_total),
        pages_total: progress.pages_total,
        until,
    };
    if !stored::advance(write, &progress.scan_run_id, &progress.lease, &standing).await? {
        return Err(lost());
    }
    moved(write, &project);
    Ok(LeaseExtended { lease_until: until })
}

/// The answer to a worker whose lease has ended.
pub(crate) fn lost() -> ApiError {
    ApiError::new(
        ProblemCode::ResultConflict,
        "The run is not in the hands of this worker. Nothing was changed.",
    )
}

async fn project_of(write: &mut Write, run: &ScanRunId) -> Result<Project, ApiError> {
    let scan = projects::load_scan(write, run)
        .await?
        .ok_or_else(ApiError::not_found)?;
    projects::load(write, &scan.run.project_id)
        .await?
        .ok_or_else(ApiError::not_found)
}

fn moved(write: &mut Write, project: &Project) {
    write.changed(&project.account, Change::Billing);
    write.changed(&project.payer, Change::Billing);
}

/// Makes the report of a completed run: its gates and eligible findings are computed, and it is published by itself when
/// every gate passed.
pub(crate) async fn make_report(
    write: &mut Write,
    project: &Project,
    (run, page_limit): (&ScanRunId, Option<u32>),
    outcome: &AuditOutcome,
    now: Timestamp,
) -> Result<ReportId, ApiError> {
    let false_positives = stored::false_positives(write, &project.id).await?;
    let scope = Scope {
        domain: &project.domain,
        page_limit: page_limit.unwrap_or_else(|| u32::try_from(project.scope_pages).unwrap_or(0)),
        false_positives: &false_positives,
    };
    let gates = quality_gates(outcome, &scope);
    let report = Report {
        id: new_id(ReportId::PREFIX)?,
        project: project.id.clone(),
        title: format!("Live audit, {}", now.format("%-d %B %Y")),
        publication_status: publication(&gates),
        gates,
        risk_score: risk_score(&outcome.findings),
        scanned_pages: i64::try_from(outcome.pages.len()).unwrap_or(i64::MAX),
        scanned_at: now,
        preferred_mode: DeliveryMode::ReviewOnlyPatch,
    };
    reports::insert(write, &report).await?;
    for (position, issue) in (0_i64..).zip(&outcome.findings) {
        let finding = finding(issue, &scope)?;
        reports::insert_finding(write, &report.id, position, &finding).await?;
    }
    stored::insert_pages(write, run, outcome).await?;
    let published = report.publication_status == PublicationStatus::Published;
    stored::connect_report(write, (&project.id, run, &report.id), published).await?;
    Ok(report.id)
}

fn finding(issue: &FoundIssue, scope: &Scope<'_>) -> Result<Finding, ApiError> {
    Ok(Finding {
        finding_id: new_id(FindingId::PREFIX)?,
        title: issue.title.clone(),
        severity: issue.severity,
        category: issue.category.key().to_owned(),
        confidence: issue.confidence,
        affected_url: issue.affected_url.clone(),
        pages: issue.pages.clone(),
        check: Some(issue.check.clone()),
        retest: None,
        evidence: issue.evidence.clone(),
        evidence_hash: Some(issue.evidence_hash.clone()),
        fingerprint: Some(issue.fingerprint.clone()),
        remediation: issue.remediation.clone(),
        fix_credit_cost: 1,
        ineligible: eligibility(issue, scope),
        fix_task_id: None,
        marked: None,
    })
}
