//! Idempotency keys: the same request sent twice has one effect and one answer.

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::Store;
use crate::store::keys::{self, KeyId, Lease, Progress};
use crate::write::Write;
use domain::Timestamp;
use domain::problem::ProblemCode;
use serde::Serialize;

/// How long an unfinished request keeps its key to itself: longer than the longest one takes, which asks the provider
/// four times for ten seconds. A second one with the same key would make a second transaction. It ends at once when the
/// process that holds it is gone.
const LEASE: chrono::Duration = chrono::Duration::seconds(90);

fn lease(store: &Store, now: Timestamp) -> Lease {
    Lease {
        until: now + LEASE,
        by: store.process().holder(),
    }
}

fn still_running() -> ApiError {
    ApiError::later(
        ProblemCode::RequestInProgress,
        "The same request is still running. Ask again in a moment.",
        1,
    )
}

/// A key of one principal with what it is used for.
#[derive(Clone, Debug)]
pub struct Intent {
    id: KeyId,
    hash: String,
}

/// An answer as it is kept under its key: sent again, it is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, JSON.
    pub body: String,
}

/// Where a request with this key stands.
#[derive(Debug)]
pub enum Begun {
    /// Never seen: do the work in this transaction.
    Fresh(Work),
    /// Begun before and left unfinished; the resource says what it was about.
    Resume(String),
    /// Answered before: this is the answer.
    Replay(Answer),
}

/// Work under a key: its effect and the answer to it are one transaction.
#[derive(Debug)]
pub struct Work {
    write: Write,
    intent: Intent,
}

impl Intent {
    /// A key with the hash of what it asks for; work that no request asks for is its own hash.
    pub fn new(principal: &str, key: &str, hash: &str) -> Self {
        Self {
            id: KeyId {
                principal: principal.to_owned(),
                key: key.to_owned(),
            },
            hash: hash.to_owned(),
        }
    }

    /// Looks the key up and begins.
    ///
    /// # Errors
    /// 422 when the key belongs to another request, 409 while the same one is still running.
    pub async fn begin(&self, state: &AppState, now: Timestamp) -> Result<Begun, ApiError> {
        let mut write = state.write().await?;
        if keys::take(&mut write, &self.id, &self.hash, now).await? {
            // A refusal undoes the work up to here and keeps the key, so that a refused key never later succeeds.
            write.mark().await?;
            return Ok(Begun::Fresh(Work {
                write,
                intent: self.clone(),
            }));
        }
        let stored = keys::load(&mut write, &self.id).await?;
        if stored.request_hash != self.hash {
            return Err(ApiError::new(
                ProblemCode::IdempotencyKeyReused,
                "Use a new Idempotency-Key for another request.",
            ));
        }
        match stored.progress {
            Progress::Done { status, body } => Ok(Begun::Replay(Answer { status, body })),
            Progress::Paused {
                resource,
                locked_until,
                locked_by,
            } => {
                let process = state.store.process();
                let held = match locked_by {
                    _ if locked_until <= now => false,
                    Some(other) => !process.knows_gone(&mut write, other).await?,
                    None => true,
                };
                if held {
                    return Err(still_running());
                }
                keys::lock(&mut write, &self.id, lease(&state.store, now)).await?;
                write.commit().await?;
                Ok(Begun::Resume(resource))
            }
            Progress::Started => Err(still_running()),
        }
    }

    /// Lets a retry with the same key go on at once, because this try failed on the way.
    pub async fn release(&self, store: &Store) -> Result<(), ApiError> {
        let mut tx = store.begin().await?;
        let over = Lease {
            until: chrono::DateTime::UNIX_EPOCH,
            by: store.process().holder(),
        };
        keys::lock(&mut tx, &self.id, over).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stores the refusal of work that was paused before, when it is one for good; otherwise a retry goes on at once.
    pub async fn refuse(&self, store: &Store, error: ApiError) -> Result<ApiError, ApiError> {
        if !error.is_final() {
            self.release(store).await?;
            return Ok(error);
        }
        let problem = error.into_problem();
        self.answer(store, problem.status, &problem).await?;
        Ok(ApiError::Problem(Box::new(problem)))
    }

    /// Stores the answer of work that was paused before.
    pub async fn answer<T: Serialize>(
        &self,
        store: &Store,
        status: u16,
        body: &T,
    ) -> Result<Answer, ApiError> {
        let body = serde_json::to_string(body)?;
        let mut tx = store.begin().await?;
        keys::answer(&mut tx, &self.id, status, &body).await?;
        tx.commit().await?;
        Ok(Answer { status, body })
    }
}

impl Work {
    /// The transaction to work in.
    pub const fn write(&mut self) -> &mut Write {
        &mut self.write
    }

    /// Ends the work: what it did and its answer are kept together, a refusal is kept alone, a fault of ours keeps nothing.
    pub async fn finish<T: Serialize>(
        mut self,
        status: u16,
        outcome: Result<T, ApiError>,
    ) -> Result<Answer, ApiError> {
        match outcome {
            Ok(body) => {
                let body = serde_json::to_string(&body)?;
                keys::answer(&mut self.write, &self.intent.id, status, &body).await?;
                self.write.commit().await?;
                Ok(Answer { status, body })
            }
            Err(error) => Err(self.refuse(error).await?),
        }
    }

    /// Undoes the work and remembers the refusal, when it is one.
    pub async fn refuse(mut self, error: ApiError) -> Result<ApiError, ApiError> {
        if !error.is_final() {
            self.write.rollback().await?;
            return Ok(error);
        }
        self.write.undo().await?;
        let problem = error.into_problem();
        let body = serde_json::to_string(&problem)?;
        keys::answer(&mut self.write, &self.intent.id, problem.status, &body).await?;
        self.write.commit().await?;
        Ok(ApiError::Problem(Box::new(problem)))
    }

    /// Commits a first step whose answer needs something outside the database; a retry resumes with the resource.
    pub async fn pause(
        mut self,
        store: &Store,
        resource: &str,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let lease = lease(store, now);
        keys::pause(&mut self.write, &self.intent.id, resource, lease).await?;
        self.write.commit().await?;
        Ok(())
    }
}
