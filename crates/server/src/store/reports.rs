//! Reports and their findings.

mod tasks;

use super::retests;
use super::{StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::fix::DeliveryMode;
use domain::fix::retest::RetestCounts;
use domain::id::{AccountId, FindingId, FixTaskId, ProjectId, ReportId};
use domain::report::Confidence;
use domain::report::mark::Marked;
use domain::report::{
    Finding, Gate, GateStatus, Ineligible, PublicationStatus, ReportRow, Severity,
};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

pub use tasks::{NewTask, StoredTask, cancel_task, insert_task, load_task, tasks};

/// A report as stored.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Its project.
    pub project: ProjectId,
    /// What people call it.
    pub title: String,
    /// Whether it is published.
    pub publication_status: PublicationStatus,
    /// Its gates.
    pub gates: Vec<Gate>,
    /// 0 to 100.
    pub risk_score: i64,
    /// Pages scanned.
    pub scanned_pages: i64,
    /// When its scan ended.
    pub scanned_at: Timestamp,
    /// The delivery mode that its workflow begins with.
    pub preferred_mode: DeliveryMode,
}

fn gates(row: &AnyRow) -> Result<Vec<Gate>, StoreError> {
    let gates: String = row.try_get("gates")?;
    serde_json::from_str(&gates).map_err(|_| {
        let what = "gates";
        super::BadRow { what, value: gates }.into()
    })
}

/// Loads a report.
pub async fn load(
    conn: &mut AnyConnection,
    report: &ReportId,
) -> Result<Option<Report>, StoreError> {
    let row = sqlx::query("SELECT * FROM reports WHERE id = $1")
        .bind(report.as_str())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let gates = gates(&row)?;
    Ok(Some(Report {
        id: report.clone(),
        project: id("project", row.try_get("project_id")?)?,
        title: row.try_get("title")?,
        publication_status: keyed(
            "publication",
            row.try_get("publication_status")?,
            PublicationStatus::parse,
        )?,
        gates,
        risk_score: row.try_get("risk_score")?,
        scanned_pages: row.try_get("scanned_pages")?,
        scanned_at: moment(row.try_get("scanned_at")?)?,
        preferred_mode: keyed(
            "delivery mode",
            row.try_get("preferred_mode")?,
            DeliveryMode::parse,
        )?,
    }))
}

/// Stores a report.
pub async fn insert(conn: &mut AnyConnection, report: &Report) -> Result<(), StoreError> {
    let gates = serde_json::to_string(&report.gates).map_err(|error| super::BadRow {
        what: "gates",
        value: error.to_string(),
    })?;
    sqlx::query(
        "INSERT INTO reports (id, project_id, title, publication_status, gates, risk_score, scanned_pages, scanned_at, preferred_mode) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
    )
    .bind(report.id.as_str())
    .bind(report.project.as_str())
    .bind(&report.title)
    .bind(report.publication_status.key())
    .bind(gates)
    .bind(report.risk_score)
    .bind(report.scanned_pages)
    .bind(micros(report.scanned_at))
    .bind(report.preferred_mode.key())
    .execute(conn)
    .await?;
    Ok(())
}

const ROWS: &str = "SELECT r.id, r.title, r.project_id, r.publication_status, r.scanned_at, r.gates, p.domain, \
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id) AS findings_count, \
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.ineligible IS NULL \
     AND NOT EXISTS (SELECT 1 FROM fix_task_findings t WHERE t.finding_id = f.id AND t.live = 1)) AS eligible_count, \
  (SELECT count(*) FROM retests_now n WHERE n.report_id = r.id AND n.status = 'passed') AS retests_passed, \
  (SELECT count(*) FROM retests_now n WHERE n.report_id = r.id AND n.status = 'failed') AS retests_failed, \
  (SELECT count(*) FROM retests_now n WHERE n.report_id = r.id AND n.status = 'inconclusive') AS retests_inconclusive \
  FROM reports r JOIN projects p ON p.id = r.project_id ";
const ROWS_OF_ACCOUNT: &str = const_format::concatcp!(
    ROWS,
    "WHERE p.account_id = $1 ORDER BY r.scanned_at DESC, r.id"
);
const ROWS_OF_PROJECT: &str =
    const_format::concatcp!(ROWS, "WHERE p.id = $1 ORDER BY r.scanned_at DESC, r.id");

fn report_row(row: &AnyRow) -> Result<ReportRow, StoreError> {
    Ok(ReportRow {
        report_id: id("report", row.try_get("id")?)?,
        title: row.try_get("title")?,
        project_id: id("project", row.try_get("project_id")?)?,
        domain: row.try_get("domain")?,
        publication_status: keyed(
            "publication",
            row.try_get("publication_status")?,
            PublicationStatus::parse,
        )?,
        findings_count: row.try_get("findings_count")?,
        eligible_count: row.try_get("eligible_count")?,
        scanned_at: moment(row.try_get("scanned_at")?)?,
        missing: gates(row)?
            .into_iter()
            .filter(|gate| gate.status != GateStatus::Passed)
            .collect(),
        retests: RetestCounts {
            passed: row.try_get("retests_passed")?,
            failed: row.try_get("retests_failed")?,
            inconclusive: row.try_get("retests_inconclusive")?,
        },
    })
}

/// The reports of an account's projects, newest first.
pub async fn of_account(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<ReportRow>, StoreError> {
    let rows = sqlx::query(ROWS_OF_ACCOUNT)
        .bind(account.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(report_row).collect()
}

/// Findings of published reports that can become fix work, of all projects that an account pays for.
pub async fn eligible_of_payer(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM findings f JOIN reports r ON r.id = f.report_id JOIN projects p ON p.id = r.project_id \
         WHERE p.billing_account_id = $1 AND r.publication_status = 'published' AND f.ineligible IS NULL \
         AND NOT EXISTS (SELECT 1 FROM fix_task_findings t WHERE t.finding_id = f.id AND t.live = 1)",
    )
    .bind(account.as_str())
    .fetch_one(conn)
    .await?)
}

/// The reports of a project, newest first.
pub async fn of_project(
    conn: &mut AnyConnection,
    project: &ProjectId,
) -> Result<Vec<ReportRow>, StoreError> {
    let rows = sqlx::query(ROWS_OF_PROJECT)
        .bind(project.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(report_row).collect()
}

const FINDINGS: &str = "SELECT f.*, (SELECT t.fix_task_id FROM fix_task_findings t WHERE t.finding_id = f.id AND t.live = 1) AS task, \
  e.scan_run_id AS retest_run, e.status AS retest_status, e.reason AS retest_reason, e.evidence AS retest_evidence, e.at AS retest_at \
  FROM findings f LEFT JOIN retest_results e ON e.finding_id = f.id AND e.at = (SELECT max(n.at) FROM retest_results n WHERE n.finding_id = f.id) ";
const FINDINGS_OF_REPORT: &str =
    const_format::concatcp!(FINDINGS, "WHERE f.report_id = $1 ORDER BY f.position");
const FINDINGS_OF_TASK: &str = const_format::concatcp!(
    FINDINGS,
    "JOIN fix_task_findings x ON x.finding_id = f.id WHERE x.fix_task_id = $1 ORDER BY f.position"
);

fn finding(row: &AnyRow) -> Result<Finding, StoreError> {
    let task: Option<String> = row.try_get("task")?;
    let fix_task_id = task
        .as_deref()
        .map(|text| id("fix task", text))
        .transpose()?;
    let ineligible: Option<String> = row.try_get("ineligible")?;
    let ineligible = ineligible
        .as_deref()
        .map(|text| keyed("ineligible", text, Ineligible::parse))
        .transpose()?;
    let pages: String = row.try_get("pages")?;
    let marked_by: Option<String> = row.try_get("marked_by")?;
    let marked_at = maybe_moment(row.try_get("marked_at")?)?;
    Ok(Finding {
        finding_id: id("finding", row.try_get("id")?)?,
        pages: keyed("pages", &pages, |text| serde_json::from_str(text).ok())?,
        check: row.try_get("check_key")?,
        retest: retests::of_finding(row)?,
        title: row.try_get("title")?,
        severity: keyed("severity", row.try_get("severity")?, Severity::parse)?,
        category: row.try_get("category")?,
        affected_url: row.try_get("affected_url")?,
        evidence: row.try_get("evidence")?,
        evidence_hash: row.try_get("evidence_hash")?,
        confidence: keyed("confidence", row.try_get("confidence")?, Confidence::parse)?,
        fingerprint: row.try_get("fingerprint")?,
        remediation: row.try_get("remediation")?,
        fix_credit_cost: row.try_get("fix_credit_cost")?,
        ineligible: ineligible.or_else(|| {
            fix_task_id
                .as_ref()
                .map(|_: &FixTaskId| Ineligible::HasTask)
        }),
        fix_task_id,
        marked: marked_by.zip(marked_at).map(|(by, at)| Marked { by, at }),
    })
}

/// Marks a finding, or takes its mark back.
pub async fn mark(
    conn: &mut AnyConnection,
    finding: &FindingId,
    ineligible: Option<Ineligible>,
    (by, now): (&str, Timestamp),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE findings SET ineligible = $2, marked_by = $3, marked_at = $4 WHERE id = $1",
    )
    .bind(finding.as_str())
    .bind(ineligible.map(Ineligible::key))
    .bind(ineligible.map(|_| by))
    .bind(ineligible.map(|_| micros(now)))
    .execute(conn)
    .await?;
    Ok(())
}

/// The findings of a report, worst first.
pub async fn findings(
    conn: &mut AnyConnection,
    report: &ReportId,
) -> Result<Vec<Finding>, StoreError> {
    let rows = sqlx::query(FINDINGS_OF_REPORT)
        .bind(report.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(finding).collect()
}

/// The findings that a task works on.
pub async fn findings_of_task(
    conn: &mut AnyConnection,
    task: &FixTaskId,
) -> Result<Vec<Finding>, StoreError> {
    let rows = sqlx::query(FINDINGS_OF_TASK)
        .bind(task.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(finding).collect()
}

/// Stores a finding of a report at its place in the order.
pub async fn insert_finding(
    conn: &mut AnyConnection,
    report: &ReportId,
    position: i64,
    finding: &Finding,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO findings (id, report_id, position, severity, title, category, affected_url, evidence, remediation, ineligible, fix_credit_cost, confidence, evidence_hash, fingerprint, check_key, pages) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
    )
    .bind(finding.finding_id.as_str())
    .bind(report.as_str())
    .bind(position)
    .bind(finding.severity.key())
    .bind(&finding.title)
    .bind(&finding.category)
    .bind(&finding.affected_url)
    .bind(&finding.evidence)
    .bind(&finding.remediation)
    .bind(finding.ineligible.map(Ineligible::key))
    .bind(finding.fix_credit_cost)
    .bind(finding.confidence.key())
    .bind(&finding.evidence_hash)
    .bind(&finding.fingerprint)
    .bind(&finding.check)
    .bind(serde_json::json!(finding.pages).to_string())
    .execute(conn)
    .await?;
    Ok(())
}
