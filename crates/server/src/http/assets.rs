//! The built app over HTTP: its files, and its page for navigations.

use crate::assets::{PAGE, content_security};
use crate::error::ApiError;
use crate::http::auth::{self, SignedIn};
use crate::http::first::with_first;
use crate::state::AppState;
use crate::views::first::{First, Page, first};
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::Utc;
use domain::guide::Guide;
use domain::id::{ProjectId, ReportId};
use domain::link::Origin;
use domain::problem::ProblemCode;
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
    // A name with an ending is a file, there or not; everything else is an address of the app.
    let path = request.uri().path();
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
    // Whoever asks is told by the data; a page without figures is better than none.
    let signed = auth::who(&parts, state).await.unwrap_or_default();
    let said = match &signed {
        Some(signed) => said_first(state, signed, &parts.uri).await,
        None => None,
    };
    let written = said.and_then(|said| with_first(&text, &said));
    let mut response = match written {
        Some(page) => personal(page),
        None => built(state, &parts).await?,
    };
    let headers = response.headers_mut();
    let policy = content_security(&text, state.config.paddle.as_ref());
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_str(&policy).map_err(ApiError::internal)?,
    );
    let own_file = own_file(&text, signed.is_some(), &parts.uri);
    for link in preloads(signed.as_ref(), &parts)
        .into_iter()
        .chain(own_file)
    {
        let link = format!("<{link}>; rel=preload; as=fetch; crossorigin");
        if let Ok(value) = HeaderValue::from_str(&link) {
            headers.append(header::LINK, value);
        }
    }
    Ok(response)
}

/// The page as it was built, in the smallest form that the client takes.
async fn built(state: &AppState, parts: &Parts) -> Result<Response, ApiError> {
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
    Ok(response)
}

/// The page of one person: nobody keeps it.
fn personal(page: String) -> Response {
    let kept = (header::CACHE_CONTROL, "private, no-store");
    ([kept], Html(page)).into_response()
}

/// What the page says before the program runs; none where it is no such page or not theirs.
async fn said_first(state: &AppState, signed: &SignedIn, address: &Uri) -> Option<First> {
    let page = first_page(address)?;
    let who = (signed.id(), signed.stored.last_account.as_ref());
    first(state, who, &page, Utc::now())
        .await
        .unwrap_or_default()
}

fn first_page(address: &Uri) -> Option<Page> {
    let segments: Vec<&str> = address.path().trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["billing" | ""] => Some(Page::Billing(origin(address))),
        ["projects", id] => ProjectId::parse(id).ok().map(Page::Project),
        ["reports", id] => ReportId::parse(id).ok().map(Page::Report),
        _ => None,
    }
}

fn origin(address: &Uri) -> Option<Origin> {
    let Query(values) = Query::<HashMap<String, String>>::try_from_uri(address).ok()?;
    let value = |name: &str| values.get(name).map(String::as_str);
    Origin::from_query(value("from"), value("ref"), value("select"))
}

/// The file that the page of this address comes in, as the app's `lazy` cuts it; none where the first file has it, or where the
/// app was built in one piece. Its name has the hash of the script that loads it.
fn own_file(page: &str, signed_in: bool, address: &Uri) -> Option<String> {
    let segments: Vec<&str> = address.path().trim_matches('/').split('/').collect();
    let name = match segments.as_slice() {
        ["pricing" | "snapshot" | "docs", ..] => "help",
        _ if !signed_in => "door",
        ["sign-in"] => "door",
        ["projects" | "scans" | "reports" | "fix-tasks", ..] => "work",
        ["accounts" | "agency" | "notices"] | ["operator", "guide-feedback"] => "help",
        ["billing", _, ..] | ["checkout" | "operator", ..] => "money",
        ["billing"] => origin(address).map(|_| "blocked")?,
        _ => return None,
    };
    let (_, rest) = page.split_once("/split-")?;
    let (hash, _) = rest.split_once(".js")?;
    Some(format!("/split_{name}-{hash}.wasm"))
}

/// The data that the page will ask for first: it travels while the app is still loading.
fn preloads(signed: Option<&SignedIn>, parts: &Parts) -> Vec<String> {
    let mut links = vec!["/api/v1/session".to_owned()];
    let Some(signed) = signed else {
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
    fn a_page_that_comes_in_a_file_of_its_own_names_it() {
        let page = "<link href=/split-1a2b3c4d5e6f.js rel=modulepreload>";
        let file = |signed_in, path: &str| own_file(page, signed_in, &path.parse().unwrap());
        let named = |name: &str| Some(format!("/split_{name}-1a2b3c4d5e6f.wasm"));
        assert_eq!(file(true, "/projects/prj_a"), named("work"));
        assert_eq!(file(true, "/billing/transactions"), named("money"));
        assert_eq!(file(true, "/accounts"), named("help"));
        assert_eq!(file(true, "/billing"), None);
        assert_eq!(file(true, "/billing?from=scan&ref=prj_a"), named("blocked"));
        assert_eq!(file(false, "/billing"), named("door"));
        assert_eq!(file(false, "/docs"), named("help"));
        assert_eq!(own_file("<p>", true, &"/projects".parse().unwrap()), None);
    }

    #[test]
    fn only_names_with_a_hash_are_immutable() {
        assert!(
            is_hashed("webriskops-1a2b3c4d5e6f7a8.js")
                && is_hashed("webriskops-1a2b3c4d5e6f7a8b_bg.wasm")
        );
        assert!(!is_hashed("icons.svg") && !is_hashed("index.html"));
    }
}
