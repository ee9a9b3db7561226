//! Why Paddle says no: a status, a code and a sentence.

/// An error in the terms of the API.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    /// Field and message pairs of a validation error.
    pub(crate) fields: Vec<(String, String)>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            fields: Vec::new(),
        }
    }

    pub(crate) fn not_found(entity: &str, id: &str) -> Self {
        Self::new(404, "not_found", format!("{entity} {id} not found."))
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(400, "bad_request", detail)
    }

    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(409, "conflict", detail)
    }

    /// A validation error about one field.
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(400, "invalid_field", "Request does not pass validation.").about(field, message)
    }

    #[must_use]
    pub(crate) fn about(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.fields.push((field.into(), message.into()));
        self
    }
}
