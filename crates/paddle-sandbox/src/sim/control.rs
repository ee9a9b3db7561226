//! Controls about the sandbox itself: state, faults, held webhooks and secrets.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::read;
use crate::app::App;
use crate::engine::Refusal;
use crate::http::Answer;
use crate::ids;
use crate::state;
use crate::webhooks::faults::FaultsPatch;
use crate::webhooks::{Dispatch, delivery};

pub(super) async fn health() -> Json<Value> {
    Json(json!({ "ok": true }))
}

pub(super) async fn state(State(app): State<Arc<App>>) -> Json<Value> {
    let secrets = app.secrets();
    let state = app.state();
    let dispatch = app.dispatch();
    let (queued, held) = dispatch.waiting();
    Json(json!({
        "transactions": state.transactions,
        "customers": state.customers,
        "subscriptions": state.subscriptions,
        "adjustments": state.adjustments,
        "events": state.events,
        "notifications": state.notifications,
        "faults": dispatch.faults,
        "secrets": secrets,
        "waiting": { "queued": queued, "held": held },
    }))
}

/// Forgets everything but the prices.
pub(super) async fn reset(State(app): State<Arc<App>>) -> Json<Value> {
    *app.state() = state::State::default();
    *app.dispatch() = Dispatch::default();
    app.dirty.notify_one();
    Json(json!({ "ok": true }))
}

pub(super) async fn set_faults(State(app): State<Arc<App>>, bytes: Bytes) -> Answer {
    let patch: FaultsPatch = read(&bytes)?;
    let faults = {
        let mut dispatch = app.dispatch();
        dispatch.merge_faults(&patch);
        dispatch.faults.clone()
    };
    app.wake.notify_one();
    Ok(Json(json!({ "faults": faults })).into_response())
}

pub(super) async fn clear_faults(State(app): State<Arc<App>>) -> Json<Value> {
    let faults = {
        let mut dispatch = app.dispatch();
        dispatch.clear_faults();
        dispatch.faults.clone()
    };
    app.wake.notify_one();
    Json(json!({ "faults": faults }))
}

/// Sends what is held now and answers after the attempts. Holding goes on.
pub(super) async fn release(State(app): State<Arc<App>>) -> Answer {
    let held = app.dispatch().take_held();
    let attempted = held.len();
    // In a task of its own, so that a caller who hangs up does not lose the rest.
    let work = tokio::spawn(async move {
        let mut delivered = 0_usize;
        for id in held {
            delivered += usize::from(delivery::deliver(Arc::clone(&app), id).await);
        }
        delivered
    });
    let delivered = work
        .await
        .map_err(|_| Refusal::new(500, "internal_error", "Interrupted."))?;
    Ok(Json(json!({ "delivered": delivered, "attempted": attempted })).into_response())
}

#[derive(Deserialize)]
struct Rotation {
    secret: Option<String>,
    #[serde(default)]
    overlap: bool,
}

/// Signs with a new secret; with an overlap the one before still signs as well.
pub(super) async fn rotate_secret(State(app): State<Arc<App>>, bytes: Bytes) -> Answer {
    let ask: Rotation = read(&bytes)?;
    let new = ask
        .secret
        .unwrap_or_else(|| format!("pdl_ntfset_{}", ids::token()));
    let mut secrets = vec![new];
    if ask.overlap {
        secrets.extend(app.secrets().into_iter().take(1));
    }
    app.state().secrets.clone_from(&secrets);
    app.dirty.notify_one();
    Ok(Json(json!({ "secrets": secrets })).into_response())
}
