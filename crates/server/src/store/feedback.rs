//! What readers of guides answered, and what operators did about it.

use super::{Flag, StoreError, keyed, micros, moment};
use domain::Timestamp;
use domain::guide::Guide;
use domain::guide::feedback::FeedbackState;
use domain::id::FeedbackId;
use domain::role::Role;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// An answer as it is kept.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// Its name.
    pub id: FeedbackId,
    /// About which guide.
    pub guide: Guide,
    /// Which text of it.
    pub version: String,
    /// The reader's role, if they stood in an account.
    pub role: Option<Role>,
    /// Whether it was helpful.
    pub helpful: bool,
    /// What was missing.
    pub missing: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// Who resolved it and when.
    pub resolved: Option<(String, Timestamp)>,
}

/// Which answers to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeedbackFilter<'a> {
    /// Only these.
    pub state: Option<FeedbackState>,
    /// Only about this guide.
    pub guide: Option<Guide>,
    /// Only what stands after this one.
    pub after: Option<&'a FeedbackId>,
}

const PAGE: usize = 50;

/// Keeps an answer.
pub async fn insert(conn: &mut AnyConnection, given: &Feedback) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO guide_feedback (id, guide, version, role, helpful, missing, given_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')",
    )
    .bind(given.id.as_str())
    .bind(given.guide.key())
    .bind(&given.version)
    .bind(given.role.map(Role::key))
    .bind(Flag(given.helpful))
    .bind(&given.missing)
    .bind(micros(given.given_at))
    .execute(conn)
    .await?;
    Ok(())
}

/// How many answers came since then.
pub async fn since(conn: &mut AnyConnection, then: Timestamp) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM guide_feedback WHERE given_at >= $1")
        .bind(micros(then))
        .fetch_one(conn)
        .await
}

/// How many answers are open.
pub async fn open(conn: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM guide_feedback WHERE state = 'open'")
        .fetch_one(conn)
        .await
}

/// The answers, newest first, and the one after which they go on.
pub async fn list(
    conn: &mut AnyConnection,
    filter: FeedbackFilter<'_>,
) -> Result<(Vec<Feedback>, Option<FeedbackId>), StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM guide_feedback WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR guide = $2) \
         AND ($3 IS NULL OR (given_at, id) < (SELECT given_at, id FROM guide_feedback WHERE id = $3)) \
         ORDER BY given_at DESC, id DESC LIMIT $4",
    )
    .bind(filter.state.map(FeedbackState::key))
    .bind(filter.guide.map(Guide::key))
    .bind(filter.after.map(FeedbackId::as_str))
    .bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    let more = rows.len() > PAGE;
    let found: Vec<Feedback> = rows.iter().take(PAGE).map(read).collect::<Result<_, _>>()?;
    let cursor = found.last().filter(|_| more).map(|last| last.id.clone());
    Ok((found, cursor))
}

/// One answer.
pub async fn one(
    conn: &mut AnyConnection,
    id: &FeedbackId,
) -> Result<Option<Feedback>, StoreError> {
    let row = sqlx::query("SELECT * FROM guide_feedback WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Marks an open answer as resolved; one that is stays as it is.
pub async fn resolve(
    conn: &mut AnyConnection,
    id: &FeedbackId,
    by: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE guide_feedback SET state = 'resolved', resolved_by = $2, resolved_at = $3 WHERE id = $1 AND state = 'open'")
        .bind(id.as_str())
        .bind(by)
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Feedback, StoreError> {
    let role: Option<String> = row.try_get("role")?;
    let at: Option<i64> = row.try_get("resolved_at")?;
    let by: Option<String> = row.try_get("resolved_by")?;
    Ok(Feedback {
        id: super::id("feedback", row.try_get("id")?)?,
        guide: keyed("guide", row.try_get("guide")?, Guide::parse)?,
        version: row.try_get("version")?,
        role: role
            .map(|role| keyed("role", &role, Role::parse))
            .transpose()?,
        helpful: row.try_get::<Flag, _>("helpful")?.0,
        missing: row.try_get("missing")?,
        given_at: moment(row.try_get("given_at")?)?,
        resolved: at
            .map(|at| Ok::<_, StoreError>((by.unwrap_or_default(), moment(at)?)))
            .transpose()?,
    })
}
