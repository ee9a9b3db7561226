//! The API's description, made from the handlers and the wire types of `domain`.

use domain::problem::Problem;
use domain::ticket::TicketFormat;
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, Content, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
};

/// The description before the handlers add theirs: title, ways to sign in, and the shape of a refusal.
pub(super) fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("WebRiskOps console API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Money, credits, scans and fix work of billing accounts. Writes carry an Idempotency-Key; every refusal is a problem document."));
    let mut components = Components::new();
    for (name, scheme) in schemes() {
        components.add_security_scheme(name, scheme);
    }
    add::<Problem>(&mut components);
    // In paths only, where schemas are named and not carried.
    add::<TicketFormat>(&mut components);
    OpenApiBuilder::new()
        .info(info.build())
        .components(Some(components))
        .security(Some([requirement("session")]))
        .build()
}

/// Who may call: a person with a sign-in, the scanner with its secret, the provider with its signature.
fn schemes() -> [(&'static str, SecurityScheme); 3] {
    let header = |name: &str, description: &str| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
            name,
            description,
        )))
    };
    [
        (
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                super::auth::cookie_name(true),
                "Set by signing in; without TLS on loopback its name is `sid`.",
            ))),
        ),
        (
            "scanner",
            header(
                "X-Scanner-Secret",
                "What the server and its scanners share.",
            ),
        ),
        (
            "provider",
            header("Paddle-Signature", "Time and HMAC of the raw body."),
        ),
    ]
}

fn requirement(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new(scheme, [""; 0])
}

fn add<T: ToSchema>(components: &mut Components) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

/// Adds what all operations have in common: an id of their own, words for their success, and the refusal.
pub(super) fn complete(mut api: OpenApi) -> OpenApi {
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(method, path));
            operation.tags = None;
            describe(operation);
        }
    }
    api
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", item.get.as_mut()),
        ("put", item.put.as_mut()),
        ("post", item.post.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

/// `get_accounts_account_billing`: unique, and the same from build to build.
fn operation_id(method: &str, path: &str) -> String {
    let words = path
        .trim_start_matches("/api/v1/")
        .split(['/', '-', '{', '}'])
        .filter(|word| !word.is_empty());
    std::iter::once(method)
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}

fn describe(operation: &mut Operation) {
    let summary = operation.summary.clone().unwrap_or_default();
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description.clone_from(&summary);
        }
    }
    let problem = Content::new(Some(Ref::from_schema_name(Problem::name())));
    let refusal = ResponseBuilder::new()
        .description("A problem document: what is wrong and what helps")
        .content("application/problem+json", problem);
    operation
        .responses
        .responses
        .insert("default".to_owned(), refusal.build().into());
}
