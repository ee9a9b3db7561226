//! Patches of fix tasks: the newest draft and its approval.

use super::{BadRow, StoreError, id, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::fix::patch::PatchFile;
use domain::id::{FindingId, FixTaskId};
use sqlx::{AnyConnection, Row};

/// A patch as stored.
#[derive(Clone, Debug)]
pub struct StoredPatch {
    /// Counts up with every draft.
    pub version: i64,
    /// SHA-256 of the draft.
    pub digest: String,
    /// What it changes.
    pub files: Vec<PatchFile>,
    /// Findings of the task that are not in it.
    pub left_out: Vec<FindingId>,
    /// By whom it was drafted.
    pub drafted_by: String,
    /// When.
    pub drafted_at: Timestamp,
    /// Who approved exactly this draft, and when.
    pub approved: Option<(String, Timestamp)>,
}

fn json<T: serde::de::DeserializeOwned>(what: &'static str, text: String) -> Result<T, StoreError> {
    serde_json::from_str(&text).map_err(|_| BadRow { what, value: text }.into())
}

fn text(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// The newest draft of a task.
pub async fn load(
    conn: &mut AnyConnection,
    task: &FixTaskId,
) -> Result<Option<StoredPatch>, StoreError> {
    let row = sqlx::query("SELECT * FROM fix_patches WHERE fix_task_id = $1")
        .bind(task.as_str())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let by: Option<String> = row.try_get("approved_by")?;
    let at = maybe_moment(row.try_get("approved_at")?)?;
    Ok(Some(StoredPatch {
        version: row.try_get("version")?,
        digest: row.try_get("digest")?,
        files: json("files", row.try_get("files")?)?,
        left_out: json("left_out", row.try_get("left_out")?)?,
        drafted_by: row.try_get("drafted_by")?,
        drafted_at: moment(row.try_get("drafted_at")?)?,
        approved: by.zip(at),
    }))
}

/// Stores a draft in the place of the one before; an approval of that one is void.
pub async fn draft(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    (files, left_out, digest): (&[PatchFile], &[FindingId], &str),
    by: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO fix_patches (fix_task_id, version, digest, files, left_out, drafted_by, drafted_at) VALUES ($1,1,$2,$3,$4,$5,$6) \
         ON CONFLICT (fix_task_id) DO UPDATE SET version = fix_patches.version + 1, digest = excluded.digest, files = excluded.files, \
         left_out = excluded.left_out, drafted_by = excluded.drafted_by, drafted_at = excluded.drafted_at, \
         approved_digest = NULL, approved_by = NULL, approved_at = NULL",
    )
    .bind(task.as_str())
    .bind(digest)
    .bind(text(&files)?)
    .bind(text(&left_out)?)
    .bind(by)
    .bind(micros(now))
    .execute(&mut *conn)
    .await?;
    sqlx::query("UPDATE fix_tasks SET status = 'awaiting_approval' WHERE id = $1 AND status NOT IN ('completed','cancelled')")
        .bind(task.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Approves exactly this draft; whether it is still the newest and the task waited for it.
pub async fn approve(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    digest: &str,
    by: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE fix_patches SET approved_digest = digest, approved_by = $3, approved_at = $4 WHERE fix_task_id = $1 AND digest = $2",
    )
    .bind(task.as_str())
    .bind(digest)
    .bind(by)
    .bind(micros(now))
    .execute(&mut *conn)
    .await?;
    let moved = sqlx::query(
        "UPDATE fix_tasks SET status = 'awaiting_customer' WHERE id = $1 AND status = 'awaiting_approval'",
    )
    .bind(task.as_str())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1 && moved.rows_affected() == 1)
}

/// Tasks that are to be delivered as a patch and have no draft yet, at most 50.
pub async fn waiting(conn: &mut AnyConnection) -> Result<Vec<FixTaskId>, StoreError> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM fix_tasks WHERE status IN ('created','in_progress') AND delivery_mode IN ('review_only_patch','connected_access') \
         AND NOT EXISTS (SELECT 1 FROM fix_patches p WHERE p.fix_task_id = fix_tasks.id) ORDER BY created_at LIMIT 50",
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(id("fix task", row)?)).collect()
}
