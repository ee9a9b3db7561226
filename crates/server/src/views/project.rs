//! Project pages, project rows and the services that depend on coverage.

use super::scope;
use crate::error::ApiError;
use crate::facts::{ProjectContext, project_facts};
use crate::store::{projects, reports};
use domain::Timestamp;
use domain::billing::UsageRow;
use domain::gate::{Action, Facts, Verdict, evaluate};
use domain::project::{
    DomainStatus, PathStep, ProjectRow, ProjectView, ScopeStatus, Service, ServiceBadge,
    ServiceKind, ServiceState, StepBadge,
};
use domain::reason::{Reason, ReasonCode, WorkflowOwner};
use domain::report::{PublicationStatus, ReportRow};
use sqlx::AnyConnection;

/// The project page.
pub async fn view(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    now: Timestamp,
) -> Result<ProjectView, ApiError> {
    let project = &context.project;
    let scan_facts = project_facts(conn, context, Action::Scan).await?;
    let scan_gate = evaluate(&scan_facts);
    let latest = projects::latest_scan(conn, &project.id).await?;
    let reports = reports::of_project(conn, &project.id).await?;
    Ok(ProjectView {
        project_id: project.id.clone(),
        name: project.name.clone(),
        domain: project.domain.clone(),
        owner: context.owner.account.clone(),
        payer: context.payer.account.clone(),
        accepted_scope_status: project.scope,
        scope_pages: project.scope_pages,
        ownership_proof_status: project.domain_status,
        scope: scope::scope(conn, context, now).await?,
        proof: scope::proof(conn, context, now).await?,
        unsupported: project.unsupported.clone(),
        baseline_report_id: project.baseline.clone(),
        path_steps: path_steps(&scan_facts, &scan_gate, &reports),
        services: services(conn, context).await?,
        scan_facts,
        scan_gate,
        latest_scan: latest.map(|scan| scan.run),
        reports,
        as_of: now,
    })
}

/// A row of the project list.
pub async fn row(
    conn: &mut AnyConnection,
    context: &ProjectContext,
) -> Result<ProjectRow, ApiError> {
    let gate = evaluate(&project_facts(conn, context, Action::Scan).await?);
    Ok(ProjectRow {
        project_id: context.project.id.clone(),
        name: context.project.name.clone(),
        domain: context.project.domain.clone(),
        payer: context.payer.account.clone(),
        scan_ready: gate.is_ready(),
        reason: gate.primary().cloned(),
    })
}

/// The action that uses a service.
const fn action_of(service: ServiceKind) -> Option<Action> {
    match service {
        ServiceKind::ActivationScan => Some(Action::Scan),
        ServiceKind::Monitoring => Some(Action::Monitoring),
        ServiceKind::FixWorkflow => Some(Action::Retest),
        ServiceKind::AgencyDelivery => None,
    }
}

/// The services of a project with what is in their way.
pub(super) async fn services(
    conn: &mut AnyConnection,
    context: &ProjectContext,
) -> Result<Vec<Service>, ApiError> {
    let mut services = Vec::with_capacity(context.services.len());
    for (service, state) in &context.services {
        let reasons = match action_of(*service) {
            Some(action) => service_reasons(conn, context, action).await?,
            None => Vec::new(),
        };
        services.push(Service {
            service: *service,
            state: *state,
            badge: badge(*state, &reasons),
            blocked_reasons: reasons,
        });
    }
    Ok(services)
}

async fn service_reasons(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    action: Action,
) -> Result<Vec<Reason>, ApiError> {
    let reasons = evaluate(&project_facts(conn, context, action).await?).blocked_reasons;
    // Roles and running work stand beside the button, not in the state of the service.
    let beside = [ReasonCode::RoleNotAllowed, ReasonCode::WorkInProgress];
    Ok(reasons
        .into_iter()
        .filter(|reason| !beside.contains(&reason.code))
        .collect())
}

fn badge(state: ServiceState, reasons: &[Reason]) -> ServiceBadge {
    // "Project service blocked" speaks of the service itself, which its own state says already.
    let prerequisite = |reason: &Reason| {
        reason.owner == WorkflowOwner::Project && reason.label != "Project service blocked"
    };
    let coverage = |reason: &Reason| {
        matches!(
            reason.owner,
            WorkflowOwner::Billing | WorkflowOwner::Provider
        )
    };
    match state {
        ServiceState::Paused => ServiceBadge::Paused,
        _ if reasons.iter().any(prerequisite) => ServiceBadge::Blocked,
        _ if reasons.iter().any(coverage) => ServiceBadge::WaitingOnCoverage,
        ServiceState::NotEnabled => ServiceBadge::NotEnabled,
        ServiceState::Enabled => ServiceBadge::Enabled,
    }
}

/// The services of a project as rows of the billing page.
pub async fn usage(
    conn: &mut AnyConnection,
    context: &ProjectContext,
) -> Result<Vec<UsageRow>, ApiError> {
    let project = &context.project;
    let rows = services(conn, context).await?;
    Ok(rows
        .into_iter()
        .map(|service| UsageRow {
            project_id: project.id.clone(),
            project_name: project.name.clone(),
            domain: project.domain.clone(),
            owner_name: context.owner.account.name.clone(),
            payer_name: context.payer.account.name.clone(),
            service: service.service,
            badge: service.badge,
            reason: service.blocked_reasons.into_iter().next(),
        })
        .collect())
}

/// `Shortest path to first useful report`: done steps, the one that is next, and what waits behind it.
fn path_steps(facts: &Facts, gate: &Verdict, reports: &[ReportRow]) -> Vec<PathStep> {
    let project = &facts.project;
    let published = reports
        .iter()
        .any(|report| report.publication_status == PublicationStatus::Published);
    let billing = |reason: &Reason| {
        matches!(
            reason.owner,
            WorkflowOwner::Billing | WorkflowOwner::Provider
        )
    };
    let covered = !gate.blocked_reasons.iter().any(billing);
    let steps = [
        ("Project setup", project.setup_done),
        ("Public page scope", project.scope == ScopeStatus::Accepted),
        (
            "Domain authorization",
            project.domain == DomainStatus::Verified,
        ),
        ("Billing coverage", covered || published),
        ("Scan", !reports.is_empty()),
        ("Report", published),
    ];
    let mut now_taken = false;
    steps
        .into_iter()
        .map(|(label, done)| {
            let badge = match (done, now_taken) {
                (true, _) => StepBadge::Done,
                (false, true) => StepBadge::Waiting,
                (false, false) => {
                    now_taken = true;
                    if project.unsupported.is_some() {
                        StepBadge::Blocked
                    } else {
                        StepBadge::Now
                    }
                }
            };
            PathStep {
                label: label.to_owned(),
                badge,
            }
        })
        .collect()
}

/// What keeps a service from being enabled or resumed: everything but its own state.
///
/// A scan or a fix is paid when it starts, so its service may be switched on before there is coverage (S3-28). Monitoring
/// runs by itself as soon as it is on: it needs its coverage and a billing state that lets work run.
pub fn switch_reasons(view: &ProjectView, service: ServiceKind) -> Vec<Reason> {
    let found = view.services.iter().find(|row| row.service == service);
    let reasons = found
        .map(|row| row.blocked_reasons.as_slice())
        .unwrap_or_default();
    let in_the_way = |reason: &&Reason| match reason.owner {
        WorkflowOwner::Project => reason.label != "Project service blocked",
        WorkflowOwner::Billing | WorkflowOwner::Provider => service == ServiceKind::Monitoring,
        _ => false,
    };
    reasons.iter().filter(in_the_way).cloned().collect()
}
