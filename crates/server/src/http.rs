//! The routes of the API, the layers around them, and the fallbacks.

pub mod auth;
pub mod events;
pub mod extract;
pub mod headers;
pub mod health;

mod access;
mod accounts;
mod assets;
mod assist;
mod checkouts;
mod feedback;
pub mod figures;
mod finding_marks;
mod first;
mod fix_steps;
mod fix_tasks;
mod fix_workflow;
mod guides;
mod holds;
mod host;
mod monitoring;
mod mutation;
mod new_project;
mod notices;
mod openapi;
mod patches;
mod payment_method;
mod plan_changes;
mod pricing;
mod projects;
mod proof;
mod provider;
mod provider_events;
mod pull_requests;
mod refunds;
mod reports;
mod retests;
mod scanner;
mod scans;
mod scope;
mod service_credits;
mod session;
mod snapshots;
mod ticket_exports;
mod transactions;
mod webhooks;
mod workspace;

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
    .layer(middleware::from_fn_with_state(state.clone(), host::ours))
    .layer(CsrfLayer::new().with_rejection_response(cross_site))
    .layer(CatchPanicLayer::custom(panicked))
    .layer(middleware::from_fn(headers::name_in_problem))
    .layer(middleware::from_fn_with_state(
        state.clone(),
        figures::count,
    ))
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
        .merge(session::routes())
        .merge(accounts::routes())
        .merge(workspace::routes())
        .merge(events::routes())
        .merge(checkouts::routes())
        .merge(payment_method::routes())
        .merge(provider::routes())
        .merge(provider_events::routes())
        .merge(plan_changes::routes())
        .merge(pricing::routes())
        .merge(snapshots::routes())
        .merge(transactions::routes())
        .merge(refunds::routes())
        .merge(service_credits::routes())
        .merge(new_project::routes())
        .merge(notices::routes())
        .merge(projects::routes())
        .merge(scope::routes())
        .merge(monitoring::routes())
        .merge(proof::routes())
        .merge(scans::routes())
        .merge(scanner::routes())
        .merge(reports::routes())
        .merge(finding_marks::routes())
        .merge(fix_workflow::routes())
        .merge(assist::routes())
        .merge(access::routes())
        .merge(pull_requests::routes())
        .merge(fix_tasks::routes())
        .merge(fix_steps::routes())
        .merge(patches::routes())
        .merge(retests::routes())
        .merge(ticket_exports::routes())
        .merge(guides::routes())
        .merge(feedback::routes())
        .merge(webhooks::routes())
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
