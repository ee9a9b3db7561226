//! What holds a flood of tries to sign in off the database.

use crate::error::ApiError;
use crate::passwords::crowded;
use crate::peer::place;
use domain::problem::ProblemCode;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Wrong and right tries from one address within [`WINDOW`], whatever the email; more is a flood, and costs a write each.
const MOST_FROM_ONE_ADDRESS: usize = 600;
/// How long a try waits for its turn to be counted.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
const WINDOW: Duration = Duration::from_mins(1);

/// What holds a flood of tries off the database; of this process alone.
#[derive(Debug)]
pub struct Tries {
    turn: Semaphore,
    by_address: Mutex<HashMap<IpAddr, Vec<Instant>>>,
}

impl Default for Tries {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(1),
            by_address: Mutex::default(),
        }
    }
}

impl Tries {
    /// Those who count wait for each other, so that a flood of them holds up no other writer for longer than one does.
    ///
    /// # Errors
    /// 503 when no turn comes within five seconds.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        let turn = tokio::time::timeout(LONGEST_WAIT, self.turn.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or_else(crowded)
    }

    /// Lets a try from an address go on, where the address is known.
    ///
    /// # Errors
    /// 429 after too many.
    pub fn from(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        let Some(address) = address.map(place) else {
            return Ok(());
        };
        let mut tries = self
            .by_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, times| {
            times.retain(|at| at.elapsed() < WINDOW);
            !times.is_empty()
        });
        let times = tries.entry(address).or_default();
        if times.len() >= MOST_FROM_ONE_ADDRESS {
            return Err(ApiError::later(
                ProblemCode::RateLimited,
                "Too many tries from this address. Wait a minute, then try again.",
                60,
            ));
        }
        times.push(Instant::now());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_try_often_and_not_without_an_end() {
        let tries = Tries::default();
        let flood: Option<IpAddr> = Some("2001:db8::1".parse().unwrap());
        for _ in 0..MOST_FROM_ONE_ADDRESS {
            tries.from(flood).unwrap();
        }
        let neighbour = Some("2001:db8::2".parse().unwrap());
        for from in [flood, neighbour] {
            let problem = tries.from(from).unwrap_err().into_problem();
            assert_eq!(
                (problem.status, problem.retry_after_seconds),
                (429, Some(60))
            );
        }
        tries.from(Some("198.51.100.1".parse().unwrap())).unwrap();
        tries.from(None).unwrap();
    }
}
