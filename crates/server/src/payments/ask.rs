//! Asking the provider about everything of an account because a person wants to know now, and saying what that changed.

use super::reconcile::{self, AskError};
use super::{inbox, second_plan, sweep};
use crate::error::ApiError;
use crate::paddle::client::PaddleError;
use crate::payments::checkout::provider_away;
use crate::state::AppState;
use crate::store::{accounts, checkouts, settings, subscriptions};
use chrono::{Duration, Utc};
use domain::Timestamp;
use domain::billing::AskedProvider;
use domain::id::AccountId;
use domain::problem::ProblemCode;

/// How often one account may ask.
const PAUSE: Duration = Duration::seconds(30);

/// How an account stands, as far as the provider's word can change it.
#[derive(PartialEq)]
struct Stand {
    entries: i64,
    waiting: usize,
    plan: String,
}

/// Asks about the account's sessions that wait and about everything that changed, and applies it as always.
///
/// # Errors
/// [`ProblemCode::RateLimited`] right after another question; when the provider does not answer, or our side fails.
pub async fn now(state: &AppState, account: &AccountId) -> Result<AskedProvider, ApiError> {
    let asked_at = Utc::now();
    if state.paddle.is_none() {
        let why = "No payment provider is configured, so there is nothing to ask.";
        return Err(ApiError::new(ProblemCode::ItemUnavailable, why));
    }
    allow(state, account, asked_at).await?;
    let before = stand(state, account).await?;
    let mut reader = state.store.reader().acquire().await?;
    let waiting = checkouts::unfinished(&mut reader, account).await?;
    drop(reader);
    for session in &waiting {
        match reconcile::ask(state, session).await {
            Ok(_) | Err(AskError::Paddle(PaddleError::Refused { status: 404, .. })) => {}
            Err(error) => return Err(said(error)),
        }
    }
    sweep::run(state).await.map_err(said)?;
    inbox::drain(state).await?;
    second_plan::finish(state, Utc::now()).await?;
    let after = stand(state, account).await?;
    Ok(AskedProvider {
        asked_at,
        entries: after.entries - before.entries,
        message: message(waiting.len(), &before, &after),
    })
}

fn said(error: AskError) -> ApiError {
    match error {
        AskError::Paddle(error) => provider_away(&error),
        AskError::Ours(error) => error,
    }
}

/// One question in a while: the provider counts them.
async fn allow(state: &AppState, account: &AccountId, now: Timestamp) -> Result<(), ApiError> {
    let key = format!("provider_asked:{account}");
    let mut tx = state.store.begin().await?;
    let last = settings::get(&mut tx, &key).await?;
    let last: Option<Timestamp> = last.and_then(|text| text.parse().ok());
    if last.is_some_and(|last| now - last < PAUSE && now >= last) {
        let why = "Paddle was asked a moment ago. Wait half a minute, then ask again.";
        return Err(ApiError::later(ProblemCode::RateLimited, why, 30));
    }
    settings::set(&mut tx, &key, &now.to_rfc3339()).await?;
    tx.commit().await?;
    Ok(())
}

async fn stand(state: &AppState, account: &AccountId) -> Result<Stand, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let known = accounts::load(&mut tx, account).await?;
    let known = known.ok_or_else(ApiError::not_found)?;
    let subscription = subscriptions::of_account(&mut tx, account).await?;
    let waiting = checkouts::unfinished(&mut tx, account).await?;
    Ok(Stand {
        entries: known.ledger_seq,
        waiting: waiting
            .iter()
            .filter(|one| one.awaits_confirmation())
            .count(),
        plan: format!(
            "{}: {}, billing {}",
            known.package_key.label(),
            subscription.status.label().to_lowercase(),
            known.billing_state.label().to_lowercase()
        ),
    })
}

/// What was asked, what it found, and what it changed.
fn message(sessions: usize, before: &Stand, after: &Stand) -> String {
    let asked = match sessions {
        0 => "Paddle was asked about everything that changed.".to_owned(),
        1 => "Paddle was asked about 1 open checkout and everything that changed.".to_owned(),
        count => {
            format!("Paddle was asked about {count} open checkouts and everything that changed.")
        }
    };
    let mut found = Vec::new();
    match after.entries - before.entries {
        0 => {}
        1 => found.push("1 ledger entry was written.".to_owned()),
        count => found.push(format!("{count} ledger entries were written.")),
    }
    if after.plan != before.plan {
        found.push(format!("The plan is now {}.", after.plan));
    }
    let waits = match after.waiting {
        0 => "No payment waits.".to_owned(),
        1 => "1 payment still waits for its confirmation; do not pay it again.".to_owned(),
        count => format!("{count} payments still wait for confirmation; do not pay them again."),
    };
    if found.is_empty() {
        found.push("Nothing is new.".to_owned());
    }
    format!("{asked} {} {waits}", found.join(" "))
}
