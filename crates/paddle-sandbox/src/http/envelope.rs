//! How answers are wrapped: `{data, meta}` and `{error, meta}`.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::engine::Refusal;
use crate::ids;

/// One entity.
pub(crate) fn ok(data: &Value) -> Response {
    wrap(StatusCode::OK, data)
}

/// One new entity.
pub(crate) fn created(data: &Value) -> Response {
    wrap(StatusCode::CREATED, data)
}

pub(crate) fn wrap(status: StatusCode, data: &Value) -> Response {
    (status, Json(json!({ "data": data, "meta": meta() }))).into_response()
}

pub(crate) fn meta() -> Value {
    json!({ "request_id": ids::uuid() })
}

/// Reads a body that must be a JSON object; an empty one counts as `{}`.
pub(crate) fn body(bytes: &Bytes) -> Result<Value, Refusal> {
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice(bytes) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(Refusal::bad_request(
            "The request body must be a JSON object.",
        )),
        Err(_) => Err(Refusal::bad_request("Invalid JSON in the request body.")),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let group = match self.code.split('_').next() {
            Some("transaction") => "transactions",
            Some("adjustment") => "adjustments",
            Some("subscription") => "subscriptions",
            Some("customer") => "customers",
            _ => "shared",
        };
        let kind = if self.status >= 500 {
            "api_error"
        } else {
            "request_error"
        };
        let link = format!("https://developer.paddle.com/errors/{group}/{}", self.code);
        let mut error = json!({
            "type": kind,
            "code": self.code,
            "detail": self.detail,
            "documentation_url": link,
        });
        if !self.fields.is_empty() {
            let fields = self.fields.into_iter();
            error["errors"] = fields
                .map(|(field, message)| json!({ "field": field, "message": message }))
                .collect();
        }
        (status, Json(json!({ "error": error, "meta": meta() }))).into_response()
    }
}
