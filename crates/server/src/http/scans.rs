//! Scan runs: start one, read one, and take the scanner's result.

use super::auth::SignedIn;
use super::extract::InPath;
use super::idempotency::{Begun, Mutation};
use super::projects::authorise;
use crate::error::ApiError;
use crate::facts::{project_facts, scene};
use crate::ledger::{HoldOrder, LedgerError, Purpose, reserve, restore, settle};
use crate::live::Change;
use crate::state::AppState;
use crate::store::projects::{self, NewScan, StoredScan};
use crate::store::{Tx, new_id};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::Utc;
use domain::gate::{Action, evaluate};
use domain::id::{AccountId, ProjectId, ScanRunId};
use domain::problem::ProblemCode;
use domain::role::Ability;
use domain::scan::{
    ScanResult, ScanResultStatus, ScanResultTaken, ScanRun, ScanStatus, StartScan, StartedScan,
};
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
    scene(&mut tx, signed.id(), &scan.run.project_id).await?;
    Ok(Json(scan.run))
}

async fn load(tx: &mut sqlx::SqliteConnection, id: &ScanRunId) -> Result<StoredScan, ApiError> {
    projects::load_scan(tx, id)
        .await?
        .ok_or_else(ApiError::not_found)
}

/// Starts a scan: the gate decides again, then one credit is reserved and the run is queued, all or nothing.
pub(super) async fn start(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(project): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: StartScan = mutation.json()?;
    let mut work = match mutation
        .intent(signed.id().as_str())
        .begin(&state.store, Utc::now())
        .await?
    {
        Begun::Fresh(work) => work,
        Begun::Replay(response) => return Ok(response),
        Begun::Resume(_) => return Err(ApiError::internal("a scan start is never paused")),
    };
    let outcome = queue(work.tx(), &signed, &project, &body.account_id).await;
    let told = outcome.as_ref().ok().map(|(_, accounts)| accounts.clone());
    let response = work
        .finish(outcome.map(|(started, _)| (StatusCode::CREATED, started)))
        .await?;
    tell(&state, told.unwrap_or_default());
    Ok(response)
}

fn tell(state: &AppState, [owner, payer]: [Option<AccountId>; 2]) {
    if let Some(payer) = &payer {
        state.live.tell(payer, Change::Ledger);
    }
    for account in [owner, payer].iter().flatten() {
        state.live.tell(account, Change::Billing);
    }
}

async fn queue(
    tx: &mut Tx,
    signed: &SignedIn,
    project: &ProjectId,
    viewing: &AccountId,
) -> Result<(StartedScan, [Option<AccountId>; 2]), ApiError> {
    let scene = scene(tx, signed.id(), project).await?;
    authorise(&scene, viewing, Ability::RunProjects)?;
    let facts = project_facts(tx, &scene, Action::Scan).await?;
    let verdict = evaluate(&facts);
    if !verdict.is_ready() {
        return Err(ApiError::blocked(verdict.blocked_reasons));
    }
    let id: ScanRunId = new_id(ScanRunId::PREFIX)?;
    let payer = &scene.payer.account.id;
    let now = Utc::now();
    let order = HoldOrder {
        account: payer,
        purpose: Purpose::Scan,
        amount: verdict.cost,
        project: Some(project),
        work_ref: id.as_str(),
        actor: signed.name(),
    };
    let held = reserve(tx, &order, now).await?;
    let new = NewScan {
        id: &id,
        project,
        payer,
        hold: &held.hold,
        started_by: signed.name(),
    };
    projects::insert_scan(tx, &new, now).await?;
    let scan_run = load(tx, &id).await?.run;
    let accounts = [Some(scene.owner.account.id.clone()), Some(payer.clone())];
    Ok((
        StartedScan {
            scan_run,
            balance: held.balance,
        },
        accounts,
    ))
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
    let mut work = match mutation
        .intent("scanner")
        .begin(&state.store, Utc::now())
        .await?
    {
        Begun::Fresh(work) => work,
        Begun::Replay(response) => return Ok(response),
        Begun::Resume(_) => return Err(ApiError::internal("a result is never paused")),
    };
    let outcome = take(work.tx(), &result).await;
    let told = outcome.as_ref().ok().map(|(_, accounts)| accounts.clone());
    let response = work
        .finish(outcome.map(|(taken, _)| (StatusCode::OK, taken)))
        .await?;
    tell(&state, told.unwrap_or_default());
    Ok(response)
}

async fn take(
    tx: &mut Tx,
    result: &ScanResult,
) -> Result<(ScanResultTaken, [Option<AccountId>; 2]), ApiError> {
    let scan = load(tx, &result.scan_run_id).await?;
    let status = match result.status {
        ScanResultStatus::Completed => ScanStatus::Completed,
        ScanResultStatus::Failed => ScanStatus::Failed,
    };
    let conflict = || {
        ApiError::new(
            ProblemCode::ResultConflict,
            "This run ended another way before. Nothing was changed.",
        )
    };
    if !scan.run.status.is_open() {
        return if scan.run.status == status {
            Ok((ScanResultTaken { scan_run: scan.run }, [None, None]))
        } else {
            Err(conflict())
        };
    }
    let now = Utc::now();
    let resolved = match status {
        ScanStatus::Completed => settle(tx, &scan.payer, &scan.hold, 1, "Scanner", now).await,
        _ => restore(tx, &scan.payer, &scan.hold, "Scanner", now).await,
    };
    match resolved {
        Ok(_) => {}
        Err(LedgerError::Resolved) => return Err(conflict()),
        Err(error) => return Err(error.into()),
    }
    let reason = failure_text(result.error_summary.as_deref(), status);
    projects::end_scan(
        tx,
        &result.scan_run_id,
        status,
        reason.as_deref(),
        result.scanned_pages,
        now,
    )
    .await?;
    let project = projects::load(tx, &scan.run.project_id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let taken = ScanResultTaken {
        scan_run: load(tx, &result.scan_run_id).await?.run,
    };
    Ok((taken, [Some(project.account), Some(project.payer)]))
}

/// What people read about a failure: at most 500 letters, without control characters.
fn failure_text(summary: Option<&str>, status: ScanStatus) -> Option<String> {
    if status != ScanStatus::Failed {
        return None;
    }
    let text: String = summary
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(500)
        .collect();
    Some(if text.trim().is_empty() {
        "The scan could not be finished.".to_owned()
    } else {
        text
    })
}
