//! Signing in and out, and what a signed-in person can open.

use super::auth::{SignedIn, cookie, hash_token};
use super::extract::{Raw, json};
use crate::demo;
use crate::error::ApiError;
use crate::passwords;
use crate::state::AppState;
use crate::store::{announce, people};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::cookie::CookieJar;
use chrono::Utc;
use domain::problem::ProblemCode;
use domain::session::{RememberAccount, SessionView, SignIn, SignInOptions};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(options, sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(show))
        .routes(routes!(remember))
}

/// What the sign-in page may offer.
#[utoipa::path(
    get, path = "/sign-in",
    responses((status = 200, body = SignInOptions)),
    security(()),
)]
pub(super) async fn options(State(state): State<AppState>) -> Json<SignInOptions> {
    Json(if state.config.demo {
        demo::sign_in_options()
    } else {
        SignInOptions::default()
    })
}

/// Signs in: 204 with a cookie.
#[utoipa::path(
    post, path = "/sign-in",
    request_body = SignIn,
    responses((status = 204)),
    security(()),
)]
pub(super) async fn sign_in(
    State(state): State<AppState>,
    Raw(body): Raw,
) -> Result<(StatusCode, CookieJar), ApiError> {
    let credentials: SignIn = json(&body)?;
    let email = credentials.email.trim().to_lowercase();
    if email.len() > 254 || credentials.password.len() > 1024 {
        return Err(wrong());
    }
    state.attempts.begin(&email)?;
    let mut conn = state.store.reader().acquire().await?;
    let found = people::by_email(&mut conn, &email).await?;
    drop(conn);
    let hash = found.as_ref().map(|stored| stored.password_hash.clone());
    let turn = state.attempts.turn(&email).await?;
    let right = passwords::verify(turn, hash, credentials.password).await?;
    let Some(found) = found.filter(|_| right) else {
        return Err(wrong());
    };
    state.attempts.succeeded(&email);
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
    let jar = CookieJar::new().add(cookie(token, state.config.secure()));
    Ok((StatusCode::NO_CONTENT, jar))
}

fn wrong() -> ApiError {
    ApiError::new(
        ProblemCode::WrongCredentials,
        "Check the email and the password and try again.",
    )
}

/// Signs out: the cookie is worthless afterwards.
#[utoipa::path(post, path = "/sign-out", responses((status = 204)))]
pub(super) async fn sign_out(
    State(state): State<AppState>,
    signed: SignedIn,
) -> Result<(StatusCode, CookieJar), ApiError> {
    let mut tx = state.store.begin().await?;
    people::end_session(&mut tx, &signed.token_sha256).await?;
    announce(&mut tx, &state.live.access_in_words()).await?;
    tx.commit().await?;
    state.live.access_changed();
    let mut gone = cookie(String::new(), state.config.secure());
    gone.make_removal();
    Ok((StatusCode::NO_CONTENT, CookieJar::new().add(gone)))
}

/// Who is signed in and which accounts they can open.
#[utoipa::path(get, path = "/session", responses((status = 200, body = SessionView)))]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
) -> Result<Json<SessionView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let memberships = people::memberships(&mut tx, signed.id()).await?;
    Ok(Json(SessionView {
        operator: signed.runs_this_console(&state),
        user: signed.stored.user,
        memberships,
        last_account_id: signed.stored.last_account,
    }))
}

/// Remembers the account that new tabs begin with. Asked twice it says the same, so it needs no idempotency key.
#[utoipa::path(
    put, path = "/session/account",
    request_body = RememberAccount,
    responses((status = 204)),
)]
pub(super) async fn remember(
    State(state): State<AppState>,
    signed: SignedIn,
    Raw(body): Raw,
) -> Result<StatusCode, ApiError> {
    let choice: RememberAccount = json(&body)?;
    let mut tx = state.store.begin().await?;
    signed.role(&mut tx, &choice.account_id).await?;
    people::remember_account(&mut tx, signed.id(), &choice.account_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
