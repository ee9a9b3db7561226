//! Passwords: how they are hashed and checked, and how often one may be tried.

use crate::error::ApiError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::problem::ProblemCode;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const MOST_FAILURES: usize = 8;
const WINDOW: Duration = Duration::from_mins(1);

/// Checking a password takes 19 MiB and a core for a moment: two at once, and nobody waits longer than this for a turn.
const AT_ONCE: usize = 2;
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Sign-ins that did not succeed within the last minute, by email, and turns for checking passwords.
#[derive(Debug)]
pub struct Attempts {
    tries: Mutex<HashMap<String, Vec<Instant>>>,
    turns: Arc<Semaphore>,
    longest_wait: Duration,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            tries: Mutex::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            longest_wait: LONGEST_WAIT,
        }
    }
}

impl Attempts {
    /// Counts a try before its password is looked at, so that tries at the same moment count too.
    pub fn begin(&self, email: &str) -> Result<(), ApiError> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, times| {
            times.retain(|at| at.elapsed() < WINDOW);
            !times.is_empty()
        });
        let times = tries.entry(email.to_owned()).or_default();
        if times.len() >= MOST_FAILURES {
            return Err(ApiError::later(
                ProblemCode::RateLimited,
                "Too many tries for this email. Wait a minute, then try again.",
                60,
            ));
        }
        times.push(Instant::now());
        Ok(())
    }

    /// The password was right: the tries before it are forgotten.
    pub fn succeeded(&self, email: &str) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(email);
    }

    /// Waits for a turn; a try that got none was no guess and is not counted.
    pub async fn turn(&self, email: &str) -> Result<OwnedSemaphorePermit, ApiError> {
        let turns = Arc::clone(&self.turns);
        let turn = tokio::time::timeout(self.longest_wait, turns.acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(|| {
            let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(times) = tries.get_mut(email) {
                times.pop();
            }
            ApiError::later(
                ProblemCode::Unavailable,
                "Many people sign in at the moment. Try again in a few seconds.",
                5,
            )
        })
    }
}

/// A hash of nothing that anybody uses, so that an unknown email takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$W6Dh3qQ1m8b8m7vR8nE2k8pQxq5YdUq7Jm0r2c3e4f4";

/// Checks a password. The turn is given back when the work is done, also when nobody waits for its answer any more.
pub async fn verify(
    turn: OwnedSemaphorePermit,
    hash: Option<String>,
    password: String,
) -> Result<bool, ApiError> {
    let known = hash.is_some();
    let matches = tokio::task::spawn_blocking(move || {
        let text = hash.unwrap_or_else(|| NOBODY.to_owned());
        let right = PasswordHash::new(&text).is_ok_and(|parsed| {
            Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok()
        });
        drop(turn);
        right
    });
    Ok(matches.await.map_err(ApiError::internal)? && known)
}

/// Hashes a password for storing: Argon2id, m=19456, t=2, p=1.
pub fn hash(password: &str) -> Result<String, ApiError> {
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_gets_no_turn_is_told_when_to_come_back_and_has_not_guessed() {
        let attempts = Attempts {
            longest_wait: Duration::from_millis(1),
            ..Attempts::default()
        };
        let turns = [
            attempts.turn("a@b.example").await.unwrap(),
            attempts.turn("a@b.example").await.unwrap(),
        ];
        for _ in 0..MOST_FAILURES + 2 {
            attempts.begin("a@b.example").unwrap();
            let problem = attempts
                .turn("a@b.example")
                .await
                .unwrap_err()
                .into_problem();
            assert_eq!(
                (problem.status, problem.retry_after_seconds),
                (503, Some(5))
            );
        }
        drop(turns);
        attempts.begin("a@b.example").unwrap();
        drop(attempts.turn("a@b.example").await.unwrap());
    }
}
