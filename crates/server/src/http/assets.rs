//! The built app over HTTP: its files, and its page for navigations.

use crate::error::ApiError;
use crate::http::auth;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::guide::Guide;
use domain::id::{ProjectId, ReportId};
use domain::problem::ProblemCode;

/// Serves a file of the app, or its page when a browser navigates to one of the app's addresses.
pub(super) async fn serve(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::new(
            ProblemCode::MethodNotAllowed,
            "Pages and files can only be read.",
        ));
    }
    let path = request.uri().path().to_owned();
    if let Some(file) = state.assets.file(path.trim_start_matches('/')) {
        return Ok(file.respond(request.headers()));
    }
    // A path with an extension names a file that is not there; only navigations get the page.
    let named = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    if named || !is_navigation(request.headers()) {
        return Err(ApiError::not_found());
    }
    let Some(page) = state.assets.page() else {
        let text = "The app is not built yet. Run: make run\n";
        return Ok((StatusCode::SERVICE_UNAVAILABLE, text).into_response());
    };
    let mut response = page.respond(request.headers());
    let links = preloads(&state, request).await;
    let headers = response.headers_mut();
    for link in links {
        if let Ok(value) =
            HeaderValue::from_str(&format!("<{link}>; rel=preload; as=fetch; crossorigin"))
        {
            headers.append(HeaderName::from_static("link"), value);
        }
    }
    Ok(response)
}

/// A browser says so itself; other clients say that they take HTML.
fn is_navigation(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => text(header::ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html")),
    }
}

/// The data that the page will ask for first: it travels while the app is still loading.
async fn preloads(state: &AppState, request: Request<Body>) -> Vec<String> {
    let (parts, _) = request.into_parts();
    let mut links = vec!["/api/v1/session".to_owned()];
    let Ok(Some(signed)) = auth::who(&parts, state).await else {
        return links;
    };
    let path = parts.uri.path();
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["billing" | ""] => {
            if let Some(account) = &signed.stored.last_account {
                let query = parts
                    .uri
                    .query()
                    .map_or_else(String::new, |query| format!("?{query}"));
                if query
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"'))
                {
                    links.push(format!("/api/v1/accounts/{account}/billing{query}"));
                }
            }
        }
        ["projects", id] if ProjectId::parse(id).is_ok() => {
            links.push(format!("/api/v1/projects/{id}"));
        }
        ["reports", id] if ReportId::parse(id).is_ok() => {
            links.push(format!("/api/v1/reports/{id}"));
        }
        ["docs"] => links.push("/api/v1/guides".into()),
        ["docs", section, name] => {
            links.extend(Guide::at(section, name).map(|guide| format!("/api/v1/guides/{guide}")));
        }
        _ => {}
    }
    links
}
