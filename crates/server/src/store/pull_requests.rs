//! Pull requests of fix tasks, as stored.

use super::{StoreError, id, keyed, micros, moment};
use domain::Timestamp;
use domain::fix::pull_request::{PullRequestStatus, PullRequestTrouble};
use domain::id::FixTaskId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A pull request as stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The task.
    pub task: FixTaskId,
    /// The digest of the draft that was approved.
    pub digest: String,
    /// The branch.
    pub branch: String,
    /// How it stands.
    pub status: PullRequestStatus,
    /// Where it is.
    pub url: Option<String>,
    /// Its commit.
    pub commit: Option<String>,
    /// Why there is none.
    pub trouble: Option<PullRequestTrouble>,
    /// What to do about that.
    pub detail: Option<String>,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// How often it was tried.
    pub tries: i64,
}

fn stored(row: &AnyRow) -> Result<Stored, StoreError> {
    let trouble: Option<String> = row.try_get("trouble")?;
    Ok(Stored {
        task: id("fix task", row.try_get("fix_task_id")?)?,
        digest: row.try_get("digest")?,
        branch: row.try_get("branch_name")?,
        status: keyed(
            "pull request",
            row.try_get("status")?,
            PullRequestStatus::parse,
        )?,
        url: row.try_get("url")?,
        commit: row.try_get("commit_id")?,
        trouble: trouble.as_deref().and_then(PullRequestTrouble::parse),
        detail: row.try_get("detail")?,
        asked_by: row.try_get("asked_by")?,
        asked_at: moment(row.try_get("asked_at")?)?,
        tries: row.try_get("tries")?,
    })
}

/// The pull request of a task.
pub async fn load(
    conn: &mut AnyConnection,
    task: &FixTaskId,
) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query("SELECT * FROM pull_requests WHERE fix_task_id = $1")
        .bind(task.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(stored).transpose()
}

/// Asks for a pull request; one that failed is tried again. Whether none was under way or there.
pub async fn ask(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    (digest, branch): (&str, &str),
    by: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO pull_requests (fix_task_id, digest, branch_name, status, asked_by, asked_at, next_at) VALUES ($1,$2,$3,'creating',$4,$5,$5) \
         ON CONFLICT (fix_task_id) DO UPDATE SET digest = excluded.digest, status = 'creating', trouble = NULL, detail = NULL, asked_by = excluded.asked_by, \
         asked_at = excluded.asked_at, next_at = excluded.next_at, tries = 0, ended_at = NULL WHERE pull_requests.status = 'failed'",
    )
    .bind(task.as_str())
    .bind(digest)
    .bind(branch)
    .bind(by)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Those that are due to be created.
pub async fn due(conn: &mut AnyConnection, now: Timestamp) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM pull_requests WHERE status = 'creating' AND next_at <= $1 ORDER BY next_at LIMIT 10",
    )
    .bind(micros(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(stored).collect()
}

/// It is tried again at this moment.
pub async fn again(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE pull_requests SET tries = tries + 1, next_at = $2 WHERE fix_task_id = $1 AND status = 'creating'")
        .bind(task.as_str())
        .bind(micros(at))
        .execute(conn)
        .await?;
    Ok(())
}

/// It is there; whether it was still being created.
pub async fn opened(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    (url, commit): (&str, &str),
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE pull_requests SET status = 'open', url = $2, commit_id = $3, ended_at = $4, next_at = NULL WHERE fix_task_id = $1 AND status = 'creating'",
    )
    .bind(task.as_str())
    .bind(url)
    .bind(commit)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// It could not be created; whether it was still being created.
pub async fn failed(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    (trouble, detail): (PullRequestTrouble, &str),
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE pull_requests SET status = 'failed', trouble = $2, detail = $3, ended_at = $4, next_at = NULL WHERE fix_task_id = $1 AND status = 'creating'",
    )
    .bind(task.as_str())
    .bind(trouble.key())
    .bind(detail)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
