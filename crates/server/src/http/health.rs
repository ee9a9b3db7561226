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
    match inbox::count_aside(&state.store).await {
        Ok(aside) => (
            StatusCode::OK,
            format!("ready\nprovider events put aside: {aside}\n"),
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
