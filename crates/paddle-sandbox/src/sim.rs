//! The control API under `/__sim`: what a test makes happen, and what it may look at.

mod billing;
mod control;
mod events;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::app::App;
use crate::engine::Refusal;

pub(crate) fn routes() -> Router<Arc<App>> {
    let routes = Router::new()
        .route("/health", get(control::health))
        .route("/state", get(control::state))
        .route("/reset", post(control::reset))
        .route(
            "/faults",
            post(control::set_faults).delete(control::clear_faults),
        )
        .route("/release", post(control::release))
        .route("/rotate-secret", post(control::rotate_secret))
        .route("/transactions/{id}/pay", post(billing::pay))
        .route("/transactions/{id}/complete", post(billing::complete))
        .route("/transactions/{id}/identify", post(billing::identify))
        .route("/transactions/{id}/decline", post(billing::decline))
        .route("/transactions/{id}/chargeback", post(billing::charge_back))
        .route("/subscriptions/{id}/{action}", post(billing::subscription))
        .route("/adjustments/{id}/{action}", post(billing::adjustment))
        .route("/events/{id}/resend", post(events::resend))
        .route("/emit", post(events::emit))
        .fallback(async || Refusal::new(404, "invalid_url", "No such control."))
        .layer(from_fn(local_only));
    Router::new().nest("/__sim", routes)
}

/// What most bodies may say.
#[derive(Debug, Deserialize)]
#[serde(default)]
struct Quiet {
    /// False records events without notifying anyone.
    notify: bool,
}

impl Default for Quiet {
    fn default() -> Self {
        Self { notify: true }
    }
}

/// Answers this machine only, and no web page: it has no key.
async fn local_only(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if !peer.ip().is_loopback() || from_another_page(request.headers()) {
        return Refusal::new(403, "forbidden", "Only this machine may do this.").into_response();
    }
    next.run(request).await
}

fn from_another_page(headers: &HeaderMap) -> bool {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    header(ORIGIN)
        .is_some_and(|origin| origin.split_once("://").map(|(_, host)| host) != header(HOST))
}

/// Reads a body; an empty one counts as `{}`.
fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| Refusal::bad_request(error.to_string()))
}
