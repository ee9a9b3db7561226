//! Fix tasks as stored, and the findings that they take.

use crate::store::projects::credit_state;
use crate::store::{StoreError, fix_steps, id, keyed, micros, moment};
use domain::Timestamp;
use domain::fix::task::TaskEventKind;
use domain::fix::{DeliveryMode, FixTaskRow, FixTaskStatus};
use domain::id::{AccountId, FindingId, FixTaskId, HoldId, ProjectId, ReportId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

const TASKS: &str = "SELECT t.*, h.status AS hold_status, (SELECT count(*) FROM fix_task_findings x WHERE x.fix_task_id = t.id) AS finding_count \
  FROM fix_tasks t LEFT JOIN holds h ON h.account_id = t.billing_account_id AND h.id = t.hold_id ";
const TASKS_OF_REPORT: &str = const_format::concatcp!(
    TASKS,
    "WHERE t.report_id = $1 ORDER BY t.created_at DESC, t.id"
);
const TASK_BY_ID: &str = const_format::concatcp!(TASKS, "WHERE t.id = $1");

/// A fix task as stored.
#[derive(Clone, Debug)]
pub struct StoredTask {
    /// The list fields.
    pub row: FixTaskRow,
    /// The report.
    pub report: ReportId,
    /// The project.
    pub project: ProjectId,
    /// Who pays.
    pub payer: AccountId,
    /// The hold, when credits were needed.
    pub hold: Option<HoldId>,
    /// Who started it.
    pub started_by: String,
}

fn task(row: &AnyRow) -> Result<StoredTask, StoreError> {
    let hold: Option<String> = row.try_get("hold_id")?;
    let hold_status: Option<String> = row.try_get("hold_status")?;
    Ok(StoredTask {
        row: FixTaskRow {
            fix_task_id: id("fix task", row.try_get("id")?)?,
            status: keyed(
                "fix task status",
                row.try_get("status")?,
                FixTaskStatus::parse,
            )?,
            delivery_mode: keyed(
                "delivery mode",
                row.try_get("delivery_mode")?,
                DeliveryMode::parse,
            )?,
            finding_count: row.try_get("finding_count")?,
            fix_credit_cost: row.try_get("cost")?,
            credit_state: credit_state(hold_status.as_deref())?,
            created_at: moment(row.try_get("created_at")?)?,
        },
        report: id("report", row.try_get("report_id")?)?,
        project: id("project", row.try_get("project_id")?)?,
        payer: id("account", row.try_get("billing_account_id")?)?,
        hold: hold.as_deref().map(|text| id("hold", text)).transpose()?,
        started_by: row.try_get("started_by")?,
    })
}

/// The tasks of a report, newest first.
pub async fn tasks(
    conn: &mut AnyConnection,
    report: &ReportId,
) -> Result<Vec<FixTaskRow>, StoreError> {
    let rows = sqlx::query(TASKS_OF_REPORT)
        .bind(report.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| task(row).map(|task| task.row))
        .collect()
}

/// Loads a fix task.
pub async fn load_task(
    conn: &mut AnyConnection,
    task_id: &FixTaskId,
) -> Result<Option<StoredTask>, StoreError> {
    let row = sqlx::query(TASK_BY_ID)
        .bind(task_id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(task).transpose()
}

/// A task to be started.
#[derive(Clone, Debug)]
pub struct NewTask<'a> {
    /// Its id.
    pub id: &'a FixTaskId,
    /// The report.
    pub report: &'a ReportId,
    /// The project.
    pub project: &'a ProjectId,
    /// Who pays.
    pub payer: &'a AccountId,
    /// The hold; `None` exactly when the cost is 0.
    pub hold: Option<&'a HoldId>,
    /// Where it begins.
    pub status: FixTaskStatus,
    /// How it is delivered.
    pub mode: DeliveryMode,
    /// Credits held.
    pub cost: i64,
    /// What it works on.
    pub findings: &'a [FindingId],
    /// Who started it.
    pub started_by: &'a str,
}

/// Starts a task and takes its findings; a finding that another task has makes it fail as a whole.
pub async fn insert_task(
    conn: &mut AnyConnection,
    task: &NewTask<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO fix_tasks (id, report_id, project_id, billing_account_id, hold_id, status, delivery_mode, cost, started_by, created_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
    )
    .bind(task.id.as_str())
    .bind(task.report.as_str())
    .bind(task.project.as_str())
    .bind(task.payer.as_str())
    .bind(task.hold.map(HoldId::as_str))
    .bind(task.status.key())
    .bind(task.mode.key())
    .bind(task.cost)
    .bind(task.started_by)
    .bind(micros(now))
    .execute(&mut *conn)
    .await?;
    for finding in task.findings {
        sqlx::query("INSERT INTO fix_task_findings (fix_task_id, finding_id) VALUES ($1,$2)")
            .bind(task.id.as_str())
            .bind(finding.as_str())
            .execute(&mut *conn)
            .await?;
    }
    let note = format!("Fix credits reserved: {}.", task.cost);
    let said = (task.started_by, note.as_str());
    fix_steps::add_event(conn, task.id, TaskEventKind::Started, said, now).await
}

/// Marks a task as cancelled and lets its findings go.
pub async fn cancel_task(
    conn: &mut AnyConnection,
    task: &FixTaskId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE fix_tasks SET status = 'cancelled', ended_at = $2 WHERE id = $1")
        .bind(task.as_str())
        .bind(micros(now))
        .execute(&mut *conn)
        .await?;
    sqlx::query("UPDATE fix_task_findings SET live = 0 WHERE fix_task_id = $1")
        .bind(task.as_str())
        .execute(conn)
        .await?;
    Ok(())
}
