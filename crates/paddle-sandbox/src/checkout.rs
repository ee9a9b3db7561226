//! What a buyer meets: paddle.js, the form in its frame or on its own page, and its endpoints.

mod api;
mod event_data;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{get, post};

use crate::app::App;

const PADDLE_JS: &str = include_str!("../assets/paddle.js");
const CHECKOUT_JS: &str = include_str!("../assets/checkout.js");
const STYLE: &str = include_str!("../assets/checkout.css");

const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";
const STYLE_TYPE: &str = "text/css; charset=utf-8";

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/paddle/v2/paddle.js",
            get(async || file(SCRIPT_TYPE, PADDLE_JS)),
        )
        .route(
            "/checkout/assets/checkout.js",
            get(async || file(SCRIPT_TYPE, CHECKOUT_JS)),
        )
        .route(
            "/checkout/assets/checkout.css",
            get(async || file(STYLE_TYPE, STYLE)),
        )
        .route("/checkout", get(pages::hosted))
        .route("/checkout/frame", get(pages::frame))
        .route(
            "/checkout/api/transactions/{id}/customer",
            post(api::customer),
        )
        .route("/checkout/api/transactions/{id}/pay", post(api::pay))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    // Any page may load these, as it may load Paddle's own script.
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-cache"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, text)
}
