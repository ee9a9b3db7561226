//! Idempotency keys as stored: what each was used for, how far its work is, and its answer.

use super::{Small, StoreError, micros, moment};
use domain::Timestamp;
use sqlx::{AnyConnection, Row};

/// A key in the hands of a principal: two people may use the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyId {
    /// Who uses it: a user's id, or who else writes.
    pub principal: String,
    /// What they sent.
    pub key: String,
}

/// How far the work under a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Answered with this status and body.
    Done {
        /// The HTTP status.
        status: u16,
        /// The JSON body.
        body: String,
    },
    /// Its first step is committed; the resource says what it is about.
    Paused {
        /// What the first step made.
        resource: String,
        /// Until when the one who works on it has it alone.
        locked_until: Timestamp,
        /// The process that works on it.
        locked_by: Option<i64>,
    },
    /// Its first step is under way.
    Started,
}

/// A key as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// What was asked for, as a hash.
    pub request_hash: String,
    /// How far it is.
    pub progress: Progress,
}

/// Takes a key that nobody has used; answers whether it was free.
pub async fn take(
    conn: &mut AnyConnection,
    id: &KeyId,
    request_hash: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO idempotency_keys (principal, key, request_hash, state, created_at) VALUES ($1,$2,$3,'started',$4) ON CONFLICT DO NOTHING",
    )
    .bind(&id.principal)
    .bind(&id.key)
    .bind(request_hash)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Loads a key that was taken before.
pub async fn load(conn: &mut AnyConnection, id: &KeyId) -> Result<StoredKey, StoreError> {
    let row = sqlx::query("SELECT * FROM idempotency_keys WHERE principal = $1 AND key = $2")
        .bind(&id.principal)
        .bind(&id.key)
        .fetch_one(conn)
        .await?;
    let state: String = row.try_get("state")?;
    let resource: Option<String> = row.try_get("resource")?;
    let progress = match (state.as_str(), resource) {
        ("done", _) => Progress::Done {
            status: row.try_get::<Small<u16>, _>("status_code")?.0,
            body: row.try_get("response_body")?,
        },
        (_, Some(resource)) => Progress::Paused {
            resource,
            locked_until: moment(row.try_get("locked_until")?)?,
            locked_by: row.try_get("locked_by")?,
        },
        (_, None) => Progress::Started,
    };
    Ok(StoredKey {
        request_hash: row.try_get("request_hash")?,
        progress,
    })
}

/// Until when a process has the work under a key alone.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// The last moment.
    pub until: Timestamp,
    /// The process, where the others can tell whether it is there.
    pub by: Option<i64>,
}

/// Notes what the first step made, and who works on has it alone.
pub async fn pause(
    conn: &mut AnyConnection,
    id: &KeyId,
    resource: &str,
    lease: Lease,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE idempotency_keys SET resource = $3, locked_until = $4, locked_by = $5 WHERE principal = $1 AND key = $2")
        .bind(&id.principal)
        .bind(&id.key)
        .bind(resource)
        .bind(micros(lease.until))
        .bind(lease.by)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets nobody else work under the key.
pub async fn lock(conn: &mut AnyConnection, id: &KeyId, lease: Lease) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE idempotency_keys SET locked_until = $3, locked_by = $4 WHERE principal = $1 AND key = $2")
        .bind(&id.principal)
        .bind(&id.key)
        .bind(micros(lease.until))
        .bind(lease.by)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps the answer; every later request with the key gets it.
pub async fn answer(
    conn: &mut AnyConnection,
    id: &KeyId,
    status: u16,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE idempotency_keys SET state = 'done', status_code = $3, response_body = $4 WHERE principal = $1 AND key = $2")
        .bind(&id.principal)
        .bind(&id.key)
        .bind(i64::from(status))
        .bind(body)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets keys that were taken before this moment.
pub async fn forget_before(conn: &mut AnyConnection, before: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM idempotency_keys WHERE created_at < $1")
        .bind(micros(before))
        .execute(conn)
        .await?;
    Ok(())
}
