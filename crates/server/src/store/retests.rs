//! Retests of fix tasks: what was asked for, and what each run said about each finding.

use super::{StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::fix::retest::{FindingRetest, Judgement, Retest, RetestStatus};
use domain::id::{FindingId, FixTaskId, ScanRunId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Keeps a retest that was requested; `pages` are paths.
pub async fn insert(
    conn: &mut AnyConnection,
    (run, task): (&ScanRunId, &FixTaskId),
    pages: &[String],
    by: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO retests (scan_run_id, fix_task_id, pages, status, requested_by, requested_at) VALUES ($1,$2,$3,'pending',$4,$5)")
        .bind(run.as_str())
        .bind(task.as_str())
        .bind(serde_json::json!(pages).to_string())
        .bind(by)
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// The pages that a run retests, as paths; `None` when it is no retest.
pub async fn pages(
    conn: &mut AnyConnection,
    run: &ScanRunId,
) -> Result<Option<Vec<String>>, StoreError> {
    let found: Option<String> =
        sqlx::query_scalar("SELECT pages FROM retests WHERE scan_run_id = $1")
            .bind(run.as_str())
            .fetch_optional(conn)
            .await?;
    found
        .map(|text| {
            Ok(keyed("pages", &text, |text| {
                serde_json::from_str(text).ok()
            })?)
        })
        .transpose()
}

/// The task that an unfinished retest belongs to.
pub async fn pending_task(
    conn: &mut AnyConnection,
    run: &ScanRunId,
) -> Result<Option<FixTaskId>, StoreError> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT fix_task_id FROM retests WHERE scan_run_id = $1 AND status = 'pending'",
    )
    .bind(run.as_str())
    .fetch_optional(conn)
    .await?;
    found
        .as_deref()
        .map(|text| Ok(id("fix task", text)?))
        .transpose()
}

/// The task that a run retests.
pub async fn task_of(
    conn: &mut AnyConnection,
    run: &ScanRunId,
) -> Result<Option<FixTaskId>, StoreError> {
    let found: Option<String> =
        sqlx::query_scalar("SELECT fix_task_id FROM retests WHERE scan_run_id = $1")
            .bind(run.as_str())
            .fetch_optional(conn)
            .await?;
    found
        .as_deref()
        .map(|text| Ok(id("fix task", text)?))
        .transpose()
}

/// Ends a retest with what it says about each finding. A finding that is still there can become fix work again.
pub async fn end(
    conn: &mut AnyConnection,
    (run, task): (&ScanRunId, &FixTaskId),
    status: RetestStatus,
    results: &[(FindingId, Judgement)],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE retests SET status = $2, ended_at = $3 WHERE scan_run_id = $1")
        .bind(run.as_str())
        .bind(status.key())
        .bind(micros(now))
        .execute(&mut *conn)
        .await?;
    for (finding, judgement) in results {
        sqlx::query("INSERT INTO retest_results (scan_run_id, finding_id, status, reason, evidence, at) VALUES ($1,$2,$3,$4,$5,$6)")
            .bind(run.as_str())
            .bind(finding.as_str())
            .bind(judgement.status.key())
            .bind(&judgement.reason)
            .bind(&judgement.evidence)
            .bind(micros(now))
            .execute(&mut *conn)
            .await?;
        if judgement.status == RetestStatus::Failed {
            sqlx::query(
                "UPDATE fix_task_findings SET live = 0 WHERE fix_task_id = $1 AND finding_id = $2",
            )
            .bind(task.as_str())
            .bind(finding.as_str())
            .execute(&mut *conn)
            .await?;
        }
    }
    Ok(())
}

/// What the newest retest says about a finding, from the columns that are read with it.
pub(super) fn of_finding(row: &AnyRow) -> Result<Option<FindingRetest>, StoreError> {
    let Some(run) = row.try_get::<Option<String>, _>("retest_run")? else {
        return Ok(None);
    };
    Ok(Some(FindingRetest {
        finding_id: id("finding", row.try_get("id")?)?,
        title: row.try_get("title")?,
        retest_scan_run_id: id("scan run", &run)?,
        retest_status: keyed(
            "retest status",
            row.try_get("retest_status")?,
            RetestStatus::parse,
        )?,
        missing_artifact_reason: row.try_get("retest_reason")?,
        evidence: row.try_get("retest_evidence")?,
        at: moment(row.try_get("retest_at")?)?,
    }))
}

/// The retests of a task, newest first, at most 20.
pub async fn of_task(
    conn: &mut AnyConnection,
    task: &FixTaskId,
) -> Result<Vec<Retest>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM retests WHERE fix_task_id = $1 ORDER BY requested_at DESC, scan_run_id LIMIT 20",
    )
    .bind(task.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let mut retests = Vec::with_capacity(rows.len());
    for row in &rows {
        let run: ScanRunId = id("scan run", row.try_get("scan_run_id")?)?;
        retests.push(Retest {
            results: results(&mut *conn, &run).await?,
            retest_scan_run_id: run,
            retest_status: keyed("retest status", row.try_get("status")?, RetestStatus::parse)?,
            retest_requested_at: moment(row.try_get("requested_at")?)?,
            requested_by: row.try_get("requested_by")?,
            ended_at: maybe_moment(row.try_get("ended_at")?)?,
        });
    }
    Ok(retests)
}

async fn results(
    conn: &mut AnyConnection,
    run: &ScanRunId,
) -> Result<Vec<FindingRetest>, StoreError> {
    let rows = sqlx::query(
        "SELECT f.id, f.title, e.scan_run_id AS retest_run, e.status AS retest_status, e.reason AS retest_reason, \
         e.evidence AS retest_evidence, e.at AS retest_at FROM retest_results e JOIN findings f ON f.id = e.finding_id \
         WHERE e.scan_run_id = $1 ORDER BY f.position",
    )
    .bind(run.as_str())
    .fetch_all(conn)
    .await?;
    let found: Result<Vec<_>, StoreError> = rows.iter().map(of_finding).collect();
    Ok(found?.into_iter().flatten().collect())
}
