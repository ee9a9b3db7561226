//! Requests that change something: their key, their body, and their one answer.

use super::extract::{Raw, json};
use crate::error::{ApiError, problem_response};
use crate::keys::{Answer, Begun, Intent};
use crate::state::AppState;
use crate::write::Write;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use domain::problem::{Problem, ProblemCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::ops::RangeInclusive;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

/// How many letters a key has.
const KEY_LENGTH: RangeInclusive<usize> = 8..=128;

/// A request that changes something: its key, what it asks for, and its body.
#[derive(Clone, Debug)]
pub(super) struct Mutation {
    key: String,
    hash: String,
    body: axum::body::Bytes,
}

impl FromRequest<AppState> for Mutation {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let key = request
            .headers()
            .get("idempotency-key")
            .map(|value| value.to_str().map(str::to_owned));
        let about = format!("{} {}", request.method(), request.uri().path());
        let Raw(body) = Raw::from_request(request, state).await?;
        let key = match key {
            None => {
                return Err(ApiError::new(
                    ProblemCode::IdempotencyKeyMissing,
                    "Send an Idempotency-Key header, so that a repeated request cannot happen twice.",
                ));
            }
            Some(Ok(key))
                if KEY_LENGTH.contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) =>
            {
                key
            }
            Some(_) => {
                return Err(ApiError::new(
                    ProblemCode::IdempotencyKeyInvalid,
                    "The Idempotency-Key must be 8 to 128 visible ASCII characters.",
                ));
            }
        };
        let mut digest = Sha256::new();
        digest.update(about.as_bytes());
        digest.update(b"\n");
        digest.update(&body);
        Ok(Self {
            key,
            hash: hex::encode(digest.finalize()),
            body,
        })
    }
}

impl IntoParams for Mutation {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let key = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(*KEY_LENGTH.start()))
            .max_length(Some(*KEY_LENGTH.end()))
            .pattern(Some("^[!-~]+$"));
        let header = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(
                "The same key with the same request has one effect and one answer.",
            ))
            .schema(Some(key));
        vec![header.build()]
    }
}

impl Mutation {
    /// The body as this type.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        json(&self.body)
    }

    /// Refuses a body where none belongs.
    pub(super) fn no_body(&self) -> Result<(), ApiError> {
        match self.body.as_ref() {
            b"" => Ok(()),
            other => json::<Empty>(other).map(|_| ()),
        }
    }

    /// Does work in one transaction and answers with this status; the same key again has the same answer and no effect.
    ///
    /// Open pages hear of its changes when it is done. A refusal takes back what the work did since its last mark.
    pub(super) async fn perform<T: Serialize>(
        &self,
        state: &AppState,
        principal: &str,
        status: StatusCode,
        work: impl AsyncFnOnce(&mut Write) -> Result<T, ApiError>,
    ) -> Result<Response, ApiError> {
        let mut begun = match self.intent(principal).begin(state, Utc::now()).await? {
            Begun::Fresh(begun) => begun,
            Begun::Replay(answer) => return Ok(replay(answer)),
            Begun::Resume(_) => {
                return Err(ApiError::internal("work in one piece is never paused"));
            }
        };
        let outcome = work(begun.write()).await;
        Ok(respond(begun.finish(status.as_u16(), outcome).await?))
    }

    /// The key in the hands of this principal.
    pub(super) fn intent(&self, principal: &str) -> Intent {
        Intent::new(principal, &self.key, &self.hash)
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// An answer that was made just now.
pub(super) fn respond(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, answer.body).into_response()
}

/// An answer that was made before, marked as such.
pub(super) fn replay(answer: Answer) -> Response {
    let mut response = match serde_json::from_str::<Problem>(&answer.body) {
        Ok(problem) if answer.status >= 400 => problem_response(&problem),
        _ => respond(answer),
    };
    response
        .headers_mut()
        .insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}
