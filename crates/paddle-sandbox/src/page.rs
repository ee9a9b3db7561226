//! The frame of every HTML page: escaping, the banner and the headers.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderName, StatusCode};
use axum::response::{Html, IntoResponse, Response};

const STYLE: &str = "/checkout/assets/checkout.css";

/// Text that may stand in HTML, also inside quotes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// A whole page. `ancestors` is who may show it in a frame; `theme` is `light`, `dark` or empty.
pub(crate) fn render(
    status: StatusCode,
    title: &str,
    body: &str,
    ancestors: &str,
    theme: &str,
) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\" data-theme=\"{theme}\">\n<head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · Paddle sandbox</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"{STYLE}\">\n</head>\n<body>\n\
         <header class=\"banner\"><p>Paddle sandbox — no real money</p></header>\n\
         {body}\n</body>\n</html>\n"
    );
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, policy.as_str()),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ];
    (status, headers, Html(html)).into_response()
}
