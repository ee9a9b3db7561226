//! The event stream of an account: what was written since, then what is written, without gaps.

use super::auth::SignedIn;
use super::extract::{InPath, InQuery};
use crate::error::ApiError;
use crate::facts::account;
use crate::ledger::entries_after;
use crate::live::Change;
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::id::AccountId;
use domain::live::LiveEvent;
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// From which ledger number on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    after: Option<i64>,
}

/// Streams an account's changes as server-sent events; `ledger` events carry their number as id.
pub(super) async fn stream(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
    InQuery(query): InQuery<After>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // Listening begins before reading, so that nothing falls between the two.
    let mut changes = state.live.listen();
    let mut conn = state.store.reader().acquire().await?;
    signed.role(&mut conn, &id).await?;
    let newest = account(&mut conn, &id).await?.ledger_seq;
    drop(conn);
    let resumed = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok());
    let mut seq = resumed.or(query.after).unwrap_or(newest).clamp(0, newest);
    let stream = async_stream::stream! {
        yield Ok::<_, Infallible>(message(&LiveEvent::Snapshot { ledger_seq: newest }, None));
        for event in since(&state, &id, &mut seq).await {
            yield Ok(event);
        }
        let mut recheck = tokio::time::interval(Duration::from_mins(1));
        recheck.tick().await;
        loop {
            tokio::select! {
                change = changes.recv() => match change {
                    Ok((account, change)) if account == id => {
                        for event in told(&state, &id, &mut seq, change).await {
                            yield Ok(event);
                        }
                    }
                    Ok(_) => {}
                    // Too slow to hear everything: read what was missed instead.
                    Err(RecvError::Lagged(_)) => {
                        for event in since(&state, &id, &mut seq).await {
                            yield Ok(event);
                        }
                        yield Ok(message(&LiveEvent::Billing { changed: true }, None));
                    }
                    Err(RecvError::Closed) => break,
                },
                _ = recheck.tick() => {
                    if !still_allowed(&state, &signed, &id).await {
                        break;
                    }
                }
            }
        }
    };
    let sse = Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    Ok((
        [("x-accel-buffering", "no"), ("cache-control", "no-store")],
        sse,
    )
        .into_response())
}

async fn still_allowed(state: &AppState, signed: &SignedIn, id: &AccountId) -> bool {
    let Ok(mut conn) = state.store.reader().acquire().await else {
        return false;
    };
    let session =
        crate::store::people::by_session(&mut conn, &signed.token_sha256, chrono::Utc::now()).await;
    matches!(session, Ok(Some(_))) && signed.role(&mut conn, id).await.is_ok()
}

async fn told(state: &AppState, id: &AccountId, seq: &mut i64, change: Change) -> Vec<Event> {
    match change {
        Change::Ledger => since(state, id, seq).await,
        Change::Checkout(checkout_session_id, state) => {
            vec![message(
                &LiveEvent::Checkout {
                    checkout_session_id,
                    state,
                },
                None,
            )]
        }
        Change::Billing => vec![message(&LiveEvent::Billing { changed: true }, None)],
    }
}

/// The entries after the last one sent.
async fn since(state: &AppState, id: &AccountId, seq: &mut i64) -> Vec<Event> {
    let mut events = Vec::new();
    // Entries come in portions; the last one is empty.
    loop {
        let entries = match state.store.reader().acquire().await {
            Ok(mut conn) => entries_after(&mut conn, id, *seq).await,
            Err(error) => Err(error.into()),
        };
        let entries = entries.unwrap_or_else(|error| {
            tracing::error!(%error, "event stream could not read the ledger");
            Vec::new()
        });
        if entries.is_empty() {
            return events;
        }
        for entry in entries {
            *seq = entry.seq;
            let number = entry.seq;
            events.push(message(&LiveEvent::Ledger(Box::new(entry)), Some(number)));
        }
    }
}

fn message(event: &LiveEvent, number: Option<i64>) -> Event {
    let name = match event {
        LiveEvent::Snapshot { .. } => "snapshot",
        LiveEvent::Ledger(_) => "ledger",
        LiveEvent::Checkout { .. } => "checkout",
        LiveEvent::Billing { .. } => "billing",
    };
    let data = serde_json::to_string(event).unwrap_or_default();
    let message = Event::default().event(name).data(data);
    match number {
        Some(number) => message.id(number.to_string()),
        None => message,
    }
}
