//! Reading requests: path, query and body, each failing as a problem document.

use crate::error::ApiError;
use axum::body::{BodyDataStream, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use domain::problem::{FieldError, Problem, ProblemCode};
use futures::StreamExt;
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};
use std::time::Duration;
use tokio::time::timeout;

/// The largest body of an ordinary request, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;

/// Path values; what does not read as an id is not found.
#[derive(Clone, Copy, Debug)]
pub struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(ApiError::not_found()),
        }
    }
}

/// Query values; what does not fit is named.
#[derive(Clone, Copy, Debug)]
pub struct InQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for InQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(invalid(rejection.body_text())),
        }
    }
}

/// A whole number of a query within bounds; others are refused, never bent.
#[derive(Clone, Copy, Debug)]
pub struct Within<const LEAST: i64, const MOST: i64>(pub i64);

impl<'de, const LEAST: i64, const MOST: i64> Deserialize<'de> for Within<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = i64::deserialize(deserializer)?;
        if (LEAST..=MOST).contains(&value) {
            Ok(Self(value))
        } else {
            Err(D::Error::custom(format!(
                "{value} is not within {LEAST} and {MOST}"
            )))
        }
    }
}

/// A value that does not fit, as a refusal that names it.
pub fn invalid(detail: String) -> ApiError {
    let mut problem = Problem::new(
        ProblemCode::ValidationFailed,
        "A value does not fit. Nothing was changed.",
    );
    problem.errors.push(FieldError {
        pointer: String::new(),
        detail,
    });
    ApiError::Problem(Box::new(problem))
}

/// The largest body of a route that takes more than an ordinary one, in bytes; a layer of that route.
#[derive(Clone, Copy, Debug)]
pub struct LargestBody(pub usize);

/// A body of at most [`LARGEST_BODY`] bytes, or as many as the route takes, as it came.
#[derive(Clone, Debug)]
pub struct Raw(pub Bytes);

/// How much of a body that is too large is still taken, so that its sender hears why instead of a broken line.
const MOST_DRAINED: usize = 8 * 1024 * 1024;

/// How long a body may take between two pieces, and as a whole.
const BODY_IDLE: Duration = Duration::from_secs(15);
const BODY_WHOLE: Duration = Duration::from_mins(2);

/// Reads a body up to a limit.
///
/// # Errors
/// 413 when it is larger, 408 when it does not come, 400 when it breaks off.
pub async fn read_body(body: axum::body::Body, limit: usize) -> Result<Bytes, ApiError> {
    timeout(BODY_WHOLE, read_pieces(body, limit))
        .await
        .unwrap_or_else(|_| Err(too_late()))
}

fn too_late() -> ApiError {
    let detail = "The request body did not arrive in time. Nothing was changed.";
    ApiError::new(ProblemCode::RequestTimeout, detail)
}

async fn read_pieces(body: axum::body::Body, limit: usize) -> Result<Bytes, ApiError> {
    let mut stream = body.into_data_stream();
    let mut taken = Vec::new();
    let mut seen = 0usize;
    let next = async |stream: &mut BodyDataStream| {
        timeout(BODY_IDLE, stream.next())
            .await
            .map_err(|_| too_late())
    };
    while let Some(chunk) = next(&mut stream).await? {
        let chunk = chunk.map_err(|_| {
            ApiError::new(ProblemCode::MalformedJson, "The request body ended early.")
        })?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            taken.extend_from_slice(&chunk);
        } else if seen > MOST_DRAINED {
            break;
        }
    }
    if seen <= limit {
        Ok(taken.into())
    } else {
        Err(ApiError::new(
            ProblemCode::TooLarge,
            format!("The request is larger than {limit} bytes."),
        ))
    }
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let json = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| {
                value
                    .split(';')
                    .next()
                    .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
            });
        let limit = request
            .extensions()
            .get()
            .map_or(LARGEST_BODY, |largest: &LargestBody| largest.0);
        let body = read_body(request.into_body(), limit).await?;
        // An empty body has no type to be wrong.
        if json || body.is_empty() {
            Ok(Self(body))
        } else {
            Err(ApiError::new(
                ProblemCode::UnsupportedMediaType,
                "Send application/json.",
            ))
        }
    }
}

/// Reads a JSON object: unreadable text is 400, readable text that does not fit is 422.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // Read as a whole first: a text that breaks off behind an unknown field is unreadable.
    if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return Err(ApiError::new(
            ProblemCode::MalformedJson,
            "The request body is not readable JSON. Nothing was changed.",
        ));
    }
    // A list would be read field by field.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(invalid("expected an object".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))
}
