//! The page of an address: what it says first, where somebody is signed in, and what it asks for ahead.

use super::ahead::{own_file, preloads};
use super::public::with_head;
use super::{origin, say_charset, segments};
use crate::assets::{PAGE, content_security};
use crate::error::ApiError;
use crate::http::auth::{self, SignedIn};
use crate::http::first::with_first;
use crate::state::AppState;
use crate::views::first::{First, Page, first};
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::Utc;
use domain::id::{ProjectId, ReportId};

pub(super) async fn page(state: &AppState, request: Request<Body>) -> Result<Response, ApiError> {
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
    let public = || with_head(&text, &parts.uri, &state.config.public_url);
    let mut response = match written {
        Some(page) => personal(page),
        None => match public() {
            Some(page) => ([(header::CACHE_CONTROL, "no-cache")], Html(page)).into_response(),
            None => built(state, &parts).await?,
        },
    };
    let headers = response.headers_mut();
    let policy = content_security(&text, state.config.paddle.as_ref());
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_str(&policy).map_err(ApiError::internal)?,
    );
    let own_file = own_file(&text, signed.is_some(), &parts.uri);
    for link in preloads(signed.as_ref(), &parts.uri)
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
    match first(state, who, &page, Utc::now()).await {
        Ok(said) => said,
        // What is not there for them is no trouble; what is our fault is logged, and the page comes without figures.
        Err(error) => {
            error.into_problem();
            None
        }
    }
}

fn first_page(address: &Uri) -> Option<Page> {
    match segments(address).as_slice() {
        ["billing" | ""] => Some(Page::Billing(origin(address))),
        ["projects", id] => ProjectId::parse(id).ok().map(Page::Project),
        ["reports", id] => ReportId::parse(id).ok().map(Page::Report),
        _ => None,
    }
}
