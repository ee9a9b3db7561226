//! Headers on every answer, the id of each request, and its log line, which never holds bodies, queries or cookies.

use crate::assets::permissions;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Request, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::problem::Problem;
use std::time::Duration;
use tower_http::request_id::{MakeRequestId, RequestId};
use tracing::Span;

/// Adds the security headers; pages also get the content security policy.
pub(super) async fn secure(
    State(state): State<AppState>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    );
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Paddle's checkout opens PayPal in a window of its own.
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin-allow-popups"));
    if let Ok(value) = HeaderValue::from_str(&permissions(state.config.paddle.as_ref())) {
        headers.insert(HeaderName::from_static("permissions-policy"), value);
    }
    if state.config.secure() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    // The page brings its own; everything else loads nothing.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    if api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Names requests; what the sender calls its request is nothing to us.
#[derive(Clone, Copy, Debug)]
pub(super) struct OurId;

impl MakeRequestId for OurId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let id = hex::encode(rand::random::<[u8; 8]>());
        HeaderValue::from_str(&id).ok().map(RequestId::new)
    }
}

/// Forgets the id that the sender gave the request.
pub(super) async fn forget_foreign_id(mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().remove("x-request-id");
    request
}

/// Says in a problem document which request it answers.
pub(super) async fn name_in_problem(request: Request<Body>, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        let id = id.as_ref().and_then(|id| id.header_value().to_str().ok());
        problem.request_id = id.map(str::to_owned);
        *response.body_mut() = Body::from(serde_json::to_vec(&problem).unwrap_or_default());
        // Who counts refusals reads it.
        response.extensions_mut().insert(problem.code);
    }
    response
}

/// The span of a request: every line that is logged in it carries its id. No query, no body, no cookie.
pub(super) fn span(request: &Request<Body>) -> Span {
    let id = request.extensions().get::<RequestId>();
    let id = id.and_then(|id| id.header_value().to_str().ok());
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

/// One line for each answer.
pub(super) fn log(response: &Response<Body>, latency: Duration, _: &Span) {
    let status = response.status().as_u16();
    let ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(status, ms, "answered");
}
