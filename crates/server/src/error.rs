//! Errors of the API: each becomes a problem document; the cause is logged, never sent.

use crate::ledger::LedgerError;
use crate::store::{BadRow, StoreError};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::lots::Shortfall;
use domain::problem::{FieldError, Problem, ProblemCode};
use domain::reason::Reason;

/// An error on its way to the client.
#[derive(Debug)]
pub enum ApiError {
    /// Something to tell: what is wrong and what helps.
    Problem(Box<Problem>),
    /// Something to log: the client learns only that it was not its fault.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// A problem with this code and sentence.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::Problem(Box::new(Problem::new(code, detail)))
    }

    /// Not there, or not for this person: both read the same.
    pub fn not_found() -> Self {
        Self::new(
            ProblemCode::NotFound,
            "There is nothing at this address for you.",
        )
    }

    /// A field of the body that does not fit: where, and what is wrong with it.
    pub fn field(pointer: &str, sentence: &str) -> Self {
        let mut problem = Problem::new(ProblemCode::ValidationFailed, sentence);
        problem.errors.push(FieldError {
            pointer: pointer.to_owned(),
            detail: sentence.to_owned(),
        });
        Self::Problem(Box::new(problem))
    }

    /// Too much at once: what is asked for may be asked again after so many seconds.
    pub fn later(code: ProblemCode, detail: &str, seconds: u32) -> Self {
        let mut problem = Problem::new(code, detail);
        problem.retry_after_seconds = Some(seconds);
        Self::Problem(Box::new(problem))
    }

    /// Paid work that cannot start.
    pub fn blocked(reasons: Vec<Reason>) -> Self {
        Self::Problem(Box::new(Problem::blocked(reasons)))
    }

    /// Something unexpected.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// The problem as the client will read it.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => *problem,
            Self::Internal(error) => {
                if is_passing(error.as_ref()) {
                    tracing::warn!(error = %error, "the database does not take it now");
                    // What was asked for may have been done where the line broke, so that nothing is said of it.
                    let mut problem = Problem::new(
                        ProblemCode::Unavailable,
                        "The service cannot do it at the moment. Try again: the same request has one effect.",
                    );
                    problem.retry_after_seconds = Some(2);
                    return problem;
                }
                tracing::error!(error = %error, "request failed");
                Problem::new(
                    ProblemCode::Internal,
                    "Something went wrong on our side. Nothing was changed; try again.",
                )
            }
        }
    }

    /// Whether the answer is worth remembering for an idempotency key: a refusal is, a fault of ours is not.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Problem(problem) => matches!(problem.status, 403 | 409 | 422),
            Self::Internal(_) => false,
        }
    }
}

/// Whether a failure of the database passes by itself or with its operator's help, so that asking again makes sense: it is
/// busy, full, starting, stopping or out of reach.
fn is_passing(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(sql) = error.downcast_ref::<sqlx::Error>() {
            return match sql {
                sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
                sqlx::Error::Database(database) => {
                    database.code().is_some_and(|code| is_passing_code(&code))
                }
                _ => false,
            };
        }
        next = error.source();
    }
    false
}

/// Of SQLite: busy, locked, a file that cannot be read or written, full (sqlite.org/rescode.html; the extended codes carry
/// the plain one in their last byte). Of PostgreSQL: classes 08 and 53, 57, and what waited or collided for too long
/// (postgresql.org, Appendix A).
fn is_passing_code(code: &str) -> bool {
    if let (true, Ok(number)) = (code.len() < 5, code.parse::<u32>()) {
        return matches!(number & 0xff, 5 | 6 | 10 | 13 | 14);
    }
    let class = code.get(..2).unwrap_or_default();
    ["08", "53", "57"].contains(&class) || ["55P03", "40001", "40P01", "25P03"].contains(&code)
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sql(error) => Self::internal(error),
            other => Self::internal(other),
        }
    }
}

impl From<BadRow> for ApiError {
    fn from(error: BadRow) -> Self {
        Self::internal(error)
    }
}

impl From<LedgerError> for ApiError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Store(error) => error.into(),
            LedgerError::Short(Shortfall { need, have }) => Self::new(
                ProblemCode::Blocked,
                format!("Too few credits: {need} needed, {have} available. Nothing was reserved."),
            ),
            LedgerError::AlreadyHeld => Self::new(
                ProblemCode::SelectionChanged,
                "This work holds credits already. Nothing more was reserved; look at it again.",
            ),
            other => Self::internal(other),
        }
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// A problem document as a response.
pub fn problem_response(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let mut response = (status, body).into_response();
    // The request's id is added where it is known.
    response.extensions_mut().insert(problem.clone());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status == 401 {
        headers.insert(
            HeaderName::from_static("www-authenticate"),
            HeaderValue::from_static("Cookie"),
        );
    }
    response
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        problem_response(&self.into_problem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_is_broken() {
        for passes in [
            "5", "517", "13", "778", "57P01", "53100", "55P03", "08006", "40001",
        ] {
            assert!(is_passing_code(passes), "{passes}");
        }
        for stays in ["1", "19", "2067", "11", "42601", "23505", "23514"] {
            assert!(!is_passing_code(stays), "{stays}");
        }
    }

    #[test]
    fn what_a_hold_refuses_is_a_conflict_and_no_fault_of_ours() {
        let short = LedgerError::Short(Shortfall { need: 2, have: 1 });
        for (error, code) in [
            (short, ProblemCode::Blocked),
            (LedgerError::AlreadyHeld, ProblemCode::SelectionChanged),
        ] {
            let error = ApiError::from(error);
            assert!(error.is_final(), "the key remembers it");
            let problem = error.into_problem();
            assert_eq!((problem.status, problem.code), (409, code));
        }
    }
}
