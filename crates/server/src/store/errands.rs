//! Small jobs of a scanner: what waits, who holds it, and what came of it.

use super::{StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::errand::{ErrandOutcome, ErrandState};
use domain::id::{ErrandId, ProjectId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// The kind of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrandKind {
    /// Find the pages of a site.
    Discover,
    /// Look for the proof of a domain.
    Prove,
}

impl ErrandKind {
    const fn key(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::Prove => "prove",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Discover, Self::Prove]
            .into_iter()
            .find(|kind| kind.key() == text)
    }
}

/// A job as stored.
#[derive(Clone, Debug)]
pub struct Errand {
    /// Its id.
    pub id: ErrandId,
    /// The project.
    pub project: ProjectId,
    /// What is to be done.
    pub kind: ErrandKind,
    /// Where it stands.
    pub state: ErrandState,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Proves which worker holds it.
    pub lease: Option<String>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What came of it, where it was done.
    pub answer: Option<ErrandOutcome>,
    /// Why it failed.
    pub failure: Option<String>,
}

fn errand(row: &AnyRow) -> Result<Errand, StoreError> {
    let answer: Option<String> = row.try_get("answer")?;
    Ok(Errand {
        id: id("errand", row.try_get("id")?)?,
        project: id("project", row.try_get("project_id")?)?,
        kind: keyed("errand kind", row.try_get("kind")?, ErrandKind::parse)?,
        state: keyed("errand state", row.try_get("state")?, ErrandState::parse)?,
        asked_at: moment(row.try_get("asked_at")?)?,
        lease: row.try_get("lease")?,
        ended_at: maybe_moment(row.try_get("ended_at")?)?,
        answer: answer
            .map(|text| {
                keyed("errand answer", &text, |text| {
                    serde_json::from_str(text).ok()
                })
            })
            .transpose()?,
        failure: row.try_get("failure")?,
    })
}

/// Queues a job.
pub async fn insert(
    conn: &mut AnyConnection,
    errand: &ErrandId,
    (project, kind): (&ProjectId, ErrandKind),
    asked_by: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO errands (id, project_id, kind, state, asked_by, asked_at) VALUES ($1,$2,$3,'queued',$4,$5)")
        .bind(errand.as_str())
        .bind(project.as_str())
        .bind(kind.key())
        .bind(asked_by)
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// The newest job of a project and kind.
pub async fn newest(
    conn: &mut AnyConnection,
    project: &ProjectId,
    kind: ErrandKind,
) -> Result<Option<Errand>, StoreError> {
    let row = sqlx::query("SELECT * FROM errands WHERE project_id = $1 AND kind = $2 ORDER BY asked_at DESC, id DESC LIMIT 1")
        .bind(project.as_str())
        .bind(kind.key())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(errand).transpose()
}

/// The newest job of a project and kind that was done.
pub async fn newest_done(
    conn: &mut AnyConnection,
    project: &ProjectId,
    kind: ErrandKind,
) -> Result<Option<Errand>, StoreError> {
    let row = sqlx::query("SELECT * FROM errands WHERE project_id = $1 AND kind = $2 AND state = 'done' ORDER BY asked_at DESC, id DESC LIMIT 1")
        .bind(project.as_str())
        .bind(kind.key())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(errand).transpose()
}

/// The job that has waited longest.
pub async fn longest_waiting(conn: &mut AnyConnection) -> Result<Option<Errand>, StoreError> {
    let row =
        sqlx::query("SELECT * FROM errands WHERE state = 'queued' ORDER BY asked_at, id LIMIT 1")
            .fetch_optional(conn)
            .await?;
    row.as_ref().map(errand).transpose()
}

/// One job.
pub async fn load(
    conn: &mut AnyConnection,
    errand_id: &ErrandId,
) -> Result<Option<Errand>, StoreError> {
    let row = sqlx::query("SELECT * FROM errands WHERE id = $1")
        .bind(errand_id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(errand).transpose()
}

/// Gives a queued job to a worker; whether it was still queued.
pub async fn take(
    conn: &mut AnyConnection,
    errand_id: &ErrandId,
    (worker, lease): (&str, &str),
    until: Timestamp,
) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query("UPDATE errands SET state = 'running', worker = $2, lease = $3, lease_until = $4 WHERE id = $1 AND state = 'queued'")
        .bind(errand_id.as_str())
        .bind(worker)
        .bind(lease)
        .bind(micros(until))
        .execute(conn)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// Ends a job: done with its answer, or failed with the reason.
pub async fn end(
    conn: &mut AnyConnection,
    errand_id: &ErrandId,
    outcome: Result<&ErrandOutcome, &str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let answer = match outcome {
        Ok(answer) => {
            Some(serde_json::to_string(answer).map_err(|error| sqlx::Error::Encode(error.into()))?)
        }
        Err(_) => None,
    };
    let state = if outcome.is_ok() {
        ErrandState::Done
    } else {
        ErrandState::Failed
    };
    sqlx::query("UPDATE errands SET state = $2, answer = $3, failure = $4, ended_at = $5 WHERE id = $1 AND state IN ('queued','running')")
        .bind(errand_id.as_str())
        .bind(state.key())
        .bind(answer)
        .bind(outcome.err())
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Open jobs that nobody took in time or whose worker has not been heard of, at most 100.
pub async fn lapsed(
    conn: &mut AnyConnection,
    now: Timestamp,
    waited_since: Timestamp,
) -> Result<Vec<Errand>, StoreError> {
    let rows = sqlx::query("SELECT * FROM errands WHERE (state = 'running' AND lease_until < $1) OR (state = 'queued' AND asked_at < $2) ORDER BY asked_at LIMIT 100")
        .bind(micros(now))
        .bind(micros(waited_since))
        .fetch_all(conn)
        .await?;
    rows.iter().map(errand).collect()
}
