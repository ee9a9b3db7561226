//! The inbox: a verified event is stored as it came, acknowledged, and processed afterwards, once.

use super::events::Event;
use super::process::{self, Outcome};
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{Store, micros};
use chrono::{DateTime, Duration, Utc};
use domain::Timestamp;
use sqlx::Row;

/// How an event reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Signed, by the provider's webhook.
    Webhook,
    /// Asked for, with our key.
    Poll,
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
    let mut tx = state.store.begin().await?;
    let stored = sqlx::query(
        "INSERT INTO paddle_events (event_id, event_type, entity_id, occurred_at, source, body, received_at, next_attempt_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$7) ON CONFLICT (event_id) DO NOTHING",
    )
    .bind(&event.event_id)
    .bind(&event.event_type)
    .bind(entity)
    .bind(micros(event.occurred_at))
    .bind(if source == Source::Webhook { "webhook" } else { "poll" })
    .bind(body)
    .bind(micros(now))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(stored.rows_affected() == 1)
}

/// Processes everything that is due, oldest first; answers how many events were looked at.
pub async fn drain(state: &AppState) -> Result<usize, ApiError> {
    let mut looked_at = 0;
    loop {
        let due: Vec<String> = sqlx::query_scalar(
            "SELECT event_id FROM paddle_events WHERE status = 'pending' AND next_attempt_at <= $1 ORDER BY occurred_at, rowid LIMIT 50",
        )
        .bind(micros(Utc::now()))
        .fetch_all(state.store.reader())
        .await?;
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
    let row = sqlx::query("SELECT body, attempts, received_at FROM paddle_events WHERE event_id = $1 AND status = 'pending'")
        .bind(event_id)
        .fetch_optional(&mut **write)
        .await?;
    let Some(row) = row else { return Ok(()) };
    let received_at = crate::store::moment(row.try_get("received_at")?)?;
    let body: String = row.try_get("body")?;
    let attempts: i64 = row.try_get("attempts")?;
    let event: Result<Event, _> = serde_json::from_str(&body);
    let outcome = match event {
        Ok(event) => process::apply(&mut write, &event, received_at, now).await,
        Err(_) => Ok(Outcome::Quarantined("the event does not read")),
    };
    match outcome {
        Ok(outcome) => {
            note(&mut write, event_id, &outcome, (attempts, received_at), now).await?;
            write.commit().await?;
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
                (attempts, received_at),
                now,
            )
            .await?;
            tx.commit().await?;
            Ok(())
        }
    }
}

/// An event that was quarantined for a person.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct QuarantinedEvent {
    /// Which.
    pub event_id: String,
    /// What it tells of.
    pub event_type: String,
    /// Why it could not be processed.
    pub last_error: Option<String>,
}

/// The events that were quarantined, oldest first.
pub async fn quarantined(store: &Store) -> Result<Vec<QuarantinedEvent>, sqlx::Error> {
    sqlx::query_as("SELECT event_id, event_type, last_error FROM paddle_events WHERE status = 'quarantined' ORDER BY received_at, event_id")
        .fetch_all(store.reader())
        .await
}

/// How many events were quarantined.
pub async fn count_quarantined(store: &Store) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM paddle_events WHERE status = 'quarantined'")
        .fetch_one(store.reader())
        .await
}

/// Takes an event that was quarantined back into the inbox; answers whether there was such an event.
pub async fn retry(store: &Store, event_id: &str, now: Timestamp) -> Result<bool, sqlx::Error> {
    let mut tx = store.begin().await?;
    let taken = sqlx::query(
        "UPDATE paddle_events SET status = 'pending', attempts = 0, next_attempt_at = $2, processed_at = NULL \
         WHERE event_id = $1 AND status = 'quarantined'",
    )
    .bind(event_id)
    .bind(micros(now))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(taken.rows_affected() == 1)
}

async fn note(
    tx: &mut crate::store::Tx,
    event_id: &str,
    outcome: &Outcome,
    (attempts, received_at): (i64, Timestamp),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let patient = now - received_at < PATIENCE;
    let (status, why) = match outcome {
        Outcome::Done => ("done", None),
        Outcome::Ignored => ("ignored", None),
        Outcome::Waiting(why) if patient => ("pending", Some(*why)),
        Outcome::Waiting(why) | Outcome::Quarantined(why) => ("quarantined", Some(*why)),
    };
    // 5 s, 10 s, 20 s … at most an hour between attempts.
    let exponent = u32::try_from(attempts.clamp(0, 10)).unwrap_or(10);
    let backoff = Duration::seconds((5i64 << exponent).min(3600));
    sqlx::query(
        "UPDATE paddle_events SET status = $2, last_error = $3, attempts = attempts + 1, next_attempt_at = $4, \
         processed_at = CASE WHEN $2 = 'pending' THEN NULL ELSE $5 END WHERE event_id = $1",
    )
    .bind(event_id)
    .bind(status)
    .bind(why)
    .bind(micros(now + backoff))
    .bind(micros(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
