//! Events of the provider that were put aside: seen by operators, and processed again.

use super::extract::InPath;
use super::feedback::Operator;
use crate::error::ApiError;
use crate::payments::inbox;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use chrono::Utc;
use domain::problem::ProblemCode;
use domain::provider_event::StrayEvents;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(retry))
}

async fn all(state: &AppState) -> Result<Json<StrayEvents>, ApiError> {
    let items = inbox::strays(&state.store).await?;
    Ok(Json(StrayEvents { items }))
}

/// The events that were put aside, oldest first.
#[utoipa::path(
    get, path = "/operator/provider-events",
    responses((status = 200, body = StrayEvents)),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    _operator: Operator,
) -> Result<Json<StrayEvents>, ApiError> {
    all(&state).await
}

/// Processes an event that was put aside once more. Its effect is keyed by what it tells of, so that doing it twice does it
/// once and no key is needed. One that still fits nothing stays, with the reason of this time.
#[utoipa::path(
    post, path = "/operator/provider-events/{event}/retry",
    params(("event" = String, Path, pattern = "^[A-Za-z0-9_:.-]{1,200}$")),
    responses((status = 200, body = StrayEvents)),
)]
pub(super) async fn retry(
    State(state): State<AppState>,
    Operator(operator): Operator,
    InPath(event): InPath<String>,
) -> Result<Json<StrayEvents>, ApiError> {
    if !inbox::retry(&state.store, &event, Utc::now()).await? {
        let why = "No such event is put aside any more. Look at the list again.";
        return Err(ApiError::new(ProblemCode::NotFound, why));
    }
    tracing::info!(
        event,
        by = operator.name(),
        "a provider event is processed again"
    );
    inbox::process_one(&state, &event).await?;
    all(&state).await
}
