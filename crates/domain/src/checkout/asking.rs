//! When the provider is asked about a checkout session of which no event tells (docs/payments.md#asking).

use super::CheckoutState;
use crate::Timestamp;
use chrono::Duration;

/// Minutes between questions about an unfinished session, after the first one; then it counts as expired.
const SCHEDULE: [i64; 6] = [3, 10, 45, 300, 1080, 1440];
/// Minutes until the next question when there was no answer.
const NO_ANSWER: i64 = 10;
/// Minutes between questions about a payment that was taken and is not completed, after the schedule.
const DAILY: i64 = 1440;
/// How long an ended session is followed: somebody may still pay it in a form that is open.
const FOLLOWED: Duration = Duration::days(3);

/// What is known of a session after the provider was asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// How far the session is.
    pub state: CheckoutState,
    /// Whether the money was taken.
    pub paid: bool,
    /// Whether the provider answered.
    pub answered: bool,
    /// Whether the provider has a transaction for it that can still be paid.
    pub payable: bool,
    /// How many questions were answered before.
    pub count: i64,
    /// When the session came into its state.
    pub since: Timestamp,
}

/// What comes after a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextQuestion {
    /// Another one at this moment; this one counts.
    At(Timestamp),
    /// Another one at this moment; this one does not count, because nobody answered.
    Again(Timestamp),
    /// The session expires; it is followed as an ended one from this moment on.
    Expire(Timestamp),
    /// None.
    Never,
}

/// Decides when the provider is asked again.
///
/// A payment that was taken is never given up. A question without an answer is asked again and counts for nothing. An
/// ended session is followed for three days, unless the provider says that it cannot be paid any more.
pub fn next_question(asked: Asked, now: Timestamp) -> NextQuestion {
    let after = |minutes: i64| now + Duration::minutes(minutes);
    if asked.state == CheckoutState::Confirmed {
        return NextQuestion::Never;
    }
    if !asked.answered {
        return NextQuestion::Again(after(NO_ANSWER));
    }
    let step = usize::try_from(asked.count)
        .ok()
        .and_then(|count| SCHEDULE.get(count))
        .copied();
    if asked.paid {
        return NextQuestion::At(after(step.unwrap_or(DAILY)));
    }
    if asked.state.is_unfinished() {
        return step.map_or(NextQuestion::Expire(after(NO_ANSWER)), |minutes| {
            NextQuestion::At(after(minutes))
        });
    }
    let ended = now - asked.since;
    if !asked.payable || ended >= FOLLOWED {
        return NextQuestion::Never;
    }
    // Ever less often: after half of the time that has passed, at least ten minutes.
    NextQuestion::At(after(ended.num_minutes().max(2 * NO_ANSWER) / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn at(minutes: i64) -> Timestamp {
        DateTime::UNIX_EPOCH + Duration::minutes(minutes)
    }

    fn asked(state: CheckoutState) -> Asked {
        Asked {
            state,
            paid: false,
            answered: true,
            payable: true,
            count: 0,
            since: at(0),
        }
    }

    #[test]
    fn an_unfinished_session_is_asked_about_on_schedule_and_then_expires() {
        let next = |count| {
            let asked = Asked {
                count,
                ..asked(CheckoutState::Opened)
            };
            next_question(asked, at(0))
        };
        assert_eq!(next(0), NextQuestion::At(at(3)));
        assert_eq!(next(5), NextQuestion::At(at(1440)));
        assert_eq!(next(6), NextQuestion::Expire(at(10)));
    }

    #[test]
    fn without_an_answer_nothing_is_used_up_and_nothing_expires() {
        for state in CheckoutState::ALL {
            for count in [0, 6, 60] {
                let silent = Asked {
                    answered: false,
                    count,
                    ..asked(*state)
                };
                let wanted = match state {
                    CheckoutState::Confirmed => NextQuestion::Never,
                    _ => NextQuestion::Again(at(10)),
                };
                assert_eq!(next_question(silent, at(0)), wanted, "{state} {count}");
            }
        }
    }

    #[test]
    fn a_payment_that_was_taken_is_asked_about_for_ever() {
        for state in CheckoutState::ALL {
            let paid = |count| {
                let asked = Asked {
                    paid: true,
                    payable: false,
                    count,
                    ..asked(*state)
                };
                next_question(asked, at(90_000))
            };
            if *state == CheckoutState::Confirmed {
                assert_eq!(paid(0), NextQuestion::Never);
                continue;
            }
            assert_eq!(paid(0), NextQuestion::At(at(90_003)), "{state}");
            assert_eq!(paid(600), NextQuestion::At(at(91_440)), "{state}");
        }
    }

    #[test]
    fn an_ended_session_is_followed_for_three_days_while_it_could_be_paid() {
        for state in [
            CheckoutState::Cancelled,
            CheckoutState::Expired,
            CheckoutState::Failed,
        ] {
            let mut questions = 0;
            let mut now = at(0);
            while let NextQuestion::At(next) = next_question(asked(state), now) {
                assert!(next > now);
                (now, questions) = (next, questions + 1);
            }
            assert!(now >= at(3 * 1440) && now < at(5 * 1440), "{now}");
            assert!(questions < 20, "{questions}");
            let over = Asked {
                payable: false,
                ..asked(state)
            };
            assert_eq!(next_question(over, at(1)), NextQuestion::Never);
        }
    }
}
