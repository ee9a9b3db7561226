//! Whether the process lives and whether it can serve.

use crate::payments::inbox;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The database answers. Payments that wait for a person are told, and keep nobody from being served.
pub(super) async fn ready(State(state): State<AppState>) -> (StatusCode, String) {
    match inbox::count_quarantined(&state.store).await {
        Ok(quarantined) => (
            StatusCode::OK,
            format!("ready\nprovider events quarantined: {quarantined}\n"),
        ),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n".to_owned(),
            )
        }
    }
}
