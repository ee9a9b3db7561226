//! The worker's side of scan runs: take one, tell how far it is, hand in what it found. Each call proves with the header
//! `X-Scanner-Secret` that it comes from a worker.

use super::extract::{LargestBody, Raw, json};
use super::mutation::Mutation;
use crate::audits;
use crate::errands;
use crate::error::ApiError;
use crate::scans::end;
use crate::state::AppState;
use crate::write::Write;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::{Extension, Json};
use chrono::Utc;
use domain::audit::{
    ClaimAnswer, ClaimScan, LeaseExtended, ScanProgress, ScanResult, ScanResultTaken,
};
use domain::errand::{ErrandAnswer, ErrandResult, ErrandTaken};
use domain::problem::ProblemCode;
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(claim))
        .routes(routes!(progress))
        .routes(routes!(errand))
        .routes(routes!(errand_result).layer(Extension(LargestBody(LARGEST_RESULT))))
        .routes(routes!(results).layer(Extension(LargestBody(LARGEST_RESULT))))
}

/// Shows that a request comes from a worker.
pub(super) struct Worker;

impl FromRequestParts<AppState> for Worker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let sent = parts
            .headers
            .get("x-scanner-secret")
            .map(axum::http::HeaderValue::as_bytes)
            .unwrap_or_default();
        if bool::from(sent.ct_eq(state.config.scanner_secret.expose_secret().as_bytes())) {
            return Ok(Self);
        }
        Err(ApiError::new(
            ProblemCode::Unauthorized,
            "The X-Scanner-Secret header does not match.",
        ))
    }
}

/// The largest result that is taken, in bytes: what a run may hand in at most, written out.
const LARGEST_RESULT: usize = 2 * 1024 * 1024;

/// Gives the run that has waited longest to a worker.
#[utoipa::path(
    post, path = "/scanner/claims",
    params(Mutation),
    request_body = ClaimScan,
    responses((status = 200, body = ClaimAnswer)),
    security(("scanner" = [])),
)]
pub(super) async fn claim(
    State(state): State<AppState>,
    _worker: Worker,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: ClaimScan = mutation.json()?;
    let work = async |write: &mut Write| audits::claim(write, &body, Utc::now()).await;
    mutation
        .perform(&state, "scanner", StatusCode::OK, work)
        .await
}

/// Takes down how far a run is and lets its worker go on. Says the same when it is sent twice, so it needs no key.
#[utoipa::path(
    post, path = "/scanner/progress",
    request_body = ScanProgress,
    responses((status = 200, body = LeaseExtended)),
    security(("scanner" = [])),
)]
pub(super) async fn progress(
    State(state): State<AppState>,
    _worker: Worker,
    Raw(body): Raw,
) -> Result<Json<LeaseExtended>, ApiError> {
    let progress: ScanProgress = json(&body)?;
    let mut write = state.write().await?;
    let extended = audits::advance(&mut write, &progress, Utc::now()).await?;
    write.commit().await?;
    Ok(Json(extended))
}

/// Takes a worker's result: completed spends the credit, failed restores it; the same result again changes nothing.
#[utoipa::path(
    post, path = "/scanner/results",
    params(Mutation),
    request_body = ScanResult,
    responses((status = 200, body = ScanResultTaken)),
    security(("scanner" = [])),
)]
pub(super) async fn results(
    State(state): State<AppState>,
    _worker: Worker,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let result: ScanResult = mutation.json()?;
    let work = async |write: &mut Write| end(write, &result, "Scanner").await;
    mutation
        .perform(&state, "scanner", StatusCode::OK, work)
        .await
}

/// Gives the small job that has waited longest to a worker.
#[utoipa::path(
    post, path = "/scanner/errands/claims",
    params(Mutation),
    request_body = ClaimScan,
    responses((status = 200, body = ErrandAnswer)),
    security(("scanner" = [])),
)]
pub(super) async fn errand(
    State(state): State<AppState>,
    _worker: Worker,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: ClaimScan = mutation.json()?;
    let work = async |write: &mut Write| errands::claim(write, &body, Utc::now()).await;
    mutation
        .perform(&state, "scanner", StatusCode::OK, work)
        .await
}

/// Takes the outcome of a small job; the same one again changes nothing.
#[utoipa::path(
    post, path = "/scanner/errands/results",
    params(Mutation),
    request_body = ErrandResult,
    responses((status = 200, body = ErrandTaken)),
    security(("scanner" = [])),
)]
pub(super) async fn errand_result(
    State(state): State<AppState>,
    _worker: Worker,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: ErrandResult = mutation.json()?;
    let work = async |write: &mut Write| errands::hand_in(write, &body, Utc::now()).await;
    mutation
        .perform(&state, "scanner", StatusCode::OK, work)
        .await
}
