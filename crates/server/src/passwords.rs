//! Passwords: how they are hashed and checked, in memory that is taken once and kept.

use crate::error::ApiError;
use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Block, Params};
use domain::problem::ProblemCode;
use rand::RngExt as _;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Checking a password takes 19 MiB and a core for a moment: two at once, and nobody waits longer than this for a turn.
const AT_ONCE: usize = 2;
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How many durations are remembered.
const REMEMBERED: usize = 64;

/// Checks passwords, [`AT_ONCE`] at a time.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// The memory of checks that are not under way. Freed and taken anew for each, it would stay with the process in pieces.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
    /// How long the last checks took, the wait for a turn included.
    lasted: Mutex<VecDeque<Duration>>,
    longest_wait: Duration,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            memory: Arc::default(),
            lasted: Mutex::default(),
            longest_wait: LONGEST_WAIT,
        }
    }
}

/// A hash of nothing that anybody uses.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$W6Dh3qQ1m8b8m7vR8nE2k8pQxq5YdUq7Jm0r2c3e4f4";

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Passwords {
    /// Whether a password is the one of a stored hash. Without one the answer takes as long as some check before it and costs
    /// nothing: who tries emails at random learns nothing and holds nobody up.
    ///
    /// # Errors
    /// 503 when no turn comes within five seconds.
    pub async fn check(&self, hash: Option<String>, password: String) -> Result<bool, ApiError> {
        let Some(hash) = hash else {
            if let Some(like) = self.some_duration() {
                tokio::time::sleep(like).await;
            } else {
                self.verify(NOBODY.to_owned(), password).await?;
            }
            return Ok(false);
        };
        self.verify(hash, password).await
    }

    fn some_duration(&self) -> Option<Duration> {
        let lasted = held(&self.lasted);
        (!lasted.is_empty()).then(|| lasted[rand::rng().random_range(0..lasted.len())])
    }

    async fn verify(&self, hash: String, password: String) -> Result<bool, ApiError> {
        let began = Instant::now();
        let turn = self.turn().await?;
        let memory = Arc::clone(&self.memory);
        // The turn is given back when the work is done, also when nobody waits for its answer any more.
        let work = move || {
            let mut blocks = held(&memory).pop().unwrap_or_default();
            let right = matches(&hash, password.as_bytes(), &mut blocks);
            held(&memory).push(blocks);
            drop(turn);
            right
        };
        let right = tokio::task::spawn_blocking(work)
            .await
            .map_err(ApiError::internal)?;
        let mut lasted = held(&self.lasted);
        if lasted.len() == REMEMBERED {
            lasted.pop_front();
        }
        lasted.push_back(began.elapsed());
        Ok(right)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let turns = Arc::clone(&self.turns);
        let turn = tokio::time::timeout(self.longest_wait, turns.acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(crowded)
    }
}

/// Nobody's turn came in time.
pub(crate) fn crowded() -> ApiError {
    ApiError::later(
        ProblemCode::Unavailable,
        "Many people sign in at the moment. Try again in a few seconds.",
        5,
    )
}

/// Whether a password belongs to a hash; a hash that does not read belongs to none.
fn matches(hash: &str, password: &[u8], blocks: &mut Vec<Block>) -> bool {
    let checked = || {
        let stored = PasswordHash::new(hash).ok()?;
        let params = Params::try_from(&stored).ok()?;
        let version = stored.version.and_then(|version| version.try_into().ok());
        let argon2 = Argon2::new(
            stored.algorithm.as_str().parse().ok()?,
            version.unwrap_or_default(),
            params,
        );
        let (salt, wanted) = (stored.salt?, stored.hash?);
        let mut found = vec![0; wanted.len()];
        blocks.resize(argon2.params().block_count(), Block::new());
        argon2
            .hash_password_into_with_memory(password, &salt, &mut found, blocks.as_mut_slice())
            .ok()?;
        Some(bool::from(found.ct_eq(wanted.as_bytes())))
    };
    let mut checked = checked;
    checked().unwrap_or(false)
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
    async fn the_right_password_is_right_and_what_does_not_read_is_wrong() {
        let passwords = Passwords::default();
        let stored = hash("correct horse").unwrap();
        let check = async |hash: &str, password: &str| {
            let checked = passwords.check(Some(hash.to_owned()), password.to_owned());
            checked.await.unwrap()
        };
        assert!(check(&stored, "correct horse").await);
        for wrong in ["correct hors", "correct horse ", "", &"x".repeat(1024)] {
            assert!(!check(&stored, wrong).await, "{wrong}");
        }
        let others = [
            stored.replace("argon2id", "argon2i"),
            stored.replace("v=19", "v=16"),
            stored.replace("t=2", "t=3"),
            stored[..stored.len() - 2].to_owned(),
            String::new(),
        ];
        for other in others {
            assert!(!check(&other, "correct horse").await, "{other}");
        }
        let nobody = passwords.check(None, "correct horse".to_owned()).await;
        assert!(!nobody.unwrap());
    }

    #[tokio::test]
    async fn all_checks_use_the_memory_of_two() {
        let passwords = Passwords::default();
        let stored = hash("right").unwrap();
        let tries = (0..12).map(|_| passwords.check(Some(stored.clone()), "wrong".to_owned()));
        for right in futures::future::join_all(tries).await {
            assert!(!right.unwrap());
        }
        let memory = held(&passwords.memory);
        assert!(memory.len() <= AT_ONCE, "{} pieces", memory.len());
        assert!(memory.iter().all(|blocks| blocks.len() == 19_456));
    }

    #[tokio::test]
    async fn who_gets_no_turn_is_told_when_to_come_back_and_an_unknown_email_needs_none() {
        let passwords = Passwords {
            longest_wait: Duration::from_millis(1),
            ..Passwords::default()
        };
        let stored = hash("right").unwrap();
        assert!(
            passwords
                .check(Some(stored.clone()), "right".to_owned())
                .await
                .unwrap()
        );
        let turns = [
            passwords.turn().await.unwrap(),
            passwords.turn().await.unwrap(),
        ];
        let refused = passwords
            .check(Some(stored.clone()), "right".to_owned())
            .await;
        let problem = refused.unwrap_err().into_problem();
        assert_eq!(
            (problem.status, problem.retry_after_seconds),
            (503, Some(5))
        );
        assert!(!passwords.check(None, "right".to_owned()).await.unwrap());
        drop(turns);
        assert!(
            passwords
                .check(Some(stored), "right".to_owned())
                .await
                .unwrap()
        );
    }
}
