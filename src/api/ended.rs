//! How a write ended, as far as a person needs to know.

use super::{Answer, ApiError};

/// How a write ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended<T> {
    /// It is done; what the server answered.
    Done(T),
    /// It was refused; nothing was changed. The sentence says why.
    Refused(String),
    /// No answer came, so nobody here knows. The sentence says what happened.
    Unknown(String),
}

/// What an answer means for the person who asked; `None` when they are signed out and will be led away.
pub fn ended<T>(answer: Answer<T>) -> Option<Ended<T>> {
    match answer {
        Ok(value) => Some(Ended::Done(value)),
        Err(ApiError::SignedOut) => None,
        Err(ApiError::Refused(problem)) if problem.status < 500 => {
            Some(Ended::Refused(problem.blocked_reasons.first().map_or_else(
                || problem.detail.clone(),
                |reason| format!("{}: {}", reason.label, reason.message),
            )))
        }
        Err(error) => Some(Ended::Unknown(error.sentence())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::problem::{Problem, ProblemCode};

    #[test]
    fn a_lost_answer_is_unknown_and_a_refusal_is_not() {
        assert!(matches!(
            ended::<()>(Err(ApiError::Offline)),
            Some(Ended::Unknown(_))
        ));
        assert!(matches!(
            ended::<()>(Err(ApiError::TimedOut)),
            Some(Ended::Unknown(_))
        ));
        let refused = Problem::new(ProblemCode::Blocked, "No.");
        assert_eq!(
            ended::<()>(Err(ApiError::Refused(Box::new(refused)))),
            Some(Ended::Refused("No.".into()))
        );
        let fault = Problem::new(ProblemCode::Internal, "Oops.");
        assert!(matches!(
            ended::<()>(Err(ApiError::Refused(Box::new(fault)))),
            Some(Ended::Unknown(_))
        ));
        assert_eq!(ended::<()>(Err(ApiError::SignedOut)), None);
    }
}
