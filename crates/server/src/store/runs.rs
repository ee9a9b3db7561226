//! Lists of scan runs.

use super::projects::scan;
use super::{StoreError, id};
use domain::id::{AccountId, ProjectId, ScanRunId};
use domain::scan::{ScanRow, ScanStatus};
use sqlx::{AnyConnection, Row};

/// How many runs a page of the list has.
const PAGE: usize = 50;

/// Which runs to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunFilter<'a> {
    /// Only these.
    pub status: Option<ScanStatus>,
    /// Only this project.
    pub project: Option<&'a ProjectId>,
    /// Only runs that stand after this one.
    pub after: Option<&'a ScanRunId>,
}

/// The runs of the projects that an account owns, newest first, and the run after which the list goes on.
pub async fn of_account(
    conn: &mut AnyConnection,
    account: &AccountId,
    filter: &RunFilter<'_>,
) -> Result<(Vec<ScanRow>, Option<ScanRunId>), StoreError> {
    let rows = sqlx::query(
        "SELECT s.*, h.status AS hold_status, p.name AS project_name, p.domain AS project_domain \
         FROM scan_runs s JOIN projects p ON p.id = s.project_id LEFT JOIN holds h ON h.account_id = s.billing_account_id AND h.id = s.hold_id \
         WHERE p.account_id = $1 AND ($2 IS NULL OR s.status = $2) AND ($3 IS NULL OR s.project_id = $3) \
           AND ($4 IS NULL OR (s.queued_at, s.id) < (SELECT a.queued_at, a.id FROM scan_runs a WHERE a.id = $4)) \
         ORDER BY s.queued_at DESC, s.id DESC LIMIT $5",
    )
    .bind(account.as_str())
    .bind(filter.status.map(ScanStatus::key))
    .bind(filter.project.map(ProjectId::as_str))
    .bind(filter.after.map(ScanRunId::as_str))
    .bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    let next = match rows.get(PAGE - 1) {
        Some(last) if rows.len() > PAGE => Some(id("scan run", last.try_get("id")?)?),
        _ => None,
    };
    let items = rows
        .iter()
        .take(PAGE)
        .map(|row| {
            let stored = scan(row)?;
            Ok(ScanRow {
                run: stored.run,
                project_name: row.try_get("project_name")?,
                domain: row.try_get("project_domain")?,
                started_by: stored.started_by,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok((items, next))
}
