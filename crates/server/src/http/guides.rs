//! Guides: the same for everybody, so that they can be read before signing in.

use super::extract::InPath;
use crate::error::ApiError;
use crate::guides;
use crate::state::AppState;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::guide::{Guide, GuideList, GuideView};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(show))
}

/// Every guide.
#[utoipa::path(
    get, path = "/guides",
    responses((status = 200, body = GuideList), (status = 304, description = "The client has it already")),
    security(()),
)]
pub(super) async fn list(headers: HeaderMap) -> Result<Response, ApiError> {
    answer(&guides::list()?, &headers)
}

/// Where a guide is, one word of its key after the other.
pub(super) struct GuidePath;

impl utoipa::IntoParams for GuidePath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let keys = || {
            Guide::ALL
                .iter()
                .filter_map(|guide| guide.key().split_once('/'))
        };
        let place = |name: &str, words: BTreeSet<&str>| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .enum_values(Some(words)),
                ))
                .build()
        };
        vec![
            place("section", keys().map(|(section, _)| section).collect()),
            place("name", keys().map(|(_, name)| name).collect()),
        ]
    }
}

/// One guide; what is not one is not found.
#[utoipa::path(
    get, path = "/guides/{section}/{name}",
    params(GuidePath),
    responses((status = 200, body = GuideView), (status = 304, description = "The client has it already")),
    security(()),
)]
pub(super) async fn show(
    InPath((section, name)): InPath<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let guide = Guide::at(&section, &name).ok_or_else(ApiError::not_found)?;
    answer(&guides::view(guide)?, &headers)
}

/// The body with its tag, or only the word that the client has it already.
fn answer(body: &impl Serialize, headers: &HeaderMap) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(body)?;
    let tag = format!("W/\"{}\"", &hex::encode(Sha256::digest(&body))[..32]);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    // Texts change with the program only, so a client may keep them and ask whether they are still the same.
    let keep = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, keep).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((keep, kind, body).into_response())
}
