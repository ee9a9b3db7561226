//! Signing in and out, and what a signed-in person can open.

use super::auth::{SignedIn, cookie_name, hash_token};
use super::extract::{Raw, json};
use super::idempotency::Mutation;
use crate::demo;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::people;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use domain::problem::{Problem, ProblemCode};
use domain::session::{RememberAccount, SessionView, SignIn, SignInOptions};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MOST_FAILURES: usize = 8;
const WINDOW: Duration = Duration::from_mins(1);

/// Failed sign-ins of the last minute, by email.
#[derive(Debug, Default)]
pub struct Attempts {
    failures: Mutex<HashMap<String, Vec<Instant>>>,
}

impl Attempts {
    fn exhausted(&self, email: &str) -> bool {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, times| times.iter().any(|at| at.elapsed() < WINDOW));
        failures.get(email).is_some_and(|times| {
            times.iter().filter(|at| at.elapsed() < WINDOW).count() >= MOST_FAILURES
        })
    }

    fn note(&self, email: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let times = failures.entry(email.to_owned()).or_default();
        times.retain(|at| at.elapsed() < WINDOW);
        times.push(Instant::now());
    }
}

/// What the sign-in page may offer.
pub async fn options(State(state): State<AppState>) -> Json<SignInOptions> {
    Json(if state.config.demo {
        demo::sign_in_options()
    } else {
        SignInOptions::default()
    })
}

/// Signs in: 204 with a cookie.
pub async fn sign_in(State(state): State<AppState>, Raw(body): Raw) -> Result<Response, ApiError> {
    let credentials: SignIn = json(&body)?;
    let email = credentials.email.trim().to_lowercase();
    if email.len() > 254 || credentials.password.len() > 1024 {
        return Err(wrong());
    }
    if state.attempts.exhausted(&email) {
        let mut problem = Problem::new(
            ProblemCode::RateLimited,
            "Too many tries for this email. Wait a minute, then try again.",
        );
        problem.retry_after_seconds = Some(60);
        return Err(ApiError::Problem(Box::new(problem)));
    }
    let mut conn = state.store.reader().acquire().await?;
    let found = people::by_email(&mut conn, &email).await?;
    drop(conn);
    let hash = found.as_ref().map(|stored| stored.password_hash.clone());
    if !verify(hash, credentials.password).await? {
        state.attempts.note(&email);
        return Err(wrong());
    }
    let Some(found) = found else {
        return Err(wrong());
    };
    let token = hex::encode(rand::random::<[u8; 32]>());
    let mut tx = state.store.begin().await?;
    people::begin_session(
        &mut tx,
        &hash_token(&token),
        &found.user.user_id,
        Utc::now(),
    )
    .await?;
    tx.commit().await?;
    let secure = state.config.secure();
    let flags = if secure { "; Secure" } else { "" };
    let cookie = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800{flags}",
        cookie_name(secure)
    );
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, header(&cookie)?)]).into_response())
}

fn header(value: &str) -> Result<HeaderValue, ApiError> {
    HeaderValue::from_str(value).map_err(ApiError::internal)
}

fn wrong() -> ApiError {
    ApiError::new(
        ProblemCode::WrongCredentials,
        "Check the email and the password and try again.",
    )
}

/// A hash of nothing that anybody uses, so that an unknown email takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$W6Dh3qQ1m8b8m7vR8nE2k8pQxq5YdUq7Jm0r2c3e4f4";

async fn verify(hash: Option<String>, password: String) -> Result<bool, ApiError> {
    let known = hash.is_some();
    let matches = tokio::task::spawn_blocking(move || {
        let text = hash.unwrap_or_else(|| NOBODY.to_owned());
        PasswordHash::new(&text).is_ok_and(|parsed| {
            Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok()
        })
    });
    Ok(matches.await.map_err(ApiError::internal)? && known)
}

/// Hashes a password for storing: Argon2id, m=19456, t=2, p=1.
pub fn hash_password(password: &str) -> Result<String, ApiError> {
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(hash.to_string())
}

/// Signs out: the cookie is worthless afterwards.
pub async fn sign_out(
    State(state): State<AppState>,
    signed: SignedIn,
) -> Result<Response, ApiError> {
    let mut tx = state.store.begin().await?;
    people::end_session(&mut tx, &signed.token_sha256).await?;
    tx.commit().await?;
    let secure = state.config.secure();
    let flags = if secure { "; Secure" } else { "" };
    let cookie = format!(
        "{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{flags}",
        cookie_name(secure)
    );
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, header(&cookie)?)]).into_response())
}

/// Who is signed in and which accounts they can open.
pub async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
) -> Result<Json<SessionView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let memberships = people::memberships(&mut tx, signed.id()).await?;
    Ok(Json(SessionView {
        user: signed.stored.user,
        memberships,
        last_account_id: signed.stored.last_account,
    }))
}

/// Remembers the account that new tabs begin with.
pub async fn remember(
    State(state): State<AppState>,
    signed: SignedIn,
    mutation: Mutation,
) -> Result<StatusCode, ApiError> {
    let choice: RememberAccount = mutation.json()?;
    let mut tx = state.store.begin().await?;
    signed.role(&mut tx, &choice.account_id).await?;
    people::remember_account(&mut tx, signed.id(), &choice.account_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
