//! When projects are looked at again, and what each look found changed.

use super::{Small, StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::id::{ProjectId, ReportId, ScanRunId};
use domain::monitoring::{ChangeCounts, ChangedIssue, Frequency, Issue, MonitoringRun};
use domain::report::Severity;
use domain::scan::ScanStatus;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A schedule as stored.
#[derive(Clone, Debug)]
pub struct StoredSchedule {
    /// The project.
    pub project: ProjectId,
    /// How often.
    pub frequency: Frequency,
    /// The IANA name of its time zone.
    pub time_zone: String,
    /// The next run; `None` while monitoring is not enabled.
    pub next_at: Option<Timestamp>,
    /// When a run was due last that could not begin, and why.
    pub refused: Option<(Timestamp, String)>,
}

fn schedule(row: &AnyRow) -> Result<StoredSchedule, StoreError> {
    let refused_at = maybe_moment(row.try_get("refused_at")?)?;
    let why: Option<String> = row.try_get("refused_why")?;
    Ok(StoredSchedule {
        project: id("project", row.try_get("project_id")?)?,
        frequency: keyed("frequency", row.try_get("frequency")?, Frequency::parse)?,
        time_zone: row.try_get("time_zone")?,
        next_at: maybe_moment(row.try_get("next_at")?)?,
        refused: refused_at.zip(why),
    })
}

/// The schedule of a project.
pub async fn load(
    conn: &mut AnyConnection,
    project: &ProjectId,
) -> Result<Option<StoredSchedule>, StoreError> {
    let row = sqlx::query("SELECT * FROM monitoring_schedules WHERE project_id = $1")
        .bind(project.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(schedule).transpose()
}

/// Writes a schedule in the place of an older one.
pub async fn save(conn: &mut AnyConnection, schedule: &StoredSchedule) -> Result<(), sqlx::Error> {
    let (at, why) = schedule.refused.clone().unzip();
    sqlx::query(
        "INSERT INTO monitoring_schedules (project_id, frequency, time_zone, next_at, refused_at, refused_why) VALUES ($1,$2,$3,$4,$5,$6) \
         ON CONFLICT (project_id) DO UPDATE SET frequency = excluded.frequency, time_zone = excluded.time_zone, next_at = excluded.next_at, \
         refused_at = excluded.refused_at, refused_why = excluded.refused_why",
    )
    .bind(schedule.project.as_str())
    .bind(schedule.frequency.key())
    .bind(&schedule.time_zone)
    .bind(schedule.next_at.map(micros))
    .bind(at.map(micros))
    .bind(why)
    .execute(conn)
    .await?;
    Ok(())
}

/// Schedules whose run is due, those that wait longest first, at most 100.
pub async fn due(
    conn: &mut AnyConnection,
    now: Timestamp,
) -> Result<Vec<StoredSchedule>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM monitoring_schedules WHERE next_at <= $1 ORDER BY next_at LIMIT 100",
    )
    .bind(micros(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(schedule).collect()
}

/// The published report that stands before a run's own, if there is one.
pub async fn report_before(
    conn: &mut AnyConnection,
    project: &ProjectId,
    own: &ReportId,
) -> Result<Option<ReportId>, StoreError> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT id FROM reports WHERE project_id = $1 AND id <> $2 AND publication_status = 'published' ORDER BY scanned_at DESC, id LIMIT 1",
    )
    .bind(project.as_str())
    .bind(own.as_str())
    .fetch_optional(conn)
    .await?;
    found.map(|text| Ok(id("report", &text)?)).transpose()
}

/// The run that a report was made of.
pub async fn run_of_report(
    conn: &mut AnyConnection,
    report: &ReportId,
) -> Result<Option<ScanRunId>, StoreError> {
    let found: Option<String> = sqlx::query_scalar("SELECT scan_run_id FROM reports WHERE id = $1")
        .bind(report.as_str())
        .fetch_one(conn)
        .await?;
    found.map(|text| Ok(id("scan run", &text)?)).transpose()
}

/// The issues of a report, without those that were marked as false positives.
pub async fn issues(conn: &mut AnyConnection, report: &ReportId) -> Result<Vec<Issue>, StoreError> {
    let rows = sqlx::query(
        "SELECT fingerprint, title, severity, affected_url FROM findings WHERE report_id = $1 AND (ineligible IS NULL OR ineligible <> 'false_positive') ORDER BY position",
    )
    .bind(report.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Issue {
                fingerprint: row.try_get("fingerprint")?,
                title: row.try_get("title")?,
                severity: keyed("severity", row.try_get("severity")?, Severity::parse)?,
                affected_url: row.try_get("affected_url")?,
            })
        })
        .collect()
}

/// Keeps what a run found changed.
pub async fn insert_comparison(
    conn: &mut AnyConnection,
    (run, before): (&ScanRunId, &ReportId),
    counts: ChangeCounts,
    issues: &[ChangedIssue],
) -> Result<(), StoreError> {
    let text = serde_json::to_string(issues).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO comparisons (scan_run_id, before_report_id, issues, new_count, recurring_count, resolved_count, inconclusive_count) VALUES ($1,$2,$3,$4,$5,$6,$7)",
    )
    .bind(run.as_str())
    .bind(before.as_str())
    .bind(text)
    .bind(i64::from(counts.new_issue_count))
    .bind(i64::from(counts.recurring_issue_count))
    .bind(i64::from(counts.resolved_issue_count))
    .bind(i64::from(counts.inconclusive_count))
    .execute(conn)
    .await?;
    Ok(())
}

/// The monitoring runs of a project since a moment, newest first, with what each found changed.
pub async fn runs(
    conn: &mut AnyConnection,
    project: &ProjectId,
    since: Timestamp,
) -> Result<Vec<MonitoringRun>, StoreError> {
    let rows = sqlx::query(
        "SELECT s.id, s.status, s.queued_at, s.failure_reason, s.report_id, c.before_report_id, c.new_count, c.recurring_count, c.resolved_count, c.inconclusive_count \
         FROM scan_runs s LEFT JOIN comparisons c ON c.scan_run_id = s.id \
         WHERE s.project_id = $1 AND s.kind = 'monitoring' AND s.queued_at >= $2 ORDER BY s.queued_at DESC, s.id DESC LIMIT 400",
    )
    .bind(project.as_str())
    .bind(micros(since))
    .fetch_all(conn)
    .await?;
    rows.iter().map(run).collect()
}

fn run(row: &AnyRow) -> Result<MonitoringRun, StoreError> {
    let report = |column: &str| -> Result<Option<ReportId>, StoreError> {
        let text: Option<String> = row.try_get(column)?;
        text.map(|text| Ok(id("report", &text)?)).transpose()
    };
    let count = |column: &str| row.try_get::<Small<u32>, _>(column).map(|count| count.0);
    let new: Option<Small<u32>> = row.try_get("new_count")?;
    let counts = match new {
        None => None,
        Some(Small(new_issue_count)) => Some(ChangeCounts {
            new_issue_count,
            recurring_issue_count: count("recurring_count")?,
            resolved_issue_count: count("resolved_count")?,
            inconclusive_count: count("inconclusive_count")?,
        }),
    };
    Ok(MonitoringRun {
        scan_run_id: id("scan run", row.try_get("id")?)?,
        status: keyed("scan status", row.try_get("status")?, ScanStatus::parse)?,
        queued_at: moment(row.try_get("queued_at")?)?,
        failure_reason: row.try_get("failure_reason")?,
        report_id: report("report_id")?,
        compared_with: report("before_report_id")?,
        counts,
    })
}

/// The issues that a run found changed.
pub async fn compared(
    conn: &mut AnyConnection,
    run: &ScanRunId,
) -> Result<Vec<ChangedIssue>, StoreError> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT issues FROM comparisons WHERE scan_run_id = $1")
            .bind(run.as_str())
            .fetch_optional(conn)
            .await?;
    text.map_or_else(
        || Ok(Vec::new()),
        |text| {
            Ok(keyed("issues", &text, |text| {
                serde_json::from_str(text).ok()
            })?)
        },
    )
}
