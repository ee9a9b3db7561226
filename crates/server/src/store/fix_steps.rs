//! What happened on fix tasks, and the evidence that customers recorded.

use super::{BadRow, StoreError, keyed, micros, moment};
use domain::Timestamp;
use domain::fix::evidence::TaskEvidence;
use domain::fix::task::{TaskEvent, TaskEventKind};
use domain::id::FixTaskId;
use sqlx::{AnyConnection, Row};

/// Writes down that something happened.
pub async fn add_event(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    kind: TaskEventKind,
    (actor, note): (&str, &str),
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO fix_task_events (fix_task_id, seq, kind, actor, note, at) \
         SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5 FROM fix_task_events WHERE fix_task_id = $1",
    )
    .bind(task.as_str())
    .bind(kind.key())
    .bind(actor)
    .bind(note)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// What happened on a task, oldest first.
pub async fn events(
    conn: &mut AnyConnection,
    task: &FixTaskId,
) -> Result<Vec<TaskEvent>, StoreError> {
    let rows = sqlx::query(
        "SELECT kind, actor, note, at FROM fix_task_events WHERE fix_task_id = $1 ORDER BY seq",
    )
    .bind(task.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(TaskEvent {
                kind: keyed("fix task event", row.try_get("kind")?, TaskEventKind::parse)?,
                actor: row.try_get("actor")?,
                note: row.try_get("note")?,
                at: moment(row.try_get("at")?)?,
            })
        })
        .collect()
}

/// Marks an open task as completed; whether it was open.
pub async fn complete(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE fix_tasks SET status = 'completed', ended_at = $2 WHERE id = $1 AND status NOT IN ('completed','cancelled')",
    )
    .bind(task.as_str())
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the evidence of a task.
pub async fn insert_evidence(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    evidence: &TaskEvidence,
) -> Result<(), StoreError> {
    let references = serde_json::to_string(&evidence.references).map_err(|error| BadRow {
        what: "references",
        value: error.to_string(),
    })?;
    sqlx::query(
        "INSERT INTO fix_task_evidence (fix_task_id, refs, note, applied_at, recorded_by, recorded_at) VALUES ($1,$2,$3,$4,$5,$6)",
    )
    .bind(task.as_str())
    .bind(references)
    .bind(&evidence.note)
    .bind(micros(evidence.applied_at))
    .bind(&evidence.recorded_by)
    .bind(micros(evidence.recorded_at))
    .execute(conn)
    .await?;
    Ok(())
}

/// The evidence of a task.
pub async fn evidence(
    conn: &mut AnyConnection,
    task: &FixTaskId,
) -> Result<Option<TaskEvidence>, StoreError> {
    let row = sqlx::query("SELECT * FROM fix_task_evidence WHERE fix_task_id = $1")
        .bind(task.as_str())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let references: String = row.try_get("refs")?;
    Ok(Some(TaskEvidence {
        references: serde_json::from_str(&references).map_err(|_| BadRow {
            what: "references",
            value: references,
        })?,
        note: row.try_get("note")?,
        applied_at: moment(row.try_get("applied_at")?)?,
        recorded_by: row.try_get("recorded_by")?,
        recorded_at: moment(row.try_get("recorded_at")?)?,
    }))
}
