//! The routes of the API, the layers around them, and the fallbacks.

pub mod auth;
pub mod events;
pub mod extract;
pub mod headers;
pub mod health;
pub mod openapi;
pub mod session;

mod accounts;
mod assets;
mod checkouts;
mod fix_tasks;
mod fix_workflow;
mod guides;
mod holds;
mod mutation;
mod projects;
mod reports;
mod scans;
mod webhooks;

use crate::error::{ApiError, problem_response};
use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::http::Response;
use axum::middleware;
use axum::routing::{get, post, put};
use domain::problem::{Problem, ProblemCode};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// The whole service.
pub fn app(state: AppState) -> Router {
    let api = api_routes()
        .fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(|| async {
            ApiError::new(
                ProblemCode::MethodNotAllowed,
                "This address exists, but not with that method.",
            )
        });
    Router::new()
        .nest("/api/v1", api)
        .route("/api/openapi.json", get(openapi::document))
        .route("/api", get(|| async { ApiError::not_found() }))
        .route("/api/", get(|| async { ApiError::not_found() }))
        .route(
            "/api/{*rest}",
            axum::routing::any(|| async { ApiError::not_found() }),
        )
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
        .layer(middleware::from_fn(headers::log))
        .with_state(state)
}

fn api_routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(session::options).post(session::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/session", get(session::show))
        .route("/session/account", put(session::remember))
        .route("/accounts/{account}/billing", get(accounts::billing))
        .route("/accounts/{account}/ledger", get(accounts::ledger))
        .route("/accounts/{account}/projects", get(accounts::projects))
        .route("/accounts/{account}/reports", get(accounts::reports))
        .route("/accounts/{account}/events", get(events::stream))
        .route("/accounts/{account}/checkouts", post(checkouts::open))
        .route(
            "/accounts/{account}/checkouts/{checkout}",
            get(checkouts::show),
        )
        .route(
            "/accounts/{account}/checkouts/{checkout}/{step}",
            post(checkouts::step),
        )
        .route("/projects/{project}", get(projects::show))
        .route("/projects/{project}/scans", post(scans::start))
        .route(
            "/projects/{project}/services/{service}/{switch}",
            post(projects::switch),
        )
        .route("/scans/{scan}", get(scans::show))
        .route("/reports/{report}", get(reports::show))
        .route(
            "/reports/{report}/fix-workflow",
            get(fix_workflow::show).post(fix_workflow::start),
        )
        .route("/fix-tasks/{task}", get(fix_tasks::show))
        .route("/fix-tasks/{task}/cancel", post(fix_tasks::cancel))
        .route("/guides", get(guides::list))
        .route("/guides/{section}/{name}", get(guides::show))
        .route("/scanner/results", post(scans::results))
        .route("/webhooks/paddle", post(webhooks::paddle))
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
