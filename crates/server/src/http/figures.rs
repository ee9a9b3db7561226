//! Figures for Prometheus: counting each answer, and the page on a port of its own.

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::figures;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::Utc;
use domain::problem::ProblemCode;
use std::time::Instant;

/// Counts an answer; a layer around all routes.
pub(super) async fn count(
    State(state): State<AppState>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let response = next.run(request).await;
    let (status, code) = (
        response.status().as_u16(),
        response.extensions().get::<ProblemCode>().copied(),
    );
    state
        .metrics
        .answered(&method, status, code, began.elapsed());
    response
}

/// The page, for a port that customers do not reach.
pub fn app(state: AppState) -> Router {
    Router::new().route("/metrics", get(show)).with_state(state)
}

async fn show(State(state): State<AppState>) -> Result<Response, ApiError> {
    let mut reader = state.store.reader().begin().await?;
    let figures = figures::of(&mut reader, Utc::now()).await?;
    drop(reader);
    let (streams, in_use) = (state.live.streams(), state.store.in_use());
    let page = state.metrics.page(&figures, streams, in_use);
    let page = page.map_err(ApiError::internal)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], page).into_response())
}
