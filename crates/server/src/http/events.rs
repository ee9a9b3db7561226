//! The event stream of an account: what was written since, then what is written, without gaps.

mod person;

use super::auth::SignedIn;
use super::extract::{InPath, InQuery};
use crate::error::ApiError;
use crate::facts::account;
use crate::ledger::entries_after;
use crate::live::{Change, Heard};
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::id::AccountId;
use domain::ledger::Entry;
use domain::live::LiveEvent;
use domain::problem::{Problem, ProblemCode};
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(stream))
        .routes(routes!(person::stream))
}

/// From which ledger number on.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// The ledger number of the last entry that the client has.
    #[param(minimum = 0)]
    after: Option<i64>,
}

/// Streams an account's changes as server-sent events; `ledger` events carry their number as id.
#[utoipa::path(
    get, path = "/accounts/{account}/events",
    params(("account" = AccountId, Path), After),
    responses((status = 200, body = LiveEvent, content_type = "text/event-stream")),
)]
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
    let seat = state.live.seat(&signed.token_sha256).ok_or_else(full)?;
    let stream = async_stream::stream! {
        let _seat = seat;
        yield Ok::<_, Infallible>(message(&LiveEvent::Snapshot { ledger_seq: newest }, None));
        let mut recheck = tokio::time::interval(Duration::from_mins(1));
        recheck.tick().await;
        // Whether the ledger may have entries that were not sent, and what to say after them.
        let (mut behind, mut then) = (true, None);
        loop {
            // One portion at a time: a client that reads slowly never makes us hold a long ledger.
            while behind {
                let portion = portion(&state, &id, seq).await;
                behind = !portion.is_empty();
                for entry in portion {
                    seq = entry.seq;
                    yield Ok(message(&LiveEvent::Ledger(Box::new(entry)), Some(seq)));
                }
            }
            if let Some(event) = then.take() {
                yield Ok(message(&event, None));
            }
            tokio::select! {
                () = state.live.stopped() => break,
                change = changes.recv() => match change {
                    Ok(Heard::Change(account, change)) if account == id => match live_event(change) {
                        Some(event) => then = Some(event),
                        None => behind = true,
                    },
                    Ok(Heard::Change(..)) => {}
                    // Too slow to hear everything, or nobody told: read what was missed instead.
                    Ok(Heard::Missed) | Err(RecvError::Lagged(_)) => {
                        behind = true;
                        then = Some(LiveEvent::Billing { changed: true });
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
    Ok((UNBUFFERED, sse).into_response())
}

/// What keeps proxies from holding messages back.
const UNBUFFERED: [(&str, &str); 2] = [("x-accel-buffering", "no"), ("cache-control", "no-store")];

async fn still_allowed(state: &AppState, signed: &SignedIn, id: &AccountId) -> bool {
    let Ok(mut conn) = state.store.reader().acquire().await else {
        return false;
    };
    let session =
        crate::store::people::by_session(&mut conn, &signed.token_sha256, chrono::Utc::now()).await;
    matches!(session, Ok(Some(_))) && signed.role(&mut conn, id).await.is_ok()
}

/// What to say about a change; `None` when the ledger itself says it.
fn live_event(change: Change) -> Option<LiveEvent> {
    match change {
        Change::Ledger => None,
        Change::Checkout(checkout_session_id, state) => Some(LiveEvent::Checkout {
            checkout_session_id,
            state,
        }),
        Change::Billing => Some(LiveEvent::Billing { changed: true }),
    }
}

/// The next entries after the last one sent; none when that was the newest.
async fn portion(state: &AppState, id: &AccountId, seq: i64) -> Vec<Entry> {
    let entries = match state.store.reader().acquire().await {
        Ok(mut conn) => entries_after(&mut conn, id, seq).await,
        Err(error) => Err(error.into()),
    };
    entries.unwrap_or_else(|error| {
        tracing::error!(%error, "event stream could not read the ledger");
        Vec::new()
    })
}

fn full() -> ApiError {
    let mut problem = Problem::new(
        ProblemCode::RateLimited,
        "This sign-in has too many open pages. This one asks by itself instead.",
    );
    problem.retry_after_seconds = Some(10);
    ApiError::Problem(Box::new(problem))
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
