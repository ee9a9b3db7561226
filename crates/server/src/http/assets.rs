//! The built app over HTTP: its files, and its page for navigations.

use crate::assets::{PAGE, content_security};
use crate::error::ApiError;
use crate::http::auth;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::guide::Guide;
use domain::id::{ProjectId, ReportId};
use domain::problem::ProblemCode;
use std::path::Path;

/// Serves a file of the app, or its page for any address of the app.
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
    // A name with an ending is a file, there or not; everything else is an address of the app.
    let path = request.uri().path();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.contains('.') {
        let name = name.to_owned();
        file(&state, &name, request).await
    } else if is_for_reading(request.headers()) {
        page(&state, request).await
    } else {
        Err(ApiError::not_found())
    }
}

/// What a browser's script asks for is data, never the page. Other clients do not say and may read it.
fn is_for_reading(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-mode")
        .is_none_or(|mode| mode == "navigate")
}

async fn file(state: &AppState, name: &str, request: Request<Body>) -> Result<Response, ApiError> {
    let ending = Path::new(name).extension();
    let is_small_form = ending.is_some_and(|ending| ending == "br" || ending == "gz");
    if is_small_form || name == PAGE || request.uri().path().contains("/.") {
        return Err(ApiError::not_found());
    }
    let mut response = state.assets.file(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return Err(ApiError::not_found());
    }
    let cache = if is_hashed(name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    say_charset(headers);
    Ok(response)
}

/// All text of the app is UTF-8.
fn say_charset(headers: &mut HeaderMap) {
    let kind = headers.get(header::CONTENT_TYPE);
    let text = kind
        .and_then(|kind| kind.to_str().ok())
        .filter(|kind| kind.starts_with("text/") && !kind.contains("charset"));
    if let Some(Ok(kind)) = text.map(|kind| format!("{kind}; charset=utf-8").parse()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
}

/// Trunk writes the content's hash into a name: `app-1a2b3c4d5e6f7a8b.js`, `app-1a2b…_bg.wasm`. It is 64 bits without leading zeros,
/// so that it may be a few digits short of 16; 12 and more are taken for one.
fn is_hashed(name: &str) -> bool {
    name.split(['-', '_', '.'])
        .any(|part| (12..=16).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

async fn page(state: &AppState, request: Request<Body>) -> Result<Response, ApiError> {
    // Read each time, so that a build that is put in its place has its own policy at once.
    let Some(text) = state.assets.page_text().await else {
        let text = "The app is not built yet. Run: make run\n";
        return Ok((StatusCode::SERVICE_UNAVAILABLE, text).into_response());
    };
    let (parts, _) = request.into_parts();
    let mut read = Request::builder()
        .method(parts.method.clone())
        .uri(format!("/{PAGE}"));
    if let Some(headers) = read.headers_mut() {
        headers.clone_from(&parts.headers);
    }
    let read = read.body(Body::empty()).map_err(ApiError::internal)?;
    let mut response = state.assets.file(read).await;
    let headers = response.headers_mut();
    say_charset(headers);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let policy = content_security(&text, state.config.paddle.as_ref());
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_str(&policy).map_err(ApiError::internal)?,
    );
    for link in preloads(state, &parts).await {
        let link = format!("<{link}>; rel=preload; as=fetch; crossorigin");
        if let Ok(value) = HeaderValue::from_str(&link) {
            headers.append(header::LINK, value);
        }
    }
    Ok(response)
}

/// The data that the page will ask for first: it travels while the app is still loading.
async fn preloads(state: &AppState, parts: &Parts) -> Vec<String> {
    let mut links = vec!["/api/v1/session".to_owned()];
    let Ok(Some(signed)) = auth::who(parts, state).await else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_immutable() {
        assert!(
            is_hashed("webriskops-1a2b3c4d5e6f7a8.js")
                && is_hashed("webriskops-1a2b3c4d5e6f7a8b_bg.wasm")
        );
        assert!(!is_hashed("icons.svg") && !is_hashed("index.html"));
    }
}
