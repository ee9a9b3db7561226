//! Scan pages.

use crate::error::ApiError;
use crate::facts::{ProjectContext, account};
use crate::store::projects::StoredScan;
use crate::store::{audits, reports};
use domain::Timestamp;
use domain::audit::ScanView;
use domain::role::Ability;
use sqlx::AnyConnection;

/// The scan page.
pub async fn view(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    scan: StoredScan,
    now: Timestamp,
) -> Result<ScanView, ApiError> {
    let (pages, skipped, skipped_more) = audits::pages(conn, &scan.run.scan_run_id).await?;
    let findings_count = match &scan.run.report_id {
        Some(report) => reports::findings(conn, report).await?.len(),
        None => 0,
    };
    Ok(ScanView {
        project_name: context.project.name.clone(),
        domain: context.project.domain.clone(),
        owner: context.owner.account.clone(),
        payer: account(conn, &scan.payer).await?.account,
        started_by: scan.started_by,
        run: scan.run,
        pages,
        skipped,
        skipped_more,
        cancel_blocked: cancel_blocked(context),
        findings_count: i64::try_from(findings_count).unwrap_or(i64::MAX),
        as_of: now,
    })
}

fn cancel_blocked(context: &ProjectContext) -> Option<String> {
    let (role, owner) = (context.role, &context.owner.account.name);
    (!role.can(Ability::RunProjects)).then(|| {
        format!(
            "Your role in {owner} is {}. Ask {} to do this.",
            role.label(),
            Ability::RunProjects.holders()
        )
    })
}
