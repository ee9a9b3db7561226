//! Controls about events: one again, or one that never happened.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::read;
use crate::app::App;
use crate::engine::Refusal;
use crate::http::Answer;

/// Sends a recorded event under a new notification, also one that was recorded quietly.
pub(super) async fn resend(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let notification = app.change(true, |change| {
        if change.state.events.get(&id).is_none() {
            return Err(Refusal::not_found("Event", &id));
        }
        Ok(change.announce(&id, "replay"))
    })?;
    Ok(Json(json!({ "notification_id": notification })).into_response())
}

#[derive(Deserialize)]
struct Emit {
    event_type: String,
    data: Value,
}

/// Emits any event; the signature is right, the content is the caller's.
pub(super) async fn emit(State(app): State<Arc<App>>, bytes: Bytes) -> Answer {
    let ask: Emit = read(&bytes)?;
    let id = app.change(true, |change| change.emit(&ask.event_type, &ask.data));
    let event = app.state().events.get(&id).cloned();
    Ok(Json(json!({ "event_id": id, "event": event })).into_response())
}
