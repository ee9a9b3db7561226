//! Who is asking: the sign-in cookie and what it stands for.

use crate::error::ApiError;
pub use crate::sign_in::hash_token;
use crate::state::AppState;
use crate::store::people::{self, StoredUser};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::Utc;
use domain::Timestamp;
use domain::id::{AccountId, UserId};
use domain::problem::ProblemCode;
use domain::role::{Ability, Role};
use sqlx::AnyConnection;
use time::Duration;

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub stored: StoredUser,
    /// The hash of the cookie's token.
    pub token_sha256: String,
}

impl SignedIn {
    /// The person's id.
    pub const fn id(&self) -> &UserId {
        &self.stored.user.user_id
    }

    /// The person's name.
    pub fn name(&self) -> &str {
        &self.stored.user.name
    }

    /// Whether they are one of its operators (the setting `OPERATORS`).
    pub fn runs_this_console(&self, state: &AppState) -> bool {
        let email = self.stored.user.email.to_lowercase();
        state.config.operators.contains(&email)
    }

    /// Their role in an account; not found when they are no member, as if there were no such account.
    pub async fn role(
        &self,
        conn: &mut AnyConnection,
        account: &AccountId,
    ) -> Result<Role, ApiError> {
        people::role(conn, self.id(), account)
            .await?
            .ok_or_else(ApiError::not_found)
    }
}

/// The cookie's name: bound to this host over TLS, plain on loopback.
pub const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-sid" } else { "sid" }
}

/// The name of the cookie by which a browser is known that somebody signed in with.
pub(super) const fn browser_cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-browser" } else { "browser" }
}

/// The cookie with this token, for seven days.
pub fn cookie(token: String, secure: bool) -> Cookie<'static> {
    own_cookie(cookie_name(secure), token, secure, Duration::days(7))
}

/// The cookie that stays with the browser when the sign-in ends, for a year. It opens nothing.
pub(super) fn browser_cookie(token: String, secure: bool) -> Cookie<'static> {
    let name = browser_cookie_name(secure);
    own_cookie(name, token, secure, Duration::days(365))
}

fn own_cookie(name: &'static str, token: String, secure: bool, age: Duration) -> Cookie<'static> {
    Cookie::build((name, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(age)
        .build()
}

/// The person behind a request, if somebody is signed in.
pub async fn who(parts: &Parts, state: &AppState) -> Result<Option<SignedIn>, ApiError> {
    let cookies = CookieJar::from_headers(&parts.headers);
    let Some(cookie) = cookies.get(cookie_name(state.config.secure())) else {
        return Ok(None);
    };
    let token_sha256 = hash_token(cookie.value());
    let now = Utc::now();
    let mut conn = state.store.reader().acquire().await?;
    let Some(stored) = people::by_session(&mut conn, &token_sha256, now).await? else {
        return Ok(None);
    };
    let due = people::session_is_due(&mut conn, &token_sha256, now).await?;
    drop(conn);
    if due {
        // Reading waits for no writer, and what cannot be noted now is noted by a later request.
        let (state, token) = (state.clone(), token_sha256.clone());
        tokio::spawn(async move {
            if let Err(error) = touch(&state, &token, now).await {
                tracing::warn!(?error, "a session could not be touched");
            }
        });
    }
    Ok(Some(SignedIn {
        stored,
        token_sha256,
    }))
}

async fn touch(state: &AppState, token_sha256: &str, now: Timestamp) -> Result<(), ApiError> {
    let mut tx = state.store.begin().await?;
    people::touch_session(&mut tx, token_sha256, now).await?;
    Ok(tx.commit().await?)
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        who(parts, state).await?.ok_or_else(|| {
            ApiError::new(
                ProblemCode::Unauthorized,
                "Sign in to go on. Nothing was changed.",
            )
        })
    }
}

/// Refuses what only who may purchase may do, and says whom to ask.
pub(super) fn may_purchase(role: Role) -> Result<(), ApiError> {
    if role.can(Ability::Purchase) {
        return Ok(());
    }
    let detail = format!(
        "Your role is {}. Ask {} to do this.",
        role.label(),
        Ability::Purchase.holders()
    );
    Err(ApiError::new(ProblemCode::Forbidden, detail))
}
