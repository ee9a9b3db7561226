//! Provider events as stored: each as it came, with what became of it.

use super::{StoreError, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::provider_event::StrayEvent;
use sqlx::{AnyConnection, Row};

/// An event to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// Unique for the event.
    pub id: &'a str,
    /// What it tells of.
    pub event_type: &'a str,
    /// The object it is about.
    pub entity_id: &'a str,
    /// When it happened, by the provider's clock.
    pub occurred_at: Timestamp,
    /// `webhook` or `poll`.
    pub source: &'static str,
    /// The text as it came.
    pub body: &'a str,
}

/// Stores an event unless it is there already; answers whether it is new.
pub async fn insert(
    conn: &mut AnyConnection,
    event: &NewEvent<'_>,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query(
        "INSERT INTO paddle_events (event_id, event_type, entity_id, occurred_at, source, body, received_at, next_attempt_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$7) ON CONFLICT (event_id) DO NOTHING",
    )
    .bind(event.id)
    .bind(event.event_type)
    .bind(event.entity_id)
    .bind(micros(event.occurred_at))
    .bind(event.source)
    .bind(event.body)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// The next events that are due, oldest first; at most 50.
pub async fn due(conn: &mut AnyConnection, now: Timestamp) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT event_id FROM paddle_events WHERE status = 'pending' AND next_attempt_at <= $1 ORDER BY occurred_at, rowid LIMIT 50",
    )
    .bind(micros(now))
    .fetch_all(conn)
    .await
}

/// An event that waits to be processed.
#[derive(Clone, Debug)]
pub struct PendingEvent {
    /// The text as it came.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it reached us.
    pub received_at: Timestamp,
}

/// Loads an event that waits; none when it is processed or unknown.
pub async fn pending(
    conn: &mut AnyConnection,
    event_id: &str,
) -> Result<Option<PendingEvent>, StoreError> {
    let row = sqlx::query(
        "SELECT body, attempts, received_at FROM paddle_events WHERE event_id = $1 AND status = 'pending'",
    )
    .bind(event_id)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(PendingEvent {
        body: row.try_get("body")?,
        attempts: row.try_get("attempts")?,
        received_at: moment(row.try_get("received_at")?)?,
    }))
}

/// What became of an attempt to process an event.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The status it has now.
    pub status: &'static str,
    /// Why it is not done.
    pub why: Option<&'a str>,
    /// When to try again, should it still wait.
    pub next_at: Timestamp,
    /// When the attempt was made.
    pub at: Timestamp,
}

/// Notes an attempt.
pub async fn note(
    conn: &mut AnyConnection,
    event_id: &str,
    attempt: &Attempt<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE paddle_events SET status = $2, last_error = $3, attempts = attempts + 1, next_attempt_at = $4, \
         processed_at = CASE WHEN $2 = 'pending' THEN NULL ELSE $5 END WHERE event_id = $1",
    )
    .bind(event_id)
    .bind(attempt.status)
    .bind(attempt.why)
    .bind(micros(attempt.next_at))
    .bind(micros(attempt.at))
    .execute(conn)
    .await?;
    Ok(())
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
pub async fn quarantined(conn: &mut AnyConnection) -> Result<Vec<QuarantinedEvent>, sqlx::Error> {
    sqlx::query_as("SELECT event_id, event_type, last_error FROM paddle_events WHERE status = 'quarantined' ORDER BY received_at, event_id")
        .fetch_all(conn)
        .await
}

/// The events that were quarantined as operators see them, oldest first, at most 200.
pub async fn strays(conn: &mut AnyConnection) -> Result<Vec<StrayEvent>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM paddle_events WHERE status = 'quarantined' ORDER BY received_at, event_id LIMIT 200",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let reason: Option<String> = row.try_get("last_error")?;
            Ok(StrayEvent {
                event_id: row.try_get("event_id")?,
                event_type: row.try_get("event_type")?,
                entity_id: row.try_get("entity_id")?,
                occurred_at: moment(row.try_get("occurred_at")?)?,
                received_at: moment(row.try_get("received_at")?)?,
                reason: reason.unwrap_or_default(),
            })
        })
        .collect()
}

/// How many events were quarantined.
pub async fn count_quarantined(conn: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM paddle_events WHERE status = 'quarantined'")
        .fetch_one(conn)
        .await
}

/// Takes an event that was quarantined back into the inbox; answers whether there was such an event.
pub async fn retry(
    conn: &mut AnyConnection,
    event_id: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query(
        "UPDATE paddle_events SET status = 'pending', attempts = 0, next_attempt_at = $2, processed_at = NULL \
         WHERE event_id = $1 AND status = 'quarantined'",
    )
    .bind(event_id)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Forgets the texts of events that had their effect before this moment, and those that were found to have none as a whole. That
/// one had its effect, and when, stays: a payment's page tells it.
pub async fn forget_before(conn: &mut AnyConnection, before: Timestamp) -> Result<(), sqlx::Error> {
    for sql in [
        "DELETE FROM paddle_events WHERE status = 'ignored' AND processed_at < $1",
        "UPDATE paddle_events SET body = '{}' WHERE status = 'done' AND body <> '{}' AND processed_at < $1",
    ] {
        sqlx::query(sql)
            .bind(micros(before))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// When the last event came by webhook, for any account.
pub async fn last_webhook_at(conn: &mut AnyConnection) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> =
        sqlx::query_scalar("SELECT max(received_at) FROM paddle_events WHERE source = 'webhook'")
            .fetch_one(conn)
            .await?;
    Ok(maybe_moment(at)?)
}
