//! The sample shop of the demonstration: a small site with real flaws, and a switch for each, so that an audit finds
//! something, a repair can be made, and a retest sees it.

mod flaws;
mod pages;
mod proof;
mod switches;

pub use flaws::{Flaw, Flaws};
use proof::Proof;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};

/// What the shop is now; clones share it.
#[derive(Clone)]
struct Shop {
    flaws: Flaws,
    proof: Proof,
}

impl FromRef<Shop> for Flaws {
    fn from_ref(shop: &Shop) -> Self {
        shop.flaws.clone()
    }
}

impl FromRef<Shop> for Proof {
    fn from_ref(shop: &Shop) -> Self {
        shop.proof.clone()
    }
}

/// The whole shop, with these flaws to begin with.
pub fn shop(flaws: Flaws) -> Router {
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/assets/{file}", get(asset))
        .route(
            "/old-catalogue",
            get(|| async { Redirect::permanent("/products") }),
        )
        .route("/__shop", get(switches::show))
        .route("/__shop/proof", post(proof::set))
        .route("/__shop/{flaw}/{switch}", post(switches::switch))
        .route(&domain::proof::file_path(), get(proof::file))
        .fallback(get(page))
        .with_state(Shop {
            flaws,
            proof: Proof::default(),
        })
}

async fn robots() -> impl IntoResponse {
    "User-agent: *\nDisallow: /admin\nDisallow: /__shop\nDisallow: /internal/\n"
}

async fn asset(uri: Uri) -> Response {
    let file = uri.path().rsplit('/').next().unwrap_or_default();
    let (kind, text) = match file {
        "shop.css" => ("text/css", pages::STYLE),
        "shop.js" => (
            "text/javascript",
            "document.documentElement.dataset.ready = \"yes\";\n",
        ),
        "tea.svg" | "book.svg" | "logo.svg" => ("image/svg+xml", pages::PICTURE),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

async fn page(State(flaws): State<Flaws>, State(proof): State<Proof>, uri: Uri) -> Response {
    let headers = headers(&flaws);
    let html = pages::page(uri.path(), &flaws);
    match html.map(|html| proof.with_tag(html)) {
        Some(html) => (headers, Html(html)).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            headers,
            Html(pages::not_found(&flaws)),
        )
            .into_response(),
    }
}

/// The headers of every page: good ones, as far as no flaw takes them away.
fn headers(flaws: &Flaws) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    if flaws.has(Flaw::FrameProtection) {
        // The policy alone, without frame-ancestors.
    } else {
        set("x-frame-options", "SAMEORIGIN");
    }
    if !flaws.has(Flaw::CspMissing) {
        set(
            "content-security-policy",
            "default-src 'self'; script-src 'self' https://cdn.example https://tracker.example; style-src 'self' 'unsafe-inline'",
        );
    }
    if !flaws.has(Flaw::MimeSniffing) {
        set("x-content-type-options", "nosniff");
    }
    if !flaws.has(Flaw::ReferrerPolicy) {
        set("referrer-policy", "strict-origin-when-cross-origin");
    }
    if !flaws.has(Flaw::PermissionsPolicy) {
        set(
            "permissions-policy",
            "camera=(), microphone=(), geolocation=()",
        );
    }
    set(
        "server",
        if flaws.has(Flaw::ServerVersion) {
            "nginx/1.18.0 (Ubuntu)"
        } else {
            "nginx"
        },
    );
    let cookie = format!(
        "shop_session=Zm9yIHRoZSBzYW1wbGUgc2hvcA; Path=/{}{}{}",
        if flaws.has(Flaw::CookieSecure) {
            ""
        } else {
            "; Secure"
        },
        if flaws.has(Flaw::CookieHttpOnly) {
            ""
        } else {
            "; HttpOnly"
        },
        if flaws.has(Flaw::CookieSameSite) {
            ""
        } else {
            "; SameSite=Lax"
        },
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    headers
}
