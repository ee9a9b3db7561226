//! Scan runs: start one, read one, and take the scanner's result.

use super::auth::SignedIn;
use super::extract::{InPath, InQuery};
use super::holds;
use super::mutation::Mutation;
use super::projects::authorise;
use crate::error::ApiError;
use crate::facts::{project_context, project_facts};
use crate::ledger::{HoldOrder, Purpose, reserve};
use crate::live::Change;
use crate::scans::{self, load};
use crate::state::AppState;
use crate::store::new_id;
use crate::store::projects::{self, NewScan};
use crate::store::runs::{self, RunFilter};
use crate::views::scan as scan_view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::audit::ScanView;
use domain::credits::CreditType;
use domain::gate::{Action, evaluate};
use domain::id::{AccountId, ProjectId, ScanRunId};
use domain::role::Ability;
use domain::scan::{CancelScan, ScanKind, ScanPage, ScanStatus, StartScan, StartedScan};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(start))
        .routes(routes!(cancel))
        .routes(routes!(list))
        .routes(routes!(show))
}

/// A scan page.
#[utoipa::path(
    get, path = "/scans/{scan}",
    params(("scan" = ScanRunId, Path)),
    responses((status = 200, body = ScanView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ScanRunId>,
) -> Result<Json<ScanView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let scan = load(&mut tx, &id).await?;
    let context = project_context(&mut tx, signed.id(), &scan.run.project_id).await?;
    Ok(Json(
        scan_view::view(&mut tx, &context, scan, Utc::now()).await?,
    ))
}

/// Which runs to read.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Runs {
    /// Only these.
    status: Option<ScanStatus>,
    /// Only this project.
    project: Option<ProjectId>,
    /// Only runs that stand after this one.
    after: Option<ScanRunId>,
}

/// The runs of the account's projects, newest first, 50 at a time.
#[utoipa::path(
    get, path = "/accounts/{account}/scans",
    params(("account" = AccountId, Path), Runs),
    responses((status = 200, body = ScanPage)),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(account): InPath<AccountId>,
    InQuery(query): InQuery<Runs>,
) -> Result<Json<ScanPage>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    signed.role(&mut tx, &account).await?;
    let filter = RunFilter {
        status: query.status,
        project: query.project.as_ref(),
        after: query.after.as_ref(),
    };
    let (items, next_cursor) = runs::of_account(&mut tx, &account, &filter).await?;
    Ok(Json(ScanPage {
        items,
        next_cursor,
        as_of: Utc::now(),
    }))
}

/// Cancels a run that no worker has taken yet; its credit returns to Avail, all or nothing.
#[utoipa::path(
    post, path = "/scans/{scan}/cancel",
    params(("scan" = ScanRunId, Path), Mutation),
    request_body = CancelScan,
    responses((status = 200, body = ScanView)),
)]
pub(super) async fn cancel(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ScanRunId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: CancelScan = mutation.json()?;
    let work = async |write: &mut Write| {
        let scan = load(write, &id).await?;
        let context = project_context(write, signed.id(), &scan.run.project_id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        scans::cancel(write, &scan, signed.name()).await?;
        let after = load(write, &id).await?;
        scan_view::view(write, &context, after, Utc::now()).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
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
            kind: ScanKind::Audit,
            hold: Some(&held.hold),
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
