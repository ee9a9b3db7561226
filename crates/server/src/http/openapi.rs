//! The API's description, made from the wire types of `domain` and the table of operations below.

use axum::Json;
use domain::{
    billing, checkout, fix, guide, ledger, live, problem, project, report, scan, session,
};
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr,
    Required, ResponseBuilder, Schema,
};
use utoipa::{PartialSchema, ToSchema};

/// The description as JSON.
pub(super) async fn document() -> Json<OpenApi> {
    Json(describe())
}

/// One operation: method, path, what it does, body schema, status and answer schema.
type Row = (
    HttpMethod,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
);

use HttpMethod::{Get, Post, Put};

/// Every operation under `/api/v1`. A test asks the router for each of them.
pub const OPERATIONS: &[Row] = &[
    (
        Get,
        "/sign-in",
        "What the sign-in page may offer",
        None,
        "200",
        Some("SignInOptions"),
    ),
    (
        Post,
        "/sign-in",
        "Sign in; the answer sets the cookie",
        Some("SignIn"),
        "204",
        None,
    ),
    (Post, "/sign-out", "Sign out", None, "204", None),
    (
        Get,
        "/session",
        "Who is signed in and which accounts they can open",
        None,
        "200",
        Some("SessionView"),
    ),
    (
        Put,
        "/session/account",
        "Remember the account for new tabs",
        Some("RememberAccount"),
        "204",
        None,
    ),
    (
        Get,
        "/accounts/{account}/billing",
        "What an account can use, waits for or is blocked by",
        None,
        "200",
        Some("BillingView"),
    ),
    (
        Get,
        "/accounts/{account}/ledger",
        "Ledger entries, newest first",
        None,
        "200",
        Some("LedgerPage"),
    ),
    (
        Get,
        "/accounts/{account}/projects",
        "The account's projects",
        None,
        "200",
        None,
    ),
    (
        Get,
        "/accounts/{account}/reports",
        "The reports of the account's projects",
        None,
        "200",
        None,
    ),
    (
        Get,
        "/accounts/{account}/events",
        "Server-sent events of the account",
        None,
        "200",
        None,
    ),
    (
        Post,
        "/accounts/{account}/checkouts",
        "Open a checkout session",
        Some("OpenCheckout"),
        "201",
        Some("CheckoutView"),
    ),
    (
        Get,
        "/accounts/{account}/checkouts/{checkout}",
        "A checkout session",
        None,
        "200",
        Some("CheckoutView"),
    ),
    (
        Post,
        "/accounts/{account}/checkouts/{checkout}/{step}",
        "opened, returned, refresh or cancel",
        None,
        "200",
        Some("CheckoutView"),
    ),
    (
        Get,
        "/projects/{project}",
        "A project",
        None,
        "200",
        Some("ProjectView"),
    ),
    (
        Post,
        "/projects/{project}/scans",
        "Start a scan: one credit is reserved",
        Some("StartScan"),
        "201",
        Some("StartedScan"),
    ),
    (
        Post,
        "/projects/{project}/services/{service}/{switch}",
        "enable, pause or resume a service",
        Some("SwitchService"),
        "200",
        Some("ProjectView"),
    ),
    (
        Get,
        "/scans/{scan}",
        "A scan run",
        None,
        "200",
        Some("ScanRun"),
    ),
    (
        Get,
        "/reports/{report}",
        "A report",
        None,
        "200",
        Some("ReportView"),
    ),
    (
        Get,
        "/reports/{report}/fix-workflow",
        "The fix workflow of a report",
        None,
        "200",
        Some("FixWorkflowView"),
    ),
    (
        Post,
        "/reports/{report}/fix-workflow",
        "Start fix work: its cost is reserved",
        Some("StartFix"),
        "201",
        Some("StartedFix"),
    ),
    (
        Get,
        "/fix-tasks/{task}",
        "A fix task",
        None,
        "200",
        Some("FixTaskView"),
    ),
    (
        Post,
        "/fix-tasks/{task}/cancel",
        "Cancel a fix task that is not delivered: what it holds is restored",
        Some("CancelFix"),
        "200",
        Some("CancelledFix"),
    ),
    (
        Get,
        "/guides",
        "Every guide; readable without signing in",
        None,
        "200",
        Some("GuideList"),
    ),
    (
        Get,
        "/guides/{section}/{name}",
        "A guide with its table of reasons; readable without signing in",
        None,
        "200",
        Some("GuideView"),
    ),
    (
        Post,
        "/scanner/results",
        "A scanner's result; needs X-Scanner-Secret",
        Some("ScanResult"),
        "200",
        Some("ScanResultTaken"),
    ),
    (
        Post,
        "/webhooks/paddle",
        "A provider event; needs Paddle-Signature",
        None,
        "200",
        None,
    ),
];

/// Writes that need no idempotency key: signing in and out, what says the same when it is sent twice, and the
/// provider's own events.
pub const WITHOUT_KEY: &[&str] = &[
    "/sign-in",
    "/sign-out",
    "/session/account",
    "/webhooks/paddle",
];

/// Builds the description.
pub fn describe() -> OpenApi {
    let mut paths = PathsBuilder::new();
    for row in OPERATIONS {
        paths = paths.path(
            format!("/api/v1{}", row.1),
            PathItem::new(row.0.clone(), operation(row)),
        );
    }
    let info = InfoBuilder::new()
        .title("WebRiskOps console API")
        .version(env!("CARGO_PKG_VERSION"));
    OpenApiBuilder::new()
        .info(info.build())
        .paths(paths.build())
        .components(Some(schemas()))
        .build()
}

fn json_of(name: &str) -> Content {
    Content::new(Some(RefOr::<Schema>::Ref(Ref::from_schema_name(name))))
}

fn operation(
    (method, path, summary, body, status, answer): &Row,
) -> utoipa::openapi::path::Operation {
    let mut operation = OperationBuilder::new().summary(Some(*summary));
    for name in path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    {
        operation = operation.parameter(parameter(name, ParameterIn::Path));
    }
    if *method != Get && !WITHOUT_KEY.contains(path) {
        operation = operation.parameter(parameter("Idempotency-Key", ParameterIn::Header));
    }
    if let Some(name) = body {
        let body = RequestBodyBuilder::new()
            .content("application/json", json_of(name))
            .required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    let mut good = ResponseBuilder::new().description(*summary);
    if let Some(name) = answer {
        good = good.content("application/json", json_of(name));
    }
    let problem = ResponseBuilder::new()
        .description("A problem document")
        .content("application/problem+json", json_of("Problem"));
    operation
        .response(*status, good.build())
        .response("default", problem.build())
        .build()
}

fn parameter(name: &str, place: ParameterIn) -> utoipa::openapi::path::Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::True)
        .schema(Some(String::schema()))
        .build()
}

fn add<T: ToSchema>(components: ComponentsBuilder) -> ComponentsBuilder {
    let mut nested = Vec::new();
    T::schemas(&mut nested);
    let mut components = components.schema(T::name(), T::schema());
    for (name, schema) in nested {
        components = components.schema(name, schema);
    }
    components
}

fn schemas() -> utoipa::openapi::Components {
    let mut components = ComponentsBuilder::new();
    components = add::<problem::Problem>(components);
    components = add::<session::SignInOptions>(components);
    components = add::<session::SignIn>(components);
    components = add::<session::SessionView>(components);
    components = add::<session::RememberAccount>(components);
    components = add::<billing::BillingView>(components);
    components = add::<ledger::LedgerPage>(components);
    components = add::<checkout::OpenCheckout>(components);
    components = add::<checkout::CheckoutView>(components);
    components = add::<project::ProjectView>(components);
    components = add::<project::ProjectRow>(components);
    components = add::<project::SwitchService>(components);
    components = add::<report::ReportView>(components);
    components = add::<report::ReportRow>(components);
    components = add::<fix::FixWorkflowView>(components);
    components = add::<fix::StartFix>(components);
    components = add::<fix::StartedFix>(components);
    components = add::<fix::CancelFix>(components);
    components = add::<fix::CancelledFix>(components);
    components = add::<fix::FixTaskView>(components);
    components = add::<guide::GuideList>(components);
    components = add::<guide::GuideView>(components);
    components = add::<scan::StartScan>(components);
    components = add::<scan::StartedScan>(components);
    components = add::<scan::ScanRun>(components);
    components = add::<scan::ScanResult>(components);
    components = add::<scan::ScanResultTaken>(components);
    components = add::<live::LiveEvent>(components);
    components.build()
}
