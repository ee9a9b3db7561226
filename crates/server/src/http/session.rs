//! Signing in and out, and what a signed-in person can open.

use super::auth::{SignedIn, browser_cookie, browser_cookie_name, cookie, cookie_name};
use super::extract::{Raw, json};
use crate::demo;
use crate::error::ApiError;
use crate::peer;
use crate::sign_in::{self, Origin};
use crate::state::AppState;
use crate::store::{announce, people};
use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{Extensions, HeaderMap, HeaderName, StatusCode};
use axum::response::AppendHeaders;
use axum_extra::extract::cookie::CookieJar;
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
    extensions: Extensions,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<(StatusCode, AppendHeaders<[(HeaderName, String); 2]>), ApiError> {
    let credentials: SignIn = json(&body)?;
    let secure = state.config.secure();
    let jar = CookieJar::from_headers(&headers);
    let token = |name: &str| jar.get(name).map(|cookie| cookie.value().to_owned());
    let origin = Origin {
        address: peer::address(&extensions, &headers, &state.config.trusted_proxies),
        browser: token(browser_cookie_name(secure)),
        session: token(cookie_name(secure)),
    };
    let begun = sign_in::sign_in(&state, credentials, origin).await?;
    let cookies = [
        cookie(begun.session, secure),
        browser_cookie(begun.browser, secure),
    ];
    let headers = cookies.map(|cookie| (SET_COOKIE, cookie.to_string()));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(headers)))
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
