//! Figures for who watches over the server: what waits, and how long.

use super::{StoreError, micros};
use chrono::Duration;
use domain::Timestamp;
use sqlx::AnyConnection;

/// What waits at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Provider events that wait to be processed.
    pub pending: i64,
    /// How long the oldest of them waits.
    pub oldest_pending_seconds: i64,
    /// Provider events that wait for a person.
    pub quarantined: i64,
    /// Open holds by age.
    pub holds: [(&'static str, i64); 4],
}

/// Looks at all of it.
pub async fn of(conn: &mut AnyConnection, now: Timestamp) -> Result<Figures, StoreError> {
    let (pending, oldest): (i64, Option<i64>) = sqlx::query_as(
        "SELECT count(*), min(received_at) FROM paddle_events WHERE status = 'pending'",
    )
    .fetch_one(&mut *conn)
    .await?;
    let quarantined = super::inbox::count_quarantined(conn).await?;
    let ago = |ago: Duration| micros(now - ago);
    let bounds = [
        ("under an hour", ago(Duration::hours(1)), i64::MAX),
        (
            "under a day",
            ago(Duration::days(1)),
            ago(Duration::hours(1)),
        ),
        (
            "under a week",
            ago(Duration::weeks(1)),
            ago(Duration::days(1)),
        ),
        ("a week or more", 0, ago(Duration::weeks(1))),
    ];
    let mut holds = bounds.map(|(age, ..)| (age, 0));
    for ((_, from, until), (_, count)) in bounds.into_iter().zip(&mut holds) {
        *count = sqlx::query_scalar(
            "SELECT count(*) FROM holds WHERE status = 'held' AND created_at >= $1 AND created_at < $2",
        )
        .bind(from)
        .bind(until)
        .fetch_one(&mut *conn)
        .await?;
    }
    Ok(Figures {
        pending,
        oldest_pending_seconds: oldest.map_or(0, |at| (micros(now) - at).max(0) / 1_000_000),
        quarantined,
        holds,
    })
}
