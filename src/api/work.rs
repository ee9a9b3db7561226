//! Projects and their scopes, scans, reports and services.

use super::fixes::fix_task;
use super::transport::{get, post};
use super::{Answer, Intent, List};
use crate::link::Place;
use crate::model::blocked::PlaceView;
use domain::audit::ScanView;
use domain::fix::FixWorkflowView;
use domain::id::{AccountId, ProjectId, ReportId, ScanRunId};
use domain::monitoring::{MonitoringView, SetSchedule};
use domain::project::{ProjectRow, ProjectView, ServiceKind, ServiceSwitch, SwitchService};
use domain::proof::{CheckProof, CreateChallenge, ProofView};
use domain::report::{ReportRow, ReportView};
use domain::scan::{CancelScan, ScanPage, StartScan, StartedScan};
use domain::scope::{AcceptScope, DiscoverPages, ScopeView, SelectScope};
use domain::site::CreateProject;

/// The account's projects.
pub async fn projects(account: AccountId) -> Answer<List<ProjectRow>> {
    get(format!("/accounts/{account}/projects")).await
}

/// Creates a project.
pub async fn create_project(
    account: AccountId,
    body: CreateProject,
    intent: Intent,
) -> Answer<ProjectView> {
    let path = format!("/accounts/{account}/projects");
    post(path, Some(&body), Some(intent)).await
}

/// Asks a scanner to find a site's public pages.
pub async fn discover_pages(
    project: ProjectId,
    body: DiscoverPages,
    intent: Intent,
) -> Answer<ScopeView> {
    let path = format!("/projects/{project}/scope/discovery");
    post(path, Some(&body), Some(intent)).await
}

/// Replaces what is selected of a site's pages.
pub async fn select_scope(
    project: ProjectId,
    body: SelectScope,
    intent: Intent,
) -> Answer<ScopeView> {
    let path = format!("/projects/{project}/scope/selection");
    post(path, Some(&body), Some(intent)).await
}

/// Accepts exactly the selection that was looked at.
pub async fn accept_scope(
    project: ProjectId,
    body: AcceptScope,
    intent: Intent,
) -> Answer<ScopeView> {
    let path = format!("/projects/{project}/scope/accept");
    post(path, Some(&body), Some(intent)).await
}

/// The monitoring of a project.
pub async fn monitoring(project: ProjectId) -> Answer<MonitoringView> {
    get(format!("/projects/{project}/monitoring")).await
}

/// Says when monitoring runs begin.
pub async fn set_schedule(
    project: ProjectId,
    body: SetSchedule,
    intent: Intent,
) -> Answer<MonitoringView> {
    let path = format!("/projects/{project}/monitoring/schedule");
    post(path, Some(&body), Some(intent)).await
}

/// Creates a challenge that proves a domain.
pub async fn create_challenge(
    project: ProjectId,
    body: CreateChallenge,
    intent: Intent,
) -> Answer<ProofView> {
    let path = format!("/projects/{project}/proof/challenge");
    post(path, Some(&body), Some(intent)).await
}

/// Asks a scanner to look for the proof of a domain.
pub async fn check_proof(
    project: ProjectId,
    body: CheckProof,
    intent: Intent,
) -> Answer<ProofView> {
    let path = format!("/projects/{project}/proof/check");
    post(path, Some(&body), Some(intent)).await
}

/// The reports of the account's projects.
pub async fn reports(account: AccountId) -> Answer<List<ReportRow>> {
    get(format!("/accounts/{account}/reports")).await
}

/// A project page.
pub async fn project(project: ProjectId) -> Answer<ProjectView> {
    get(format!("/projects/{project}")).await
}

/// A scan page.
pub async fn scan(scan: ScanRunId) -> Answer<ScanView> {
    get(format!("/scans/{scan}")).await
}

/// A page of the runs of the account's projects; the query begins with `?` or is empty.
pub async fn scans(account: AccountId, query: String) -> Answer<ScanPage> {
    get(format!("/accounts/{account}/scans{query}")).await
}

/// Cancels a run that waits; its credit returns to Avail.
pub async fn cancel_scan(scan: ScanRunId, body: CancelScan, intent: Intent) -> Answer<ScanView> {
    post(format!("/scans/{scan}/cancel"), Some(&body), Some(intent)).await
}

/// Starts a scan.
pub async fn start_scan(
    project: ProjectId,
    body: StartScan,
    intent: Intent,
) -> Answer<StartedScan> {
    post(
        format!("/projects/{project}/scans"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Enables, pauses or resumes a service.
pub async fn switch_service(
    project: ProjectId,
    service: ServiceKind,
    switch: ServiceSwitch,
    body: SwitchService,
) -> Answer<ProjectView> {
    let path = format!("/projects/{project}/services/{service}/{switch}");
    post(path, Some(&body), Some(Intent::fresh())).await
}

/// A report page.
pub async fn report(report: ReportId) -> Answer<ReportView> {
    get(format!("/reports/{report}")).await
}

/// The fix workflow of a report.
pub async fn fix_workflow(report: ReportId) -> Answer<FixWorkflowView> {
    get(format!("/reports/{report}/fix-workflow")).await
}

/// The page that owns a blocked action.
pub async fn place_view(place: Place) -> Answer<PlaceView> {
    Ok(match place {
        Place::Report(id) => PlaceView::Report(Box::new(report(id).await?)),
        Place::Project(id) => PlaceView::Project(Box::new(project(id).await?)),
        Place::FixTask(id) => PlaceView::Task(Box::new(fix_task(id).await?)),
    })
}
