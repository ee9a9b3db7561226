//! Scan runs: start one, read one, and take the scanner's result.

use super::auth::SignedIn;
use super::extract::InPath;
use super::holds;
use super::idempotency::{Mutation, Once, Work};
use super::projects::authorise;
use crate::error::ApiError;
use crate::facts::{project_context, project_facts};
use crate::ledger::{HoldOrder, Purpose, reserve};
use crate::live::{Change, Changes};
use crate::scans::{end, load};
use crate::state::AppState;
use crate::store::new_id;
use crate::store::projects::{self, NewScan};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::Utc;
use domain::credits::CreditType;
use domain::gate::{Action, evaluate};
use domain::id::{AccountId, ProjectId, ScanRunId};
use domain::problem::ProblemCode;
use domain::role::Ability;
use domain::scan::{ScanResult, ScanRun, StartScan, StartedScan};
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

/// A scan run.
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
pub(super) async fn start(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(project): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: StartScan = mutation.json()?;
    let mut work = match mutation.once(&state.store, signed.id().as_str()).await? {
        Once::Now(work) => work,
        Once::Before(response) => return Ok(response),
    };
    let mut changes = Changes::new();
    let outcome = queue(&mut work, &signed, &project, &body.account_id, &mut changes).await;
    let response = work
        .finish(outcome.map(|started| (StatusCode::CREATED, started)))
        .await;
    state.live.tell_all(changes);
    response
}

async fn queue(
    work: &mut Work,
    signed: &SignedIn,
    project: &ProjectId,
    viewing: &AccountId,
    changes: &mut Changes,
) -> Result<StartedScan, ApiError> {
    let context = project_context(work.tx(), signed.id(), project).await?;
    authorise(&context, viewing, Ability::RunProjects)?;
    let payer = &context.payer.account.id;
    holds::write_off(work, payer, CreditType::Scan, changes).await?;
    let tx = work.tx();
    let facts = project_facts(tx, &context, Action::Scan).await?;
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
        project: Some(project),
        work_ref: id.as_str(),
        actor: signed.name(),
    };
    let held = reserve(tx, &order, now)
        .await
        .map_err(|error| holds::refused(error, &facts))?;
    let new = NewScan {
        id: &id,
        project,
        payer,
        hold: &held.hold,
        started_by: signed.name(),
    };
    projects::insert_scan(tx, &new, now).await?;
    let scan_run = load(tx, &id).await?.run;
    changes.push((payer.clone(), Change::Ledger));
    changes.push((context.owner.account.id.clone(), Change::Billing));
    changes.push((payer.clone(), Change::Billing));
    Ok(StartedScan {
        scan_run,
        balance: context.shown(held.balance),
    })
}

/// Takes a scanner's result: completed spends the credit, failed restores it; the same result again changes nothing.
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
    let mut work = match mutation.once(&state.store, "scanner").await? {
        Once::Now(work) => work,
        Once::Before(response) => return Ok(response),
    };
    let outcome = end(work.tx(), &result, "Scanner").await;
    let (outcome, changes) = match outcome {
        Ok((taken, changes)) => (Ok((StatusCode::OK, taken)), changes),
        Err(error) => (Err(error), Changes::new()),
    };
    let response = work.finish(outcome).await?;
    state.live.tell_all(changes);
    Ok(response)
}
