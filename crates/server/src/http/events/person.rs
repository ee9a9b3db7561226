//! The event stream of a person: every account that they may open, who may still see what, and a beat in between.

use super::{UNBUFFERED, full, live_event, portion};
use crate::error::ApiError;
use crate::facts::account;
use crate::http::auth::SignedIn;
use crate::http::extract::InQuery;
use crate::live::{Change, Heard};
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
    let mut access = state.live.access();
    let rights = rights(&state, &signed)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let told = begin(&state, &rights, header.or(query.after.as_deref())).await?;
    let seat = state.live.seat(&signed.token_sha256).ok_or_else(full)?;
    let mut teller = Teller {
        behind: told.keys().cloned().collect(),
        state,
        signed,
        rights,
        told,
    };
    let stream = async_stream::stream! {
        let _seat = seat;
        yield Ok::<_, Infallible>(teller.first());
        let mut beat = tokio::time::interval(Duration::from_secs(BEAT_SECONDS.into()));
        beat.tick().await;
        let mut then = Vec::new();
        loop {
            while let Some(entries) = teller.written().await {
                for entry in entries {
                    yield Ok(entry);
                }
            }
            for event in then.drain(..) {
                yield Ok(event);
            }
            let (event, over) = tokio::select! {
                () = teller.state.live.stopped() => break,
                heard = changes.recv() => match teller.hear(heard) {
                    Some(events) => {
                        then = events;
                        continue;
                    }
                    None => break,
                },
                _ = access.changed() => teller.look(false).await,
                _ = beat.tick() => teller.look(true).await,
            };
            if let Some(event) = event {
                yield Ok(event);
            }
            if over {
                break;
            }
        }
    };
    Ok((UNBUFFERED, Sse::new(stream)).into_response())
}

/// What one stream has told, and to whom.
struct Teller {
    state: AppState,
    signed: SignedIn,
    rights: Rights,
    told: Told,
    /// Whose ledgers may have entries that were not told.
    behind: Vec<AccountId>,
}

impl Teller {
    fn first(&self) -> Event {
        let first = PersonEvent::Snapshot {
            user_id: self.signed.id().clone(),
            beat_seconds: BEAT_SECONDS,
        };
        message(&first).id(text(&self.told))
    }

    /// The next entries that were not told; `None` when there are none. One portion at a time: a client that reads slowly
    /// never makes us hold a long ledger.
    async fn written(&mut self) -> Option<Vec<Event>> {
        let id = self.behind.last()?.clone();
        let from = self.told.get(&id).copied().unwrap_or(0);
        let entries = portion(&self.state, &id, from).await;
        if entries.is_empty() {
            self.behind.pop();
        }
        let tell = |entry: domain::ledger::Entry| {
            self.told.insert(id.clone(), entry.seq);
            change(&id, LiveEvent::Ledger(Box::new(entry))).id(text(&self.told))
        };
        Some(entries.into_iter().map(tell).collect())
    }

    /// What to say about a change after the ledger; `None` when there will be no more.
    fn hear(&mut self, heard: Result<Heard, RecvError>) -> Option<Vec<Event>> {
        match heard {
            Ok(Heard::Change(id, _)) if !self.rights.contains_key(&id) => Some(Vec::new()),
            Ok(Heard::Change(id, Change::Ledger)) => {
                self.behind.push(id);
                Some(Vec::new())
            }
            Ok(Heard::Change(id, other)) => {
                let event = live_event(other).map(|event| change(&id, event));
                Some(event.into_iter().collect())
            }
            // Too slow to hear everything, or nobody told: what was missed may be in any account.
            Ok(Heard::Missed) | Err(RecvError::Lagged(_)) => {
                self.behind = self.rights.keys().cloned().collect();
                let any = |id| change(id, LiveEvent::Billing { changed: true });
                Some(self.rights.keys().map(any).collect())
            }
            Err(RecvError::Closed) => None,
        }
    }

    /// Looks again at who may see what: what to say about it, and whether the stream is over.
    async fn look(&mut self, beat: bool) -> (Option<Event>, bool) {
        match rights(&self.state, &self.signed).await {
            Ok(None) => {
                let over = PersonEvent::Access { ended: true };
                (Some(message(&over)), true)
            }
            Ok(Some(now)) if now != self.rights => {
                // An account that is new here is told from now on.
                if let Ok(told) = begin(&self.state, &now, Some(&text(&self.told))).await {
                    self.told = told;
                }
                self.behind.retain(|id| now.contains_key(id));
                self.rights = now;
                let access = PersonEvent::Access { ended: false };
                (Some(message(&access)), false)
            }
            // What cannot be looked up now is looked up at the next beat.
            Ok(Some(_)) | Err(_) => {
                let user_id = self.signed.id().clone();
                let event = beat.then(|| message(&PersonEvent::Beat { user_id }));
                (event, false)
            }
        }
    }
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

/// Such as `acc_a:12,acc_b:3`.
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
