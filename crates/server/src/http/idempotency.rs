//! Idempotency keys: the same request sent twice has one effect and one answer.

use super::extract::{Raw, json};
use crate::error::{ApiError, problem_response};
use crate::state::AppState;
use crate::store::{Store, Tx, micros};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use domain::Timestamp;
use domain::problem::{Problem, ProblemCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use sqlx::Row;

/// How long an unfinished request keeps its key to itself: longer than the longest one takes, which asks the provider
/// four times for ten seconds. A second one with the same key would make a second transaction.
const LEASE: chrono::Duration = chrono::Duration::seconds(90);

/// A request that changes something: its key, what it asks for, and its body.
#[derive(Clone, Debug)]
pub struct Mutation {
    key: String,
    hash: String,
    body: axum::body::Bytes,
}

impl FromRequest<AppState> for Mutation {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let key = request
            .headers()
            .get("idempotency-key")
            .map(|value| value.to_str().map(str::to_owned));
        let about = format!("{} {}", request.method(), request.uri().path());
        let Raw(body) = Raw::from_request(request, state).await?;
        let key = match key {
            None => {
                return Err(ApiError::new(
                    ProblemCode::IdempotencyKeyMissing,
                    "Send an Idempotency-Key header, so that a repeated request cannot happen twice.",
                ));
            }
            Some(Ok(key))
                if (8..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) =>
            {
                key
            }
            Some(_) => {
                return Err(ApiError::new(
                    ProblemCode::IdempotencyKeyInvalid,
                    "The Idempotency-Key must be 8 to 128 visible ASCII characters.",
                ));
            }
        };
        let mut digest = Sha256::new();
        digest.update(about.as_bytes());
        digest.update(b"\n");
        digest.update(&body);
        Ok(Self {
            key,
            hash: hex::encode(digest.finalize()),
            body,
        })
    }
}

impl Mutation {
    /// The body as this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        json(&self.body)
    }

    /// Refuses a body where none belongs.
    pub fn no_body(&self) -> Result<(), ApiError> {
        match self.body.as_ref() {
            b"" => Ok(()),
            other => json::<Empty>(other).map(|_| ()),
        }
    }

    /// Begins work that is done in one piece, for the answer that it had when it was done before.
    pub async fn once(&self, store: &Store, principal: &str) -> Result<Once, ApiError> {
        match self.intent(principal).begin(store, Utc::now()).await? {
            Begun::Fresh(work) => Ok(Once::Now(work)),
            Begun::Replay(response) => Ok(Once::Before(response)),
            Begun::Resume(_) => Err(ApiError::internal("work in one piece is never paused")),
        }
    }

    /// The key in the hands of this principal.
    pub fn intent(&self, principal: &str) -> Intent {
        Intent {
            principal: principal.to_owned(),
            key: self.key.clone(),
            hash: self.hash.clone(),
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// A key of one principal with what it was used for.
#[derive(Clone, Debug)]
pub struct Intent {
    principal: String,
    key: String,
    hash: String,
}

/// Work that is done in one piece.
#[derive(Debug)]
pub enum Once {
    /// Never seen: do it in this transaction.
    Now(Work),
    /// Done before: this was the answer.
    Before(Response),
}

/// Where a request with this key stands.
#[derive(Debug)]
pub enum Begun {
    /// Never seen: do the work in this transaction.
    Fresh(Work),
    /// Begun before and left unfinished; the resource says what it was about.
    Resume(String),
    /// Answered before: this is the answer.
    Replay(Response),
}

/// Work under a key: its effect and the answer to it are one transaction.
#[derive(Debug)]
pub struct Work {
    tx: Tx,
    intent: Intent,
}

impl Intent {
    /// A key of our own, for work that no request asks for.
    pub fn new(principal: &str, key: &str) -> Self {
        Self {
            principal: principal.to_owned(),
            key: key.to_owned(),
            hash: key.to_owned(),
        }
    }

    /// Looks the key up and begins.
    ///
    /// # Errors
    /// 422 when the key belongs to another request, 409 while the same one is still running.
    pub async fn begin(&self, store: &Store, now: Timestamp) -> Result<Begun, ApiError> {
        let mut tx = store.begin().await?;
        let inserted = sqlx::query(
            "INSERT INTO idempotency_keys (principal, key, request_hash, state, created_at) VALUES ($1,$2,$3,'started',$4) ON CONFLICT DO NOTHING",
        )
        .bind(&self.principal)
        .bind(&self.key)
        .bind(&self.hash)
        .bind(micros(now))
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 1 {
            // A refusal rolls the work back to here and keeps the key, so that a refused key never later succeeds.
            sqlx::query("SAVEPOINT work").execute(&mut *tx).await?;
            return Ok(Begun::Fresh(Work {
                tx,
                intent: self.clone(),
            }));
        }
        let row = sqlx::query("SELECT * FROM idempotency_keys WHERE principal = $1 AND key = $2")
            .bind(&self.principal)
            .bind(&self.key)
            .fetch_one(&mut *tx)
            .await?;
        if row.try_get::<String, _>("request_hash")? != self.hash {
            return Err(ApiError::new(
                ProblemCode::IdempotencyKeyReused,
                "Use a new Idempotency-Key for another request.",
            ));
        }
        if row.try_get::<String, _>("state")? == "done" {
            return Ok(Begun::Replay(replay(
                row.try_get("status_code")?,
                row.try_get("response_body")?,
            )));
        }
        let resource: Option<String> = row.try_get("resource")?;
        match resource {
            Some(resource) if row.try_get::<i64, _>("locked_until")? <= micros(now) => {
                self.lock(&mut tx, now + LEASE).await?;
                tx.commit().await?;
                Ok(Begun::Resume(resource))
            }
            _ => {
                let mut problem = Problem::new(
                    ProblemCode::RequestInProgress,
                    "The same request is still running. Ask again in a moment.",
                );
                problem.retry_after_seconds = Some(1);
                Err(ApiError::Problem(Box::new(problem)))
            }
        }
    }

    async fn lock(&self, tx: &mut Tx, until: Timestamp) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE idempotency_keys SET locked_until = $3 WHERE principal = $1 AND key = $2",
        )
        .bind(&self.principal)
        .bind(&self.key)
        .bind(micros(until))
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    /// Lets a retry with the same key go on at once, because this try failed on the way.
    pub async fn release(&self, store: &Store) -> Result<(), ApiError> {
        let mut tx = store.begin().await?;
        self.lock(&mut tx, chrono::DateTime::UNIX_EPOCH).await?;
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
        self.answer_problem(store, &problem).await?;
        Ok(ApiError::Problem(Box::new(problem)))
    }

    async fn answer_problem(&self, store: &Store, problem: &Problem) -> Result<(), ApiError> {
        let mut tx = store.begin().await?;
        self.store_answer(&mut tx, problem.status, &serde_json::to_string(problem)?)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stores the answer of work that was paused before.
    pub async fn answer<T: Serialize>(
        &self,
        store: &Store,
        status: StatusCode,
        body: &T,
    ) -> Result<Response, ApiError> {
        let mut tx = store.begin().await?;
        let response = self
            .store_answer(&mut tx, status.as_u16(), &serde_json::to_string(body)?)
            .await?;
        tx.commit().await?;
        Ok(response)
    }

    async fn store_answer(
        &self,
        tx: &mut Tx,
        status: u16,
        body: &str,
    ) -> Result<Response, ApiError> {
        sqlx::query("UPDATE idempotency_keys SET state = 'done', status_code = $3, response_body = $4 WHERE principal = $1 AND key = $2")
            .bind(&self.principal)
            .bind(&self.key)
            .bind(status)
            .bind(body)
            .execute(&mut **tx)
            .await?;
        Ok(answer(status, body.to_owned()))
    }
}

impl Work {
    /// The transaction to work in.
    pub const fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Keeps what was done so far, even when the rest is refused.
    pub async fn keep(&mut self) -> Result<(), sqlx::Error> {
        // The refusal rolls back to the newest savepoint of this name.
        sqlx::query("SAVEPOINT work").execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Ends the work: what it did and its answer are kept together, a refusal is kept alone, a fault of ours keeps nothing.
    pub async fn finish<T: Serialize>(
        mut self,
        outcome: Result<(StatusCode, T), ApiError>,
    ) -> Result<Response, ApiError> {
        match outcome {
            Ok((status, body)) => {
                let body = serde_json::to_string(&body)?;
                let response = self
                    .intent
                    .store_answer(&mut self.tx, status.as_u16(), &body)
                    .await?;
                self.tx.commit().await?;
                Ok(response)
            }
            Err(error) => Err(self.refuse(error).await?),
        }
    }

    /// Undoes the work and remembers the refusal, when it is one.
    pub async fn refuse(mut self, error: ApiError) -> Result<ApiError, ApiError> {
        if !error.is_final() {
            self.tx.rollback().await?;
            return Ok(error);
        }
        sqlx::query("ROLLBACK TO work")
            .execute(&mut *self.tx)
            .await?;
        let problem = error.into_problem();
        self.intent
            .store_answer(
                &mut self.tx,
                problem.status,
                &serde_json::to_string(&problem)?,
            )
            .await?;
        self.tx.commit().await?;
        Ok(ApiError::Problem(Box::new(problem)))
    }

    /// Commits a first step whose answer needs something outside the database; a retry resumes with the resource.
    pub async fn pause(mut self, resource: &str, now: Timestamp) -> Result<(), ApiError> {
        sqlx::query("UPDATE idempotency_keys SET resource = $3, locked_until = $4 WHERE principal = $1 AND key = $2")
            .bind(&self.intent.principal)
            .bind(&self.intent.key)
            .bind(resource)
            .bind(micros(now + LEASE))
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await?;
        Ok(())
    }
}

fn answer(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body).into_response()
}

fn replay(status: i64, body: String) -> Response {
    let status = u16::try_from(status).unwrap_or(500);
    let mut response = match serde_json::from_str::<Problem>(&body) {
        Ok(problem) if status >= 400 => problem_response(&problem),
        _ => answer(status, body),
    };
    response
        .headers_mut()
        .insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}
