//! The built app over HTTP: its files, and its page for every address of the app.

mod ahead;
mod page;
mod public;

use crate::assets::PAGE;
use crate::error::ApiError;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::Response;
use domain::link::Origin;
use domain::problem::ProblemCode;
use page::page;
use std::collections::HashMap;
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
    let path = request.uri().path();
    // No page and no file of ours begins with a dot; `/.git/config` is what strangers look for.
    if path.contains("/.") {
        return Err(ApiError::not_found());
    }
    if path == "/sitemap.xml" {
        return Ok(public::sitemap(&state.config.public_url));
    }
    // A name with an ending is a file, there or not; everything else is an address of the app.
    let name = path.rsplit('/').next().unwrap_or_default();
    // A sentence may end with a link.
    if name.trim_end_matches('.').contains('.') {
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
    if is_small_form || name == PAGE {
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

/// The parts of a page's path.
fn segments(address: &Uri) -> Vec<&str> {
    address.path().trim_matches('/').split('/').collect()
}

/// The blocked action that an address comes from.
fn origin(address: &Uri) -> Option<Origin> {
    let Query(values) = Query::<HashMap<String, String>>::try_from_uri(address).ok()?;
    let value = |name: &str| values.get(name).map(String::as_str);
    Origin::from_query(value("from"), value("ref"), value("select"))
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
