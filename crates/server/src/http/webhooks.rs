//! The provider's webhook: verify the raw bytes, store, answer; processing comes afterwards.

use super::extract::read_body;
use crate::error::ApiError;
use crate::paddle::events::Event;
use crate::paddle::signature;
use crate::payments::inbox::{self, Source};
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::Utc;
use domain::problem::ProblemCode;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(paddle))
}

const LARGEST_EVENT: usize = 1024 * 1024;

/// Takes an event: 200 once it is stored for good, also when it came before; 401 when its signature does not match.
#[utoipa::path(
    post, path = "/webhooks/paddle",
    request_body(content = Value, description = "The event as the provider signed it"),
    responses((status = 200)),
    security(("provider" = [])),
)]
pub(super) async fn paddle(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let body = read_body(body, LARGEST_EVENT).await?;
    let secrets = state
        .config
        .paddle
        .as_ref()
        .map(|paddle| paddle.webhook_secrets.as_slice())
        .unwrap_or_default();
    let header = headers
        .get("paddle-signature")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let now = Utc::now();
    if signature::check(
        header,
        &body,
        secrets,
        now.timestamp(),
        state.config.signature_past,
    )
    .is_err()
    {
        tracing::warn!("webhook with a signature that does not match");
        return Err(ApiError::new(
            ProblemCode::InvalidSignature,
            "The signature does not match.",
        ));
    }
    let unreadable = || ApiError::new(ProblemCode::MalformedJson, "The event is not readable.");
    let text = std::str::from_utf8(&body).map_err(|_| unreadable())?;
    let event: Event = serde_json::from_str(text).map_err(|_| unreadable())?;
    let new = inbox::store(&state, Source::Webhook, &event, text, now).await?;
    tracing::info!(event = %event.event_id, kind = %event.event_type, new, "provider event");
    state.inbox.notify_one();
    Ok(Json(json!({})))
}
