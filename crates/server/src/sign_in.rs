//! Signing in: who may try how often, what a right password begins, and which sign-in it ends.

use crate::error::ApiError;
use crate::peer::place;
use crate::state::AppState;
use crate::store::{announce, people, sign_ins};
use chrono::{Duration, Utc};
use domain::Timestamp;
use domain::id::UserId;
use domain::problem::ProblemCode;
use domain::session::SignIn;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Wrong tries within [`WINDOW`] for one email from one place: a browser that is known for it, or an address.
const MOST_FROM_ONE_PLACE: i64 = 8;
/// The same for one email from all browsers that are not known for it, wherever they are.
const MOST_FROM_STRANGERS: i64 = 40;
const WINDOW: Duration = Duration::minutes(1);

/// Where a sign-in comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The address, where it is known.
    pub address: Option<IpAddr>,
    /// What the browser was given when somebody signed in with it.
    pub browser: Option<String>,
    /// The sign-in that it holds, as a token.
    pub session: Option<String>,
}

/// What the browser gets: two tokens that are stored as hashes alone.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Of the sign-in.
    pub session: String,
    /// Of the browser.
    pub browser: String,
}

/// What is stored of a token.
pub fn hash_token(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn new_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// Checks email and password and begins a sign-in; the one that the browser held before ends.
///
/// # Errors
/// 401 when they do not fit, 429 after too many tries, 503 when too many sign in.
pub async fn sign_in(
    state: &AppState,
    credentials: SignIn,
    origin: Origin,
) -> Result<Begun, ApiError> {
    let email = credentials.email.trim().to_lowercase();
    if email.len() > 254 || credentials.password.len() > 1024 {
        return Err(wrong());
    }
    let mut conn = state.store.reader().acquire().await?;
    let found = people::by_email(&mut conn, &email).await?;
    let known = match (&found, &origin.browser) {
        (Some(found), Some(token)) => {
            sign_ins::knows(&mut conn, &found.user.user_id, &hash_token(token)).await?
        }
        _ => false,
    };
    drop(conn);
    let tried = Try::of(&email, &origin, known);
    if !known {
        state.tries.from(origin.address)?;
    }
    tried.count(state, Utc::now()).await?;
    let hash = found.as_ref().map(|stored| stored.password_hash.clone());
    let right = match state.passwords.check(hash, credentials.password).await {
        Ok(right) => right,
        // A try whose password was not looked at was no guess.
        Err(error) => {
            tried.forget(state).await?;
            return Err(error);
        }
    };
    let Some(found) = found.filter(|_| right) else {
        return Err(wrong());
    };
    begin(state, &found.user.user_id, &tried, origin).await
}

async fn begin(
    state: &AppState,
    user: &UserId,
    tried: &Try,
    origin: Origin,
) -> Result<Begun, ApiError> {
    let begun = Begun {
        session: new_token(),
        browser: origin.browser.unwrap_or_else(new_token),
    };
    let now = Utc::now();
    let mut tx = state.store.begin().await?;
    people::begin_session(&mut tx, &hash_token(&begun.session), user, now).await?;
    sign_ins::remember_browser(&mut tx, user, &hash_token(&begun.browser), now).await?;
    sign_ins::forget_tries(&mut tx, &tried.place).await?;
    sign_ins::forget_try(&mut tx, &tried.id_of_stranger()).await?;
    if let Some(before) = &origin.session {
        people::end_session(&mut tx, &hash_token(before)).await?;
        announce(&mut tx, &state.live.access_in_words()).await?;
    }
    tx.commit().await?;
    if origin.session.is_some() {
        state.live.access_changed();
    }
    Ok(begun)
}

/// A try and what it is counted for, named by hashes.
struct Try {
    /// Of this email, from this place.
    place: String,
    /// Of this email, from all who are not known.
    strangers: Option<String>,
    id: String,
}

impl Try {
    fn of(email: &str, origin: &Origin, known: bool) -> Self {
        let bucket = |of: &str| hash_token(&format!("{email}\n{of}"));
        let address = || origin.address.map(|address| place(address).to_string());
        let place = match &origin.browser {
            Some(token) if known => bucket(token),
            _ => bucket(&address().unwrap_or_default()),
        };
        Self {
            place,
            strangers: (!known).then(|| bucket("strangers")),
            id: new_token(),
        }
    }

    fn id_of_stranger(&self) -> String {
        format!("{}s", self.id)
    }

    /// Counts the try before its password is looked at, so that tries at the same moment count too.
    async fn count(&self, state: &AppState, now: Timestamp) -> Result<(), ApiError> {
        let _turn = state.tries.turn().await?;
        let since = now - WINDOW;
        let mut tx = state.store.begin().await?;
        let mut buckets = vec![(&self.place, MOST_FROM_ONE_PLACE, self.id.clone())];
        if let Some(strangers) = &self.strangers {
            let id = self.id_of_stranger();
            buckets.push((strangers, MOST_FROM_STRANGERS, id));
        }
        for (bucket, most, _) in &buckets {
            if sign_ins::tries(&mut tx, bucket, since).await? >= *most {
                return Err(ApiError::later(
                    ProblemCode::RateLimited,
                    "Too many tries for this email. Wait a minute, then try again.",
                    60,
                ));
            }
        }
        for (bucket, _, id) in &buckets {
            sign_ins::note_try(&mut tx, (id, bucket), now, since).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn forget(&self, state: &AppState) -> Result<(), ApiError> {
        let mut tx = state.store.begin().await?;
        for id in [&self.id, &self.id_of_stranger()] {
            sign_ins::forget_try(&mut tx, id).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn wrong() -> ApiError {
    ApiError::new(
        ProblemCode::WrongCredentials,
        "Check the email and the password and try again.",
    )
}
