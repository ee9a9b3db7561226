//! Scan runs: start one, read one, and take the scanner's result.

use super::auth::SignedIn;
use super::extract::InPath;
use super::holds;
use super::mutation::Mutation;
use super::projects::authorise;
use crate::error::ApiError;
use crate::facts::{project_context, project_facts};
use crate::ledger::{HoldOrder, Purpose, reserve};
use crate::live::Change;
use crate::scans::{end, load};
use crate::state::AppState;
use crate::store::new_id;
use crate::store::projects::{self, NewScan};
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::Utc;
use domain::credits::CreditType;
use domain::gate::{Action, evaluate};
use domain::id::{ProjectId, ScanRunId};
use domain::problem::ProblemCode;
use domain::role::Ability;
use domain::scan::{ScanResult, ScanResultTaken, ScanRun, StartScan, StartedScan};
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(start))
        .routes(routes!(show))
        .routes(routes!(results))
}

/// A scan run.
#[utoipa::path(
    get, path = "/scans/{scan}",
    params(("scan" = ScanRunId, Path)),
    responses((status = 200, body = ScanRun)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ScanRunId>,
) -> Result<Json<ScanRun>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let scan = load(&mut tx, &id).await?;
    project_context(&mut tx, signed.id(), &scan.run.project_id).await?;
    Ok(Json(scan.run))
}

/// Starts a scan: the gate decides again, then one credit is reserved and the run is queued, all or nothing.
#[utoipa::path(
    post, path = "/projects/{project}/scans",
    params(("project" = ProjectId, Path), Mutation),
    request_body = StartScan,
    responses((status = 201, body = StartedScan)),
)]
pub(super) async fn start(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(project): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: StartScan = mutation.json()?;
    let principal = signed.id().as_str();
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &project).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        let payer = &context.payer.account.id;
        holds::write_off(write, payer, CreditType::Scan).await?;
        let facts = project_facts(write, &context, Action::Scan).await?;
        let verdict = evaluate(&facts);
        if !verdict.is_ready() {
            return Err(ApiError::blocked(verdict.blocked_reasons));
        }
        let id: ScanRunId = new_id(ScanRunId::PREFIX)?;
        let now = Utc::now();
        let order = HoldOrder {
            account: payer,
            purpose: Purpose::Scan,
            amount: verdict.cost,
            project: Some(&project),
            work_ref: id.as_str(),
            actor: signed.name(),
        };
        let held = reserve(write, &order, now)
            .await
            .map_err(|error| holds::refused(error, &facts))?;
        let new = NewScan {
            id: &id,
            project: &project,
            payer,
            hold: &held.hold,
            started_by: signed.name(),
        };
        projects::insert_scan(write, &new, now).await?;
        let scan_run = load(write, &id).await?.run;
        write.changed(payer, Change::Ledger);
        write.changed(payer, Change::Billing);
        write.changed(&context.owner.account.id, Change::Billing);
        Ok(StartedScan {
            scan_run,
            balance: context.shown(held.balance),
        })
    };
    mutation
        .perform(&state, principal, StatusCode::CREATED, work)
        .await
}

/// Takes a scanner's result: completed spends the credit, failed restores it; the same result again changes nothing.
#[utoipa::path(
    post, path = "/scanner/results",
    params(Mutation),
    request_body = ScanResult,
    responses((status = 200, body = ScanResultTaken)),
    security(("scanner" = [])),
)]
pub(super) async fn results(
    State(state): State<AppState>,
    headers: HeaderMap,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let sent = headers
        .get("x-scanner-secret")
        .map(axum::http::HeaderValue::as_bytes)
        .unwrap_or_default();
    if !bool::from(sent.ct_eq(state.config.scanner_secret.expose_secret().as_bytes())) {
        return Err(ApiError::new(
            ProblemCode::Unauthorized,
            "The X-Scanner-Secret header does not match.",
        ));
    }
    let result: ScanResult = mutation.json()?;
    let work = async |write: &mut Write| end(write, &result, "Scanner").await;
    mutation
        .perform(&state, "scanner", StatusCode::OK, work)
        .await
}
