//! Whether the process lives and whether it can serve.

use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The database answers and the app is there to be served.
pub(super) async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    let database: Result<i64, _> = sqlx::query_scalar("SELECT count(*) FROM accounts")
        .fetch_one(state.store.reader())
        .await;
    match database {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
        }
    }
}
