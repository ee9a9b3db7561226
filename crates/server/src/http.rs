//! The routes of the API, the layers around them, and the fallbacks.

pub mod auth;
pub mod events;
pub mod extract;
pub mod headers;
pub mod health;

mod accounts;
mod assets;
mod checkouts;
mod fix_tasks;
mod fix_workflow;
mod guides;
mod holds;
mod mutation;
mod openapi;
mod projects;
mod reports;
mod scans;
mod session;
mod webhooks;

use crate::error::{ApiError, problem_response};
use crate::state::AppState;
use axum::body::Body;
use axum::http::Response;
use axum::middleware;
use axum::routing::{any, get};
use axum::{Json, Router};
use domain::problem::{Problem, ProblemCode};
use headers::OurId;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The whole service.
pub fn app(state: AppState) -> Router {
    let (api, description) = api();
    api.route(
        "/api/openapi.json",
        get(move || async { Json(description) }),
    )
    .route("/api", any(nothing))
    .route("/api/", any(nothing))
    .route("/api/{*rest}", any(nothing))
    .route("/healthz", get(health::live))
    .route("/readyz", get(health::ready))
    .fallback(assets::serve)
    .method_not_allowed_fallback(|| async {
        ApiError::new(
            ProblemCode::MethodNotAllowed,
            "This address exists, but not with that method.",
        )
    })
    .layer(middleware::from_fn_with_state(
        state.clone(),
        headers::secure,
    ))
    .layer(CsrfLayer::new().with_rejection_response(cross_site))
    .layer(CatchPanicLayer::custom(panicked))
    .layer(middleware::from_fn(headers::name_in_problem))
    // Not the event stream, and not what is small or compressed already.
    .layer(CompressionLayer::new())
    .layer(PropagateRequestIdLayer::x_request_id())
    .layer(
        TraceLayer::new_for_http()
            .make_span_with(headers::span)
            .on_request(())
            .on_response(headers::log)
            .on_failure(()),
    )
    .layer(SetRequestIdLayer::x_request_id(OurId))
    .layer(middleware::map_request(headers::forget_foreign_id))
    .with_state(state)
}

/// What stands under `/api/` and is no operation.
async fn nothing() -> ApiError {
    ApiError::not_found()
}

/// The description of every operation, as `/api/openapi.json` answers it.
pub fn description() -> OpenApi {
    api().1
}

fn api() -> (Router<AppState>, OpenApi) {
    let (router, description) = OpenApiRouter::with_openapi(openapi::frame())
        .nest("/api/v1", operations())
        .split_for_parts();
    (router, openapi::complete(description))
}

/// Every operation; each is described where it is handled.
fn operations() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(session::options, session::sign_in))
        .routes(routes!(session::sign_out))
        .routes(routes!(session::show))
        .routes(routes!(session::remember))
        .routes(routes!(accounts::billing))
        .routes(routes!(accounts::ledger))
        .routes(routes!(accounts::projects))
        .routes(routes!(accounts::reports))
        .routes(routes!(events::stream))
        .routes(routes!(checkouts::open))
        .routes(routes!(checkouts::show))
        .routes(routes!(checkouts::step))
        .routes(routes!(projects::show))
        .routes(routes!(projects::switch))
        .routes(routes!(scans::start))
        .routes(routes!(scans::show))
        .routes(routes!(scans::results))
        .routes(routes!(reports::show))
        .routes(routes!(fix_workflow::show, fix_workflow::start))
        .routes(routes!(fix_tasks::show))
        .routes(routes!(fix_tasks::cancel))
        .routes(routes!(guides::list))
        .routes(routes!(guides::show))
        .routes(routes!(webhooks::paddle))
}

fn cross_site(_error: ProtectionError) -> Response<Body> {
    let detail = "The request did not come from this site. Nothing was changed.";
    problem_response(&Problem::new(ProblemCode::CrossSite, detail))
}

fn panicked(_panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    tracing::error!("a request panicked");
    let detail = "Something went wrong on our side. Try again.";
    problem_response(&Problem::new(ProblemCode::Internal, detail))
}
