//! Connected access of projects, as stored.

use super::{Flag, StoreError, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::fix::access::{AccessStatus, RepositoryProvider, RequestAccess};
use domain::id::ProjectId;
use sqlx::{AnyConnection, Row};

/// The access of a project as stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Where the repository is.
    pub provider: RepositoryProvider,
    /// Which repository.
    pub repository: String,
    /// The base branch.
    pub base: String,
    /// What the repository must hold before access is granted: 32 hexadecimal digits, the same for all that the project names.
    pub token: String,
    /// How it stands.
    pub status: AccessStatus,
    /// Who asked for it, and when.
    pub requested: (String, Timestamp),
    /// Who granted it, and when.
    pub granted: Option<(String, Timestamp)>,
    /// Who revoked it, and when.
    pub revoked: Option<(String, Timestamp)>,
}

/// The access of a project.
pub async fn load(
    conn: &mut AnyConnection,
    project: &ProjectId,
) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query("SELECT * FROM project_access WHERE project_id = $1")
        .bind(project.as_str())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let granted_by: Option<String> = row.try_get("granted_by")?;
    let revoked_by: Option<String> = row.try_get("revoked_by")?;
    Ok(Some(Stored {
        provider: keyed(
            "provider",
            row.try_get("provider")?,
            RepositoryProvider::parse,
        )?,
        repository: row.try_get("repository_id")?,
        base: row.try_get("base_branch")?,
        token: row
            .try_get::<Option<String>, _>("token")?
            .unwrap_or_default(),
        status: keyed("access status", row.try_get("status")?, AccessStatus::parse)?,
        requested: (
            row.try_get("requested_by")?,
            moment(row.try_get("requested_at")?)?,
        ),
        granted: granted_by.zip(maybe_moment(row.try_get("granted_at")?)?),
        revoked: revoked_by.zip(maybe_moment(row.try_get("revoked_at")?)?),
    }))
}

/// Notes what is asked for, in the place of what was there; nothing is connected by it. A project keeps its first token.
pub async fn request(
    conn: &mut AnyConnection,
    project: &ProjectId,
    (wanted, token): (&RequestAccess, &str),
    by: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO project_access (project_id, provider, repository_id, base_branch, status, requested_by, requested_at, token) VALUES ($1,$2,$3,$4,'requested',$5,$6,$7) \
         ON CONFLICT (project_id) DO UPDATE SET provider = excluded.provider, repository_id = excluded.repository_id, base_branch = excluded.base_branch, \
         status = 'requested', requested_by = excluded.requested_by, requested_at = excluded.requested_at, granted_by = NULL, granted_at = NULL, \
         revoked_by = NULL, revoked_at = NULL, token = coalesce(project_access.token, excluded.token)",
    )
    .bind(project.as_str())
    .bind(wanted.provider.key())
    .bind(&wanted.repository_id)
    .bind(&wanted.base_branch)
    .bind(by)
    .bind(micros(now))
    .bind(token)
    .execute(&mut *conn)
    .await?;
    connect(conn, project, false).await
}

/// Grants what was asked for; whether it was waiting for that.
pub async fn grant(
    conn: &mut AnyConnection,
    project: &ProjectId,
    by: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE project_access SET status = 'granted', granted_by = $2, granted_at = $3 WHERE project_id = $1 AND status = 'requested'")
        .bind(project.as_str())
        .bind(by)
        .bind(micros(now))
        .execute(&mut *conn)
        .await?;
    let done = done.rows_affected() == 1;
    if done {
        connect(conn, project, true).await?;
    }
    Ok(done)
}

/// Revokes the access, granted or only asked for; whether there was one.
pub async fn revoke(
    conn: &mut AnyConnection,
    project: &ProjectId,
    by: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE project_access SET status = 'revoked', revoked_by = $2, revoked_at = $3 WHERE project_id = $1 AND status <> 'revoked'")
        .bind(project.as_str())
        .bind(by)
        .bind(micros(now))
        .execute(&mut *conn)
        .await?;
    connect(conn, project, false).await?;
    Ok(done.rows_affected() == 1)
}

async fn connect(
    conn: &mut AnyConnection,
    project: &ProjectId,
    connected: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE projects SET connected_access = $2 WHERE id = $1")
        .bind(project.as_str())
        .bind(Flag(connected))
        .execute(conn)
        .await?;
    Ok(())
}
