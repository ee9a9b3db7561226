//! What can go wrong between the page and the API, as few cases as pages need to tell apart.

use domain::problem::{Problem, ProblemCode};

/// Why a call did not bring what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// No answer came. Whether a write took effect is unknown.
    #[error("WebRiskOps cannot be reached. Check your connection.")]
    Offline,
    /// It took too long. Whether a write took effect is unknown.
    #[error("WebRiskOps takes too long to answer.")]
    TimedOut,
    /// Nobody is signed in any more.
    #[error("You are signed out.")]
    SignedOut,
    /// The server said no, or had a fault.
    #[error("{}", .0.detail)]
    Refused(Box<Problem>),
    /// The answer does not read.
    #[error("The answer could not be read. Load the page again; it may be older than the server.")]
    Unreadable,
}

impl ApiError {
    /// The sentence that people read.
    pub fn sentence(&self) -> String {
        self.to_string()
    }

    /// The server's code, when it sent one.
    pub fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// Whether the thing asked for is not there, or not for this person.
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(ProblemCode::NotFound)
    }

    /// Whether the same question may be answered a little later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Offline | Self::TimedOut => true,
            Self::Refused(problem) => problem.status >= 500 || problem.status == 429,
            Self::SignedOut | Self::Unreadable => false,
        }
    }

    /// Whether the server has decided, so that the next try is a new intent and needs a new key.
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Refused(problem) => {
                problem.status < 500
                    && problem.status != 429
                    && problem.code != ProblemCode::RequestInProgress
            }
            _ => false,
        }
    }
}
