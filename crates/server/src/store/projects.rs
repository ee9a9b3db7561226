//! Projects, their services and scan runs.

use super::{Flag, Small, StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::id::{AccountId, HoldId, ProjectId, ReportId, ScanRunId};
use domain::project::{DomainStatus, ScopeStatus, ServiceKind, ServiceState};
use domain::scan::{CreditState, ScanKind, ScanRun, ScanStatus};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A project as stored.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// The account that owns it.
    pub account: AccountId,
    /// The account whose ledger pays.
    pub payer: AccountId,
    /// Its name.
    pub name: String,
    /// Its site.
    pub domain: String,
    /// Why its target cannot be scanned.
    pub unsupported: Option<String>,
    /// Whether it is set up.
    pub setup_done: bool,
    /// Its scope.
    pub scope: ScopeStatus,
    /// Pages that the scope covers.
    pub scope_pages: i64,
    /// Its domain proof.
    pub domain_status: DomainStatus,
    /// Whether safe access is connected.
    pub connected_access: bool,
    /// The report that monitoring compares with.
    pub baseline: Option<ReportId>,
}

fn project(row: &AnyRow) -> Result<Project, StoreError> {
    let baseline: Option<String> = row.try_get("baseline_report_id")?;
    Ok(Project {
        id: id("project", row.try_get("id")?)?,
        account: id("account", row.try_get("account_id")?)?,
        payer: id("account", row.try_get("billing_account_id")?)?,
        name: row.try_get("name")?,
        domain: row.try_get("domain")?,
        unsupported: row.try_get("unsupported")?,
        setup_done: row.try_get::<Flag, _>("setup_done")?.0,
        scope: keyed("scope", row.try_get("scope")?, ScopeStatus::parse)?,
        scope_pages: row.try_get("scope_pages")?,
        domain_status: keyed(
            "domain status",
            row.try_get("domain_status")?,
            DomainStatus::parse,
        )?,
        connected_access: row.try_get::<Flag, _>("connected_access")?.0,
        baseline: baseline
            .as_deref()
            .map(|text| id("report", text))
            .transpose()?,
    })
}

/// Loads a project.
pub async fn load(
    conn: &mut AnyConnection,
    project_id: &ProjectId,
) -> Result<Option<Project>, StoreError> {
    let row = sqlx::query("SELECT * FROM projects WHERE id = $1")
        .bind(project_id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(project).transpose()
}

/// The projects that an account owns, by name.
pub async fn owned(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<Project>, StoreError> {
    let rows = sqlx::query("SELECT * FROM projects WHERE account_id = $1 ORDER BY name, id")
        .bind(account.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(project).collect()
}

/// The projects that an account owns or pays for, by name.
pub async fn depending(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<Project>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM projects WHERE account_id = $1 OR billing_account_id = $1 ORDER BY name, id",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(project).collect()
}

/// How many projects that an account pays for could be scanned: supported, set up, scope accepted, domain verified.
pub async fn ready_for_scan(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM projects WHERE billing_account_id = $1 AND unsupported IS NULL AND setup_done = 1 \
         AND scope = 'accepted' AND domain_status = 'verified'",
    )
    .bind(account.as_str())
    .fetch_one(conn)
    .await?)
}

/// Stores a project.
pub async fn insert(
    conn: &mut AnyConnection,
    project: &Project,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO projects (id, account_id, billing_account_id, name, domain, unsupported, setup_done, scope, scope_pages, domain_status, connected_access, baseline_report_id, created_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)",
    )
    .bind(project.id.as_str())
    .bind(project.account.as_str())
    .bind(project.payer.as_str())
    .bind(&project.name)
    .bind(&project.domain)
    .bind(&project.unsupported)
    .bind(Flag(project.setup_done))
    .bind(project.scope.key())
    .bind(project.scope_pages)
    .bind(project.domain_status.key())
    .bind(Flag(project.connected_access))
    .bind(project.baseline.as_ref().map(ReportId::as_str))
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a project a service.
pub async fn insert_service(
    conn: &mut AnyConnection,
    project_id: &ProjectId,
    service: ServiceKind,
    state: ServiceState,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO project_services (project_id, service, state) VALUES ($1,$2,$3)")
        .bind(project_id.as_str())
        .bind(service.key())
        .bind(state.key())
        .execute(conn)
        .await?;
    Ok(())
}

/// The stored services of a project.
pub async fn services(
    conn: &mut AnyConnection,
    project_id: &ProjectId,
) -> Result<Vec<(ServiceKind, ServiceState)>, StoreError> {
    let rows = sqlx::query("SELECT service, state FROM project_services WHERE project_id = $1")
        .bind(project_id.as_str())
        .fetch_all(conn)
        .await?;
    let mut services = rows
        .iter()
        .map(|row| {
            Ok((
                keyed("service", row.try_get("service")?, ServiceKind::parse)?,
                keyed("service state", row.try_get("state")?, ServiceState::parse)?,
            ))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    services.sort();
    Ok(services)
}

/// Sets the state of a service.
pub async fn set_service(
    conn: &mut AnyConnection,
    project_id: &ProjectId,
    service: ServiceKind,
    state: ServiceState,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE project_services SET state = $3 WHERE project_id = $1 AND service = $2")
        .bind(project_id.as_str())
        .bind(service.key())
        .bind(state.key())
        .execute(conn)
        .await?;
    Ok(())
}

const SCAN: &str = "SELECT s.*, h.status AS hold_status FROM scan_runs s LEFT JOIN holds h ON h.account_id = s.billing_account_id AND h.id = s.hold_id ";
const SCAN_BY_ID: &str = const_format::concatcp!(SCAN, "WHERE s.id = $1");
const SCAN_LATEST: &str = const_format::concatcp!(
    SCAN,
    "WHERE s.project_id = $1 ORDER BY s.queued_at DESC, s.id LIMIT 1"
);

/// A scan run with the account and hold behind it.
#[derive(Clone, Debug)]
pub struct StoredScan {
    /// The run.
    pub run: ScanRun,
    /// Who pays.
    pub payer: AccountId,
    /// The hold; `None` for runs that need no credit.
    pub hold: Option<HoldId>,
    /// Who started it.
    pub started_by: String,
    /// Proves which worker holds it; `None` when no worker ever did.
    pub lease: Option<String>,
    /// Until when that worker may be silent.
    pub lease_until: Option<Timestamp>,
    /// Pages that the worker may scan.
    pub page_limit: Option<u32>,
}

pub(super) fn scan(row: &AnyRow) -> Result<StoredScan, StoreError> {
    let report: Option<String> = row.try_get("report_id")?;
    let hold: Option<String> = row.try_get("hold_id")?;
    Ok(StoredScan {
        run: ScanRun {
            scan_run_id: id("scan run", row.try_get("id")?)?,
            project_id: id("project", row.try_get("project_id")?)?,
            kind: keyed("scan kind", row.try_get("kind")?, ScanKind::parse)?,
            status: keyed("scan status", row.try_get("status")?, ScanStatus::parse)?,
            credit_state: credit_state(row.try_get("hold_status")?)?,
            queued_at: moment(row.try_get("queued_at")?)?,
            started_at: maybe_moment(row.try_get("started_at")?)?,
            current_page: row.try_get("current_page")?,
            pages_done: row.try_get::<Small<u32>, _>("pages_done")?.0,
            pages_total: row.try_get::<Small<u32>, _>("pages_total")?.0,
            ended_at: maybe_moment(row.try_get("ended_at")?)?,
            failure_reason: row.try_get("failure_reason")?,
            report_id: report
                .as_deref()
                .map(|text| id("report", text))
                .transpose()?,
        },
        payer: id("account", row.try_get("billing_account_id")?)?,
        hold: hold.as_deref().map(|text| id("hold", text)).transpose()?,
        started_by: row.try_get("started_by")?,
        lease: row.try_get("lease")?,
        lease_until: maybe_moment(row.try_get("lease_until")?)?,
        page_limit: row
            .try_get::<Option<Small<u32>>, _>("page_limit")?
            .map(|limit| limit.0),
    })
}

/// What became of a hold, from its stored status.
pub fn credit_state(hold_status: Option<&str>) -> Result<CreditState, StoreError> {
    Ok(match hold_status {
        None => CreditState::NotNeeded,
        Some("held") => CreditState::Reserved,
        Some(other) => keyed("hold status", other, CreditState::parse)?,
    })
}

/// Loads a scan run.
pub async fn load_scan(
    conn: &mut AnyConnection,
    run: &ScanRunId,
) -> Result<Option<StoredScan>, StoreError> {
    let row = sqlx::query(SCAN_BY_ID)
        .bind(run.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(scan).transpose()
}

/// The newest run of a project.
pub async fn latest_scan(
    conn: &mut AnyConnection,
    project_id: &ProjectId,
) -> Result<Option<StoredScan>, StoreError> {
    let row = sqlx::query(SCAN_LATEST)
        .bind(project_id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(scan).transpose()
}

/// A run to be queued.
#[derive(Clone, Debug)]
pub struct NewScan<'a> {
    /// Its id.
    pub id: &'a ScanRunId,
    /// The project.
    pub project: &'a ProjectId,
    /// Who pays.
    pub payer: &'a AccountId,
    /// Why it exists.
    pub kind: ScanKind,
    /// The hold, for audits; other runs need no credit (I-18).
    pub hold: Option<&'a HoldId>,
    /// Who started it.
    pub started_by: &'a str,
}

/// Queues a run.
pub async fn insert_scan(
    conn: &mut AnyConnection,
    scan: &NewScan<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO scan_runs (id, project_id, billing_account_id, hold_id, kind, status, queued_at, started_by) VALUES ($1,$2,$3,$4,$7,'queued',$5,$6)")
        .bind(scan.id.as_str())
        .bind(scan.project.as_str())
        .bind(scan.payer.as_str())
        .bind(scan.hold.map(HoldId::as_str))
        .bind(micros(now))
        .bind(scan.started_by)
        .bind(scan.kind.key())
        .execute(conn)
        .await?;
    Ok(())
}

/// Runs that have not ended and were queued before this moment, oldest first; at most 100.
pub async fn open_scans_before(
    conn: &mut AnyConnection,
    before: Timestamp,
) -> Result<Vec<ScanRunId>, StoreError> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM scan_runs WHERE status IN ('queued','running') AND queued_at < $1 ORDER BY queued_at LIMIT 100",
    )
    .bind(micros(before))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|text| Ok(id("scan run", text)?)).collect()
}

/// Ends a run.
pub async fn end_scan(
    conn: &mut AnyConnection,
    run: &ScanRunId,
    status: ScanStatus,
    failure_reason: Option<&str>,
    scanned_pages: Option<u32>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE scan_runs SET status = $2, failure_reason = $3, scanned_pages = $4, ended_at = $5, current_page = NULL, pages_done = coalesce($4, pages_done) WHERE id = $1")
        .bind(run.as_str())
        .bind(status.key())
        .bind(failure_reason)
        .bind(scanned_pages.map(i64::from))
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}
