//! The Paddle API: routes, the bearer check and the faults on calls.

mod adjustments;
mod customers;
pub(crate) mod envelope;
mod events;
mod invoice;
mod listing;
mod pdf;
mod portal;
mod prices;
mod subscriptions;
mod transactions;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, RETRY_AFTER};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::time::sleep;

use crate::app::App;
use crate::engine::Refusal;

/// What a handler of the API answers.
pub(crate) type Answer = Result<Response, Refusal>;

/// The API with its key, and the invoice and portal links that need none.
pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let api = Router::new()
        .route("/prices", get(prices::list))
        .route("/prices/{id}", get(prices::one))
        .route("/products", get(prices::list_products))
        .route("/products/{id}", get(prices::one_product))
        .route("/customers", get(customers::list).post(customers::create))
        .route(
            "/customers/{id}",
            get(customers::one).patch(customers::update),
        )
        .route(
            "/customers/{id}/addresses",
            get(customers::addresses).post(customers::add_address),
        )
        .route("/customers/{id}/portal-sessions", post(portal::create))
        .route(
            "/transactions",
            get(transactions::list).post(transactions::create),
        )
        .route(
            "/transactions/{id}",
            get(transactions::one).patch(transactions::update),
        )
        .route("/transactions/{id}/invoice", get(invoice::link))
        .route("/subscriptions", get(subscriptions::list))
        .route(
            "/subscriptions/{id}",
            get(subscriptions::one).patch(subscriptions::update),
        )
        .route(
            "/subscriptions/{id}/preview",
            axum::routing::patch(subscriptions::preview),
        )
        .route(
            "/subscriptions/{id}/update-payment-method-transaction",
            get(subscriptions::payment_method),
        )
        .route("/subscriptions/{id}/cancel", post(subscriptions::cancel))
        .route("/subscriptions/{id}/pause", post(subscriptions::pause))
        .route("/subscriptions/{id}/resume", post(subscriptions::resume))
        .route(
            "/adjustments",
            get(adjustments::list).post(adjustments::create),
        )
        .route("/events", get(events::list))
        .route("/event-types", get(events::types))
        .route("/notifications", get(events::notifications))
        .route("/notifications/{id}", get(events::notification))
        .route("/notifications/{id}/logs", get(events::logs))
        .route("/notifications/{id}/replay", post(events::replay))
        .fallback(async || Refusal::new(404, "invalid_url", "Endpoint not found."))
        .method_not_allowed_fallback(async || {
            Refusal::new(405, "method_not_allowed", "Method not allowed.")
        })
        .layer(from_fn_with_state(Arc::clone(app), check_key))
        .layer(from_fn_with_state(Arc::clone(app), suffer));
    Router::new()
        .route("/invoices/{id}", get(invoice::document))
        .route("/portal/{session}", get(portal::page))
        .route("/portal/{session}/{action}", get(portal::closed))
        .route(
            "/portal/{session}/subscriptions/{id}/{action}",
            post(portal::act),
        )
        .merge(api)
}

/// Refuses calls without the key.
async fn check_key(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let refuse = |code, detail| Refusal::new(403, code, detail).into_response();
    let Some(value) = request.headers().get(AUTHORIZATION) else {
        return refuse("authentication_missing", "Authentication header missing.");
    };
    let parts = value.to_str().ok().and_then(|value| value.split_once(' '));
    let Some((_, key)) = parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        let detail = "Authentication header included, but incorrectly formatted.";
        return refuse("authentication_malformed", detail);
    };
    if key != app.config.api_key {
        return refuse("forbidden", "You aren't permitted to perform this request.");
    }
    next.run(request).await
}

/// Lets a call suffer the fault that the control API has set, if any.
async fn suffer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let fault = app.dispatch().faults.for_api_call();
    let Some(fault) = fault else {
        return next.run(request).await;
    };
    let answer = if fault.after || fault.status.is_none() {
        Some(next.run(request).await)
    } else {
        None
    };
    sleep(fault.hang).await;
    match (fault.status, answer) {
        (None, Some(answer)) => answer,
        (Some(429), _) => {
            let refusal = Refusal::new(429, "too_many_requests", "Too many requests.");
            ([(RETRY_AFTER, "1")], refusal).into_response()
        }
        (status, _) => {
            let status = status.filter(|status| StatusCode::from_u16(*status).is_ok());
            let detail = "Internal server error. Check status.paddle.com.";
            Refusal::new(status.unwrap_or(500), "internal_error", detail).into_response()
        }
    }
}
