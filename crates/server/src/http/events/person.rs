//! The event stream of a person: every account that they may open, who may still see what, and a beat in between.

use super::{UNBUFFERED, full, live_event, portion};
use crate::error::ApiError;
use crate::facts::account;
use crate::http::auth::SignedIn;
use crate::http::extract::InQuery;
use crate::live::Change;
use crate::state::AppState;
use crate::store::people;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use domain::id::AccountId;
use domain::live::{BEAT_SECONDS, LiveEvent, PersonEvent};
use domain::role::Role;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// From where on.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct From {
    /// The SSE id of the last message that the client has; what does not read is as none.
    after: Option<String>,
}

/// How far each ledger was told.
type Told = BTreeMap<AccountId, i64>;

/// What a person may open, and as what.
type Rights = BTreeMap<AccountId, Role>;

/// Streams what changes in all of the person's accounts as server-sent events, with a `beat` in between. One is enough for
/// a browser: it is for all its pages.
#[utoipa::path(
    get, path = "/events",
    params(From),
    responses((status = 200, body = PersonEvent, content_type = "text/event-stream")),
)]
pub(in crate::http) async fn stream(
    State(state): State<AppState>,
    signed: SignedIn,
    InQuery(query): InQuery<From>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // Listening begins before reading, so that nothing falls between the two.
    let mut changes = state.live.listen();
    let bell = state.live.access();
    let mut rights = rights(&state, &signed)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let mut told = begin(&state, &rights, header.or(query.after.as_deref())).await?;
    let seat = state.live.seat(&signed.token_sha256).ok_or_else(full)?;
    let stream = async_stream::stream! {
        let _seat = seat;
        let user_id = signed.id().clone();
        let first = PersonEvent::Snapshot { user_id: user_id.clone(), beat_seconds: BEAT_SECONDS };
        yield Ok::<_, Infallible>(message(&first).id(text(&told)));
        let mut beat = tokio::time::interval(Duration::from_secs(BEAT_SECONDS.into()));
        beat.tick().await;
        let mut behind: Vec<AccountId> = told.keys().cloned().collect();
        let mut then: Option<(AccountId, LiveEvent)> = None;
        loop {
            while let Some(id) = behind.pop() {
                loop {
                    // One portion at a time: a client that reads slowly never makes us hold a long ledger.
                    let entries = portion(&state, &id, told.get(&id).copied().unwrap_or(0)).await;
                    if entries.is_empty() {
                        break;
                    }
                    for entry in entries {
                        told.insert(id.clone(), entry.seq);
                        yield Ok(change(&id, LiveEvent::Ledger(Box::new(entry))).id(text(&told)));
                    }
                }
            }
            if let Some((id, event)) = then.take() {
                yield Ok(change(&id, event));
            }
            let rung = bell.notified();
            let look = tokio::select! {
                heard = changes.recv() => {
                    match heard {
                        Ok((id, _)) if !rights.contains_key(&id) => {}
                        Ok((id, Change::Ledger)) => behind.push(id),
                        Ok((id, other)) => then = live_event(other).map(|event| (id, event)),
                        // Too slow to hear everything: what was missed may be in any account.
                        Err(RecvError::Lagged(_)) => {
                            behind.extend(rights.keys().cloned());
                            for id in rights.keys() {
                                yield Ok(change(id, LiveEvent::Billing { changed: true }));
                            }
                        }
                        Err(RecvError::Closed) => break,
                    }
                    continue;
                }
                () = rung => false,
                _ = beat.tick() => true,
            };
            match self::rights(&state, &signed).await {
                Ok(Some(now)) if now != rights => {
                    // An account that is new here is told from now on.
                    told = begin(&state, &now, Some(&text(&told))).await.unwrap_or(told);
                    told.retain(|id, _| now.contains_key(id));
                    rights = now;
                    yield Ok(message(&PersonEvent::Access { ended: false }));
                }
                Ok(None) => {
                    yield Ok(message(&PersonEvent::Access { ended: true }));
                    break;
                }
                // What cannot be looked up now is looked up at the next beat.
                Ok(Some(_)) | Err(_) if look => {
                    yield Ok(message(&PersonEvent::Beat { user_id: user_id.clone() }));
                }
                Ok(Some(_)) | Err(_) => {}
            }
        }
    };
    Ok((UNBUFFERED, Sse::new(stream)).into_response())
}

/// What the person may open; `None` when the sign-in is over.
async fn rights(state: &AppState, signed: &SignedIn) -> Result<Option<Rights>, ApiError> {
    let mut conn = state.store.reader().acquire().await?;
    let now = chrono::Utc::now();
    if people::by_session(&mut conn, &signed.token_sha256, now)
        .await?
        .is_none()
    {
        return Ok(None);
    }
    Ok(Some(
        people::roles(&mut conn, signed.id())
            .await?
            .into_iter()
            .collect(),
    ))
}

/// Where each ledger stands, or as far back as the client has it.
async fn begin(state: &AppState, rights: &Rights, after: Option<&str>) -> Result<Told, ApiError> {
    let known: BTreeMap<&str, i64> = after.map(read).unwrap_or_default();
    let mut conn = state.store.reader().acquire().await?;
    let mut told = Told::new();
    for id in rights.keys() {
        let newest = account(&mut conn, id).await?.ledger_seq;
        let from = known.get(id.as_str()).copied().unwrap_or(newest);
        told.insert(id.clone(), from.clamp(0, newest));
    }
    Ok(told)
}

/// "acc_a:12,acc_b:3".
fn text(told: &Told) -> String {
    let pairs: Vec<String> = told.iter().map(|(id, seq)| format!("{id}:{seq}")).collect();
    pairs.join(",")
}

fn read(text: &str) -> BTreeMap<&str, i64> {
    text.split(',')
        .filter_map(|part| part.rsplit_once(':'))
        .filter_map(|(id, seq)| Some((id, seq.parse().ok()?)))
        .collect()
}

fn change(account: &AccountId, event: LiveEvent) -> Event {
    message(&PersonEvent::Change {
        account_id: account.clone(),
        change: Box::new(event),
    })
}

fn message(event: &PersonEvent) -> Event {
    let data = serde_json::to_string(event).unwrap_or_default();
    Event::default().event(event.name()).data(data)
}
