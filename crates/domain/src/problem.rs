//! The one error envelope: RFC 9457 problem details with a code for machines and a sentence for people.

use crate::keyed;
use crate::reason::Reason;
use serde::{Deserialize, Serialize};

keyed! {
    /// What went wrong, for machines. Labels are the problem's title.
    pub enum ProblemCode {
        Unauthorized = "UNAUTHORIZED", "Sign in first";
        WrongCredentials = "WRONG_CREDENTIALS", "Email or password is not right";
        Forbidden = "FORBIDDEN", "Your role does not allow this";
        CrossSite = "CROSS_SITE", "This request came from another site";
        NotFound = "NOT_FOUND", "Not found";
        MethodNotAllowed = "METHOD_NOT_ALLOWED", "This address does not take that method";
        MalformedJson = "MALFORMED_JSON", "The request is not readable JSON";
        ValidationFailed = "VALIDATION_FAILED", "The request has values that do not fit";
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", "The request must be JSON";
        RequestTimeout = "REQUEST_TIMEOUT", "The request did not arrive in time";
        TooLarge = "TOO_LARGE", "The request is too large";
        IdempotencyKeyMissing = "IDEMPOTENCY_KEY_MISSING", "The Idempotency-Key header is missing";
        IdempotencyKeyInvalid = "IDEMPOTENCY_KEY_INVALID", "The Idempotency-Key header does not fit";
        IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key belongs to another request";
        RequestInProgress = "REQUEST_IN_PROGRESS", "The same request is still running";
        Blocked = "BLOCKED", "This cannot start now";
        SelectionChanged = "SELECTION_CHANGED", "The selection changed";
        ItemUnavailable = "ITEM_UNAVAILABLE", "This cannot be bought now";
        ProviderUnavailable = "PROVIDER_UNAVAILABLE", "The payment provider does not answer";
        CheckoutNotCancellable = "CHECKOUT_NOT_CANCELLABLE", "This checkout cannot be cancelled";
        FixTaskNotCancellable = "FIX_TASK_NOT_CANCELLABLE", "This fix task cannot be cancelled";
        FixTaskStepRefused = "FIX_TASK_STEP_REFUSED", "This fix task does not take that step now";
        PatchApprovalRequired = "PATCH_APPROVAL_REQUIRED", "The patch has to be approved first";
        RepositoryPermissionMissing = "REPOSITORY_PERMISSION_MISSING", "The repository may not be written";
        RepositoryAuthRevoked = "REPOSITORY_AUTH_REVOKED", "The access to the repository was revoked";
        RefundRefused = "REFUND_REFUSED", "This refund cannot be asked for";
        InvoiceNotReady = "INVOICE_NOT_READY", "There is no invoice document yet";
        ResultConflict = "RESULT_CONFLICT", "This run already has another result";
        InvalidSignature = "INVALID_SIGNATURE", "The signature does not match";
        RateLimited = "RATE_LIMITED", "Too many requests";
        Unavailable = "UNAVAILABLE", "The service is not ready";
        Internal = "INTERNAL", "Something went wrong on our side";
    }
}

impl ProblemCode {
    /// The HTTP status that goes with the code.
    pub const fn status(self) -> u16 {
        match self {
            Self::MalformedJson | Self::IdempotencyKeyMissing | Self::IdempotencyKeyInvalid => 400,
            Self::Unauthorized | Self::WrongCredentials | Self::InvalidSignature => 401,
            Self::Forbidden | Self::CrossSite => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::RequestTimeout => 408,
            Self::RequestInProgress
            | Self::Blocked
            | Self::SelectionChanged
            | Self::ItemUnavailable
            | Self::CheckoutNotCancellable
            | Self::FixTaskNotCancellable
            | Self::FixTaskStepRefused
            | Self::PatchApprovalRequired
            | Self::RepositoryPermissionMissing
            | Self::RepositoryAuthRevoked
            | Self::RefundRefused
            | Self::InvoiceNotReady
            | Self::ResultConflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::ValidationFailed | Self::IdempotencyKeyReused => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::ProviderUnavailable => 502,
            Self::Unavailable => 503,
        }
    }
}

/// One value of a request that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where, as a JSON pointer; empty for the whole body.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

/// An error as the API answers it (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable address of the code: `urn:webriskops:problem:CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What went wrong, short.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong in this case, and what helps.
    pub detail: String,
    /// For machines.
    pub code: ProblemCode,
    /// Names this request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Values that do not fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Why paid work cannot start, the first being the one to act on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked_reasons: Vec<Reason>,
    /// When it makes sense to ask again, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
}

impl Problem {
    /// A problem with the code's own status and title.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:webriskops:problem:{}", code.key()),
            title: code.label().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            request_id: None,
            errors: Vec::new(),
            blocked_reasons: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// The same with the reasons that block the action; the first one's message becomes the detail.
    #[must_use]
    pub fn blocked(reasons: Vec<Reason>) -> Self {
        let detail = reasons
            .first()
            .map_or_else(String::new, |reason| reason.message.clone());
        Self {
            blocked_reasons: reasons,
            ..Self::new(ProblemCode::Blocked, detail)
        }
    }
}
