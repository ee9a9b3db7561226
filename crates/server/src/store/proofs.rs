//! Challenges that prove domains, and until when a proof holds.

use super::{StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::id::ProjectId;
use domain::project::DomainStatus;
use domain::proof::ProofMethod;
use sqlx::{AnyConnection, Row};

/// A challenge as stored.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Where the proof goes.
    pub method: ProofMethod,
    /// What it says: 32 hexadecimal digits.
    pub token: String,
    /// When the challenge was created.
    pub created_at: Timestamp,
    /// When the proof was found.
    pub verified_at: Option<Timestamp>,
    /// Until when it holds.
    pub holds_until: Option<Timestamp>,
}

/// The challenge of a project.
pub async fn load(
    conn: &mut AnyConnection,
    project: &ProjectId,
) -> Result<Option<Proof>, StoreError> {
    let row = sqlx::query("SELECT * FROM domain_proofs WHERE project_id = $1")
        .bind(project.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        Ok(Proof {
            method: keyed("proof method", row.try_get("method")?, ProofMethod::parse)?,
            token: row.try_get("token")?,
            created_at: moment(row.try_get("created_at")?)?,
            verified_at: maybe_moment(row.try_get("verified_at")?)?,
            holds_until: maybe_moment(row.try_get("holds_until")?)?,
        })
    })
    .transpose()
}

/// Puts a new challenge in the place of an older one; what is proven stays so.
pub async fn challenge(
    conn: &mut AnyConnection,
    project: &ProjectId,
    (method, token): (ProofMethod, &str),
    by: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO domain_proofs (project_id, method, token, created_by, created_at) VALUES ($1,$2,$3,$4,$5) \
         ON CONFLICT (project_id) DO UPDATE SET method = excluded.method, token = excluded.token, created_by = excluded.created_by, created_at = excluded.created_at",
    )
    .bind(project.as_str())
    .bind(method.key())
    .bind(token)
    .bind(by)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down that the proof was found and until when it holds.
pub async fn verified(
    conn: &mut AnyConnection,
    project: &ProjectId,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE domain_proofs SET verified_at = $2, holds_until = $3 WHERE project_id = $1",
    )
    .bind(project.as_str())
    .bind(micros(now))
    .bind(micros(until))
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes where the domain of a project stands.
pub async fn set_status(
    conn: &mut AnyConnection,
    project: &ProjectId,
    status: DomainStatus,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE projects SET domain_status = $2 WHERE id = $1")
        .bind(project.as_str())
        .bind(status.key())
        .execute(conn)
        .await?;
    Ok(())
}

/// Projects whose proof holds no longer, at most 100.
pub async fn expired(
    conn: &mut AnyConnection,
    now: Timestamp,
) -> Result<Vec<ProjectId>, StoreError> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT d.project_id FROM domain_proofs d JOIN projects p ON p.id = d.project_id WHERE p.domain_status = 'verified' AND d.holds_until < $1 LIMIT 100",
    )
    .bind(micros(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|text| Ok(id("project", text)?)).collect()
}
