//! What is selected of a project's pages, and who accepted exactly what.

use super::{StoreError, keyed, micros, moment};
use domain::Timestamp;
use domain::id::ProjectId;
use domain::project::ScopeStatus;
use domain::scope::Acceptance;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};

/// What is selected now.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Every selected page, as a path.
    pub pages: Vec<String>,
    /// Those that were added by hand.
    pub manual: Vec<String>,
    /// Names exactly these pages; empty when nothing is selected.
    pub digest: String,
}

/// Names exactly these pages: 64 hexadecimal digits; nothing for no pages.
pub fn digest(pages: &[String]) -> String {
    if pages.is_empty() {
        return String::new();
    }
    let mut hash = Sha256::new();
    for page in pages {
        hash.update(page.as_bytes());
        hash.update(b"\n");
    }
    hex::encode(hash.finalize())
}

fn list(text: &str) -> Result<Vec<String>, StoreError> {
    Ok(keyed("pages", text, |text| {
        serde_json::from_str(text).ok()
    })?)
}

fn text(pages: &[String]) -> String {
    serde_json::Value::from(pages).to_string()
}

/// The selection of a project; an empty one when nobody ever selected.
pub async fn selection(
    conn: &mut AnyConnection,
    project: &ProjectId,
) -> Result<Selection, StoreError> {
    let row =
        sqlx::query("SELECT pages, manual, digest FROM scope_selections WHERE project_id = $1")
            .bind(project.as_str())
            .fetch_optional(conn)
            .await?;
    row.map_or_else(
        || Ok(Selection::default()),
        |row| {
            Ok(Selection {
                pages: list(row.try_get("pages")?)?,
                manual: list(row.try_get("manual")?)?,
                digest: row.try_get("digest")?,
            })
        },
    )
}

/// Replaces what is selected.
pub async fn select(
    conn: &mut AnyConnection,
    project: &ProjectId,
    selection: &Selection,
    by: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO scope_selections (project_id, pages, manual, digest, changed_by, changed_at) VALUES ($1,$2,$3,$4,$5,$6) \
         ON CONFLICT (project_id) DO UPDATE SET pages = excluded.pages, manual = excluded.manual, digest = excluded.digest, \
         changed_by = excluded.changed_by, changed_at = excluded.changed_at",
    )
    .bind(project.as_str())
    .bind(text(&selection.pages))
    .bind(text(&selection.manual))
    .bind(&selection.digest)
    .bind(by)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest acceptance with the digest of its pages.
pub async fn accepted(
    conn: &mut AnyConnection,
    project: &ProjectId,
) -> Result<Option<(String, Acceptance)>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM scope_acceptances WHERE project_id = $1 ORDER BY seq DESC LIMIT 1",
    )
    .bind(project.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let acceptance = Acceptance {
            accepted_by: row.try_get("accepted_by_name")?,
            accepted_at: moment(row.try_get("accepted_at")?)?,
            pages: list(row.try_get("pages")?)?,
        };
        Ok((row.try_get("digest")?, acceptance))
    })
    .transpose()
}

/// Writes down who accepted exactly what.
pub async fn accept(
    conn: &mut AnyConnection,
    project: &ProjectId,
    selection: &Selection,
    (user, name): (&str, &str),
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO scope_acceptances (project_id, seq, pages, digest, accepted_by, accepted_by_name, accepted_at) \
         SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6 FROM scope_acceptances WHERE project_id = $1",
    )
    .bind(project.as_str())
    .bind(text(&selection.pages))
    .bind(&selection.digest)
    .bind(user)
    .bind(name)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes where the scope of a project stands, and how many pages it has.
pub async fn set_status(
    conn: &mut AnyConnection,
    project: &ProjectId,
    status: ScopeStatus,
    pages: usize,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE projects SET scope = $2, scope_pages = $3 WHERE id = $1")
        .bind(project.as_str())
        .bind(status.key())
        .bind(i64::try_from(pages).unwrap_or(i64::MAX))
        .execute(conn)
        .await?;
    Ok(())
}
