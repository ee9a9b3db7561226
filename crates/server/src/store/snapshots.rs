//! Public quick scans: what waits, who holds it, and what came of it.

use super::{StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::audit::AuditOutcome;
use domain::errand::ErrandState;
use domain::id::{ErrandId, SnapshotId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A quick scan as stored.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Its id.
    pub id: SnapshotId,
    /// What its worker knows it by.
    pub errand: ErrandId,
    /// The site.
    pub domain: String,
    /// How far it is.
    pub state: ErrandState,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Proves which worker holds it.
    pub lease: Option<String>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What was found, where it was done.
    pub outcome: Option<AuditOutcome>,
    /// Why it failed.
    pub failure: Option<String>,
}

fn snapshot(row: &AnyRow) -> Result<Snapshot, StoreError> {
    let outcome: Option<String> = row.try_get("outcome")?;
    Ok(Snapshot {
        id: id("snapshot", row.try_get("id")?)?,
        errand: id("errand", row.try_get("errand")?)?,
        domain: row.try_get("domain")?,
        state: keyed("errand state", row.try_get("state")?, ErrandState::parse)?,
        asked_at: moment(row.try_get("asked_at")?)?,
        lease: row.try_get("lease")?,
        ended_at: maybe_moment(row.try_get("ended_at")?)?,
        outcome: outcome
            .map(|text| keyed("outcome", &text, |text| serde_json::from_str(text).ok()))
            .transpose()?,
        failure: row.try_get("failure")?,
    })
}

/// Queues one.
pub async fn insert(
    conn: &mut AnyConnection,
    (id, errand): (&SnapshotId, &ErrandId),
    domain: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO snapshots (id, errand, domain, state, asked_at) VALUES ($1,$2,$3,'queued',$4)",
    )
    .bind(id.as_str())
    .bind(errand.as_str())
    .bind(domain)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// One of them.
pub async fn load(
    conn: &mut AnyConnection,
    snapshot_id: &SnapshotId,
) -> Result<Option<Snapshot>, StoreError> {
    let row = sqlx::query("SELECT * FROM snapshots WHERE id = $1")
        .bind(snapshot_id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(snapshot).transpose()
}

/// The one that a worker holds under this name.
pub async fn of_errand(
    conn: &mut AnyConnection,
    errand: &ErrandId,
) -> Result<Option<Snapshot>, StoreError> {
    let row = sqlx::query("SELECT * FROM snapshots WHERE errand = $1")
        .bind(errand.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(snapshot).transpose()
}

/// The newest of a site that is open, or was asked for after this moment and did not fail.
pub async fn shared(
    conn: &mut AnyConnection,
    domain: &str,
    since: Timestamp,
) -> Result<Option<Snapshot>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM snapshots WHERE domain = $1 AND (state IN ('queued','running') OR (state = 'done' AND asked_at > $2)) \
         ORDER BY asked_at DESC LIMIT 1",
    )
    .bind(domain)
    .bind(micros(since))
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(snapshot).transpose()
}

/// How many wait for a worker.
pub async fn waiting(conn: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM snapshots WHERE state = 'queued'")
        .fetch_one(conn)
        .await
}

/// The one that has waited longest.
pub async fn longest_waiting(conn: &mut AnyConnection) -> Result<Option<Snapshot>, StoreError> {
    let row =
        sqlx::query("SELECT * FROM snapshots WHERE state = 'queued' ORDER BY asked_at, id LIMIT 1")
            .fetch_optional(conn)
            .await?;
    row.as_ref().map(snapshot).transpose()
}

/// Gives one to a worker; whether it was still queued.
pub async fn take(
    conn: &mut AnyConnection,
    snapshot_id: &SnapshotId,
    (worker, lease): (&str, &str),
    until: Timestamp,
) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query("UPDATE snapshots SET state = 'running', worker = $2, lease = $3, lease_until = $4 WHERE id = $1 AND state = 'queued'")
        .bind(snapshot_id.as_str())
        .bind(worker)
        .bind(lease)
        .bind(micros(until))
        .execute(conn)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// Ends one: done with what was found, or failed with the reason.
pub async fn end(
    conn: &mut AnyConnection,
    snapshot_id: &SnapshotId,
    ended: Result<&AuditOutcome, &str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let outcome = match ended {
        Ok(outcome) => Some(
            serde_json::to_string(outcome).map_err(|error| sqlx::Error::Encode(error.into()))?,
        ),
        Err(_) => None,
    };
    let state = if ended.is_ok() { "done" } else { "failed" };
    sqlx::query(
        "UPDATE snapshots SET state = $2, outcome = $3, failure = $4, ended_at = $5 WHERE id = $1",
    )
    .bind(snapshot_id.as_str())
    .bind(state)
    .bind(outcome)
    .bind(ended.err())
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Those that nobody took since this moment, or whose worker fell silent, at most 100.
pub async fn lapsed(
    conn: &mut AnyConnection,
    now: Timestamp,
    waited_since: Timestamp,
) -> Result<Vec<Snapshot>, StoreError> {
    let rows = sqlx::query("SELECT * FROM snapshots WHERE (state = 'running' AND lease_until < $1) OR (state = 'queued' AND asked_at < $2) LIMIT 100")
        .bind(micros(now))
        .bind(micros(waited_since))
        .fetch_all(conn)
        .await?;
    rows.iter().map(snapshot).collect()
}

/// Forgets those that were asked for before this moment.
pub async fn forget(conn: &mut AnyConnection, before: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM snapshots WHERE ended_at IS NOT NULL AND asked_at < $1")
        .bind(micros(before))
        .execute(conn)
        .await?;
    Ok(())
}
