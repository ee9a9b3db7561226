//! Runs in the hands of workers: who holds one and until when, how far it is, and which pages it saw.

use super::{Small, StoreError, id, keyed, micros};
use domain::Timestamp;
use domain::audit::{AuditOutcome, ScannedPage, SkipReason, SkippedPage};
use domain::id::{ProjectId, ReportId, ScanRunId};
use sqlx::{AnyConnection, Row};
use std::collections::BTreeSet;

/// The run that has waited longest, of those that may be taken now.
pub async fn longest_waiting(
    conn: &mut AnyConnection,
    now: Timestamp,
) -> Result<Option<ScanRunId>, StoreError> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT id FROM scan_runs WHERE status = 'queued' AND claimable_at <= $1 ORDER BY queued_at, id LIMIT 1",
    )
    .bind(micros(now))
    .fetch_optional(conn)
    .await?;
    found
        .as_deref()
        .map(|text| Ok(id("scan run", text)?))
        .transpose()
}

/// Lets nobody take a queued run before this moment.
pub async fn put_off(
    conn: &mut AnyConnection,
    run: &ScanRunId,
    until: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE scan_runs SET claimable_at = $2 WHERE id = $1 AND status = 'queued'")
        .bind(run.as_str())
        .bind(micros(until))
        .execute(conn)
        .await?;
    Ok(())
}

/// What a worker gets when it takes a run.
#[derive(Clone, Debug)]
pub struct NewLease<'a> {
    /// The worker.
    pub worker: &'a str,
    /// The proof that it holds the run.
    pub lease: &'a str,
    /// Until when.
    pub until: Timestamp,
    /// Pages that it may scan.
    pub page_limit: u32,
}

/// Gives a queued run to a worker; whether it was still queued.
pub async fn take(
    conn: &mut AnyConnection,
    run: &ScanRunId,
    lease: &NewLease<'_>,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query(
        "UPDATE scan_runs SET status = 'running', worker = $2, lease = $3, lease_until = $4, page_limit = $5, pages_total = $5, started_at = $6 \
         WHERE id = $1 AND status = 'queued'",
    )
    .bind(run.as_str())
    .bind(lease.worker)
    .bind(lease.lease)
    .bind(micros(lease.until))
    .bind(i64::from(lease.page_limit))
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// How far a run is.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The page that is looked at now.
    pub current_page: Option<&'a str>,
    /// Pages that are done.
    pub pages_done: u32,
    /// Pages in all, as far as is known.
    pub pages_total: u32,
    /// Until when the worker holds the run now.
    pub until: Timestamp,
}

/// Writes down how far a running run is, when this lease holds it; whether it does.
pub async fn advance(
    conn: &mut AnyConnection,
    run: &ScanRunId,
    lease: &str,
    standing: &Standing<'_>,
) -> Result<bool, sqlx::Error> {
    let moved = sqlx::query(
        "UPDATE scan_runs SET current_page = $3, pages_done = max(pages_done, $4), pages_total = $5, lease_until = $6 \
         WHERE id = $1 AND lease = $2 AND status = 'running'",
    )
    .bind(run.as_str())
    .bind(lease)
    .bind(standing.current_page)
    .bind(i64::from(standing.pages_done))
    .bind(i64::from(standing.pages_total))
    .bind(micros(standing.until))
    .execute(conn)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Running runs whose worker has not been heard of in time, at most 100.
pub async fn lapsed(
    conn: &mut AnyConnection,
    now: Timestamp,
) -> Result<Vec<ScanRunId>, StoreError> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM scan_runs WHERE status = 'running' AND lease_until < $1 ORDER BY lease_until LIMIT 100",
    )
    .bind(micros(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|text| Ok(id("scan run", text)?)).collect()
}

/// Writes down which pages a run scanned and which it skipped.
pub async fn insert_pages(
    conn: &mut AnyConnection,
    run: &ScanRunId,
    outcome: &AuditOutcome,
) -> Result<(), sqlx::Error> {
    let scanned = outcome
        .pages
        .iter()
        .map(|page| (&page.url, Some(page.status), None));
    let skipped = outcome
        .skipped
        .iter()
        .map(|page| (&page.url, None, Some(page.reason.key())));
    for (position, (url, status, reason)) in (0_i64..).zip(scanned.chain(skipped)) {
        sqlx::query("INSERT INTO scan_pages (scan_run_id, position, url, status, skipped) VALUES ($1,$2,$3,$4,$5)")
            .bind(run.as_str())
            .bind(position)
            .bind(url)
            .bind(status.map(i64::from))
            .bind(reason)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query("UPDATE scan_runs SET skipped_more = $2 WHERE id = $1")
        .bind(run.as_str())
        .bind(i64::from(outcome.skipped_more))
        .execute(conn)
        .await?;
    Ok(())
}

/// The pages of a run: scanned, skipped, and how many more were skipped.
pub async fn pages(
    conn: &mut AnyConnection,
    run: &ScanRunId,
) -> Result<(Vec<ScannedPage>, Vec<SkippedPage>, u32), StoreError> {
    let Small(more) = sqlx::query_scalar("SELECT skipped_more FROM scan_runs WHERE id = $1")
        .bind(run.as_str())
        .fetch_one(&mut *conn)
        .await?;
    let rows = sqlx::query(
        "SELECT url, status, skipped FROM scan_pages WHERE scan_run_id = $1 ORDER BY position",
    )
    .bind(run.as_str())
    .fetch_all(conn)
    .await?;
    let (mut scanned, mut skipped) = (Vec::new(), Vec::new());
    for row in &rows {
        let url = row.try_get("url")?;
        match row.try_get::<Option<String>, _>("skipped")? {
            Some(reason) => skipped.push(SkippedPage {
                url,
                reason: keyed("skip reason", &reason, SkipReason::parse)?,
            }),
            None => scanned.push(ScannedPage {
                url,
                status: row.try_get::<Small<u16>, _>("status")?.0,
            }),
        }
    }
    Ok((scanned, skipped, more))
}

/// Ties a run and its report together; the first published report of a project becomes what monitoring compares with.
pub async fn connect_report(
    conn: &mut AnyConnection,
    (project, run, report): (&ProjectId, &ScanRunId, &ReportId),
    published: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE scan_runs SET report_id = $2 WHERE id = $1")
        .bind(run.as_str())
        .bind(report.as_str())
        .execute(&mut *conn)
        .await?;
    sqlx::query("UPDATE reports SET scan_run_id = $2 WHERE id = $1")
        .bind(report.as_str())
        .bind(run.as_str())
        .execute(&mut *conn)
        .await?;
    if published {
        sqlx::query("UPDATE projects SET baseline_report_id = $2 WHERE id = $1 AND baseline_report_id IS NULL")
            .bind(project.as_str())
            .bind(report.as_str())
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Fingerprints of this project's findings that were marked as false positives.
pub async fn false_positives(
    conn: &mut AnyConnection,
    project: &ProjectId,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT f.fingerprint FROM findings f JOIN reports r ON r.id = f.report_id \
         WHERE r.project_id = $1 AND f.ineligible = 'false_positive' AND f.fingerprint IS NOT NULL",
    )
    .bind(project.as_str())
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}
