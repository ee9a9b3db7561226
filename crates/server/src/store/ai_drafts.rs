//! Drafts of AI assistance, as stored.

use super::{StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::fix::assist::{AiDraft, AiDraftState};
use domain::id::{AccountId, AiDraftId, FixTaskId, HoldId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A draft to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewDraft<'a> {
    /// Its id.
    pub id: &'a AiDraftId,
    /// The task that it is about.
    pub task: &'a FixTaskId,
    /// Who pays.
    pub payer: &'a AccountId,
    /// What is held for it.
    pub hold: &'a HoldId,
    /// Who asked, by name.
    pub asked_by: &'a str,
}

/// Queues a draft.
pub async fn insert(
    conn: &mut AnyConnection,
    new: &NewDraft<'_>,
    now: Timestamp,
    deadline: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO ai_drafts (id, fix_task_id, payer_account_id, hold_id, state, asked_by, asked_at, deadline) VALUES ($1,$2,$3,$4,'queued',$5,$6,$7)",
    )
    .bind(new.id.as_str())
    .bind(new.task.as_str())
    .bind(new.payer.as_str())
    .bind(new.hold.as_str())
    .bind(new.asked_by)
    .bind(micros(now))
    .bind(micros(deadline))
    .execute(conn)
    .await?;
    Ok(())
}

/// What its end needs to know of a draft.
#[derive(Clone, Debug)]
pub struct StoredDraft {
    /// Its id.
    pub id: AiDraftId,
    /// The task that it is about.
    pub task: FixTaskId,
    /// Who pays.
    pub payer: AccountId,
    /// What is held for it.
    pub hold: HoldId,
}

fn stored(row: &AnyRow) -> Result<StoredDraft, StoreError> {
    Ok(StoredDraft {
        id: id("draft", row.try_get("id")?)?,
        task: id("fix task", row.try_get("fix_task_id")?)?,
        payer: id("account", row.try_get("payer_account_id")?)?,
        hold: id("hold", row.try_get("hold_id")?)?,
    })
}

/// A draft.
pub async fn load(
    conn: &mut AnyConnection,
    draft: &AiDraftId,
) -> Result<Option<StoredDraft>, StoreError> {
    let row = sqlx::query("SELECT * FROM ai_drafts WHERE id = $1")
        .bind(draft.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(stored).transpose()
}

/// Drafts that wait for the model, those that have waited longest first.
pub async fn waiting(conn: &mut AnyConnection, most: i64) -> Result<Vec<StoredDraft>, StoreError> {
    let rows =
        sqlx::query("SELECT * FROM ai_drafts WHERE state = 'queued' ORDER BY asked_at LIMIT $1")
            .bind(most)
            .fetch_all(conn)
            .await?;
    rows.iter().map(stored).collect()
}

/// Drafts whose deadline is over and that have not ended.
pub async fn late(
    conn: &mut AnyConnection,
    now: Timestamp,
) -> Result<Vec<StoredDraft>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM ai_drafts WHERE state IN ('queued','running') AND deadline <= $1 LIMIT 50",
    )
    .bind(micros(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(stored).collect()
}

/// Notes that a draft is being written; answers whether it waited.
pub async fn begin(conn: &mut AnyConnection, draft: &AiDraftId) -> Result<bool, sqlx::Error> {
    let done =
        sqlx::query("UPDATE ai_drafts SET state = 'running' WHERE id = $1 AND state = 'queued'")
            .bind(draft.as_str())
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a draft with its text, or with why there is none; answers whether it had not ended before.
pub async fn end(
    conn: &mut AnyConnection,
    draft: &AiDraftId,
    text: Result<&str, &str>,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let state = if text.is_ok() {
        AiDraftState::Done
    } else {
        AiDraftState::Failed
    };
    let done = sqlx::query(
        "UPDATE ai_drafts SET state = $2, text = $3, why = $4, ended_at = $5 WHERE id = $1 AND state IN ('queued','running')",
    )
    .bind(draft.as_str())
    .bind(state.key())
    .bind(text.ok())
    .bind(text.err())
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest draft about a task.
pub async fn newest(
    conn: &mut AnyConnection,
    task: &FixTaskId,
) -> Result<Option<AiDraft>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM ai_drafts WHERE fix_task_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 1",
    )
    .bind(task.as_str())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(AiDraft {
        ai_draft_id: id("draft", row.try_get("id")?)?,
        state: keyed("draft state", row.try_get("state")?, AiDraftState::parse)?,
        text: row.try_get("text")?,
        why: row.try_get("why")?,
        asked_by: row.try_get("asked_by")?,
        asked_at: moment(row.try_get("asked_at")?)?,
        ended_at: maybe_moment(row.try_get("ended_at")?)?,
    }))
}
