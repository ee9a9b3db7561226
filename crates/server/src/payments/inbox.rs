//! The inbox: a verified event is stored as it came, acknowledged, and processed afterwards, once.

use super::process::{self, Outcome};
use crate::error::ApiError;
use crate::paddle::events::Event;
use crate::state::AppState;
use crate::store::Store;
use crate::store::inbox::{self as stored, Attempt, NewEvent, PendingEvent, QuarantinedEvent};
use chrono::{Duration, Utc};
use domain::Timestamp;
use domain::provider_event::StrayEvent;

/// How an event reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Signed, by the provider's webhook.
    Webhook,
    /// Asked for, with our key.
    Poll,
}

impl Source {
    const fn key(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Poll => "poll",
        }
    }
}

/// An event that does not belong to anybody is tried this long before it is quarantined.
const PATIENCE: Duration = Duration::hours(72);

/// Stores an event unless it is there already; answers whether it is new.
pub async fn store(
    state: &AppState,
    source: Source,
    event: &Event,
    body: &str,
    now: Timestamp,
) -> Result<bool, ApiError> {
    let entity = event
        .data
        .get("id")
        .and_then(|id| id.as_str())
        .unwrap_or_default();
    let new = NewEvent {
        id: &event.event_id,
        event_type: &event.event_type,
        entity_id: entity,
        occurred_at: event.occurred_at,
        source: source.key(),
        body,
    };
    let mut tx = state.store.begin().await?;
    let is_new = stored::insert(&mut tx, &new, now).await?;
    tx.commit().await?;
    Ok(is_new)
}

/// Processes everything that is due, oldest first; answers how many events were looked at.
pub async fn drain(state: &AppState) -> Result<usize, ApiError> {
    let mut looked_at = 0;
    loop {
        let mut reader = state.store.reader().acquire().await?;
        let due = stored::due(&mut reader, Utc::now()).await?;
        drop(reader);
        if due.is_empty() {
            return Ok(looked_at);
        }
        for event_id in due {
            process_one(state, &event_id).await?;
            looked_at += 1;
        }
    }
}

/// Processes one event: its effect and the note that it is done are one transaction.
pub async fn process_one(state: &AppState, event_id: &str) -> Result<(), ApiError> {
    let now = Utc::now();
    let mut write = state.write().await?;
    let Some(pending) = stored::pending(&mut write, event_id).await? else {
        return Ok(());
    };
    let received_at = pending.received_at;
    let event: Result<Event, _> = serde_json::from_str(&pending.body);
    let outcome = match event {
        Ok(event) => process::apply(&mut write, &event, received_at, now).await,
        Err(_) => Ok(Outcome::Quarantined("the event does not read")),
    };
    match outcome {
        Ok(outcome) => {
            note(&mut write, event_id, &outcome, &pending, now).await?;
            write.commit().await?;
            if matches!(outcome, Outcome::Done) {
                state.metrics.took_effect(received_at, Utc::now());
            }
            if let Outcome::Quarantined(why) = outcome {
                tracing::error!(
                    event = event_id,
                    why,
                    "provider event quarantined: look at it"
                );
            }
            Ok(())
        }
        Err(error) => {
            // The effect is rolled back as a whole; the event stays and is tried again.
            write.rollback().await?;
            tracing::error!(
                event = event_id,
                ?error,
                "provider event failed; it will be tried again"
            );
            let mut tx = state.store.begin().await?;
            note(
                &mut tx,
                event_id,
                &Outcome::Waiting("it failed on our side"),
                &pending,
                now,
            )
            .await?;
            tx.commit().await?;
            Ok(())
        }
    }
}

/// The events that were quarantined, oldest first.
pub async fn quarantined(store: &Store) -> Result<Vec<QuarantinedEvent>, sqlx::Error> {
    stored::quarantined(&mut *store.reader().acquire().await?).await
}

/// The same as operators see them, at most 200.
pub async fn strays(store: &Store) -> Result<Vec<StrayEvent>, ApiError> {
    Ok(stored::strays(&mut *store.reader().acquire().await?).await?)
}

/// How many events were quarantined.
pub async fn count_quarantined(store: &Store) -> Result<i64, sqlx::Error> {
    stored::count_quarantined(&mut *store.reader().acquire().await?).await
}

/// Takes an event that was quarantined back into the inbox; answers whether there was such an event.
pub async fn retry(store: &Store, event_id: &str, now: Timestamp) -> Result<bool, sqlx::Error> {
    let mut tx = store.begin().await?;
    let taken = stored::retry(&mut tx, event_id, now).await?;
    tx.commit().await?;
    Ok(taken)
}

async fn note(
    tx: &mut crate::store::Tx,
    event_id: &str,
    outcome: &Outcome,
    pending: &PendingEvent,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let patient = now - pending.received_at < PATIENCE;
    let (status, why) = match outcome {
        Outcome::Done => ("done", None),
        Outcome::Ignored => ("ignored", None),
        Outcome::Waiting(why) if patient => ("pending", Some(*why)),
        Outcome::Waiting(why) | Outcome::Quarantined(why) => ("quarantined", Some(*why)),
    };
    // 5 s, 10 s, 20 s … at most an hour between attempts.
    let exponent = u32::try_from(pending.attempts.clamp(0, 10)).unwrap_or(10);
    let backoff = Duration::seconds((5i64 << exponent).min(3600));
    let attempt = Attempt {
        status,
        why,
        next_at: now + backoff,
        at: now,
    };
    stored::note(tx, event_id, &attempt).await
}
