//! The monitoring of a project as its page shows it.

use super::project::services;
use crate::error::ApiError;
use crate::facts::{ProjectContext, project_facts};
use crate::monitoring::{covered_until, is_on, next_after, schedule_of, zone};
use crate::store::monitoring::{self as stored, StoredSchedule};
use chrono::Months;
use domain::Timestamp;
use domain::account::{BillingState, MonitoringStatus};
use domain::gate::Action;
use domain::monitoring::{MonitoringRun, MonitoringView, MonthlySummary, RefusedRun, Schedule};
use domain::project::ServiceKind;
use domain::scan::ScanStatus;
use sqlx::AnyConnection;

/// How many runs are listed.
const RUNS: usize = 24;
/// How many months are summed up.
const MONTHS: u32 = 12;

/// The page.
pub async fn view(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    now: Timestamp,
) -> Result<MonitoringView, ApiError> {
    let project = &context.project;
    let since = now.checked_sub_months(Months::new(MONTHS)).unwrap_or(now);
    let mut runs = stored::runs(conn, &project.id, since).await?;
    let schedule = schedule_of(conn, &project.id).await?;
    let months = months(&runs, &schedule);
    let compared = runs.iter().find(|run| run.counts.is_some());
    let issues = match compared {
        Some(run) => stored::compared(conn, &run.scan_run_id).await?,
        None => Vec::new(),
    };
    runs.truncate(RUNS);
    let covered = context.payer.package_key.includes_monitoring()
        && context.payer.billing_state == BillingState::Active;
    let mut services = services(conn, context).await?.into_iter();
    Ok(MonitoringView {
        project_id: project.id.clone(),
        name: project.name.clone(),
        domain: project.domain.clone(),
        owner: context.owner.account.clone(),
        service: services.find(|service| service.service == ServiceKind::Monitoring),
        facts: project_facts(conn, context, Action::Monitoring).await?,
        monitoring_entitlement_status: if covered {
            MonitoringStatus::Active
        } else {
            MonitoringStatus::Inactive
        },
        schedule: told(conn, context, &schedule).await?,
        baseline_report_id: project.baseline.clone(),
        runs,
        issues,
        months,
        as_of: now,
    })
}

/// The schedule with the run that will be refused, as far as is known today.
async fn told(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    schedule: &StoredSchedule,
) -> Result<Schedule, ApiError> {
    let next = schedule.next_at.filter(|_| is_on(&context.services));
    let reasons = crate::monitoring::in_the_way(conn, context).await?;
    let ahead = next.zip(reasons.first());
    let will_be_refused = match (ahead, next) {
        (Some((at, reason)), _) => Some(RefusedRun {
            at,
            why: reason.message.clone(),
        }),
        (None, Some(first)) => covered_until(conn, context).await?.and_then(|until| {
            let mut at = first;
            // A year of daily runs at most.
            for _ in 0..400 {
                if at >= until {
                    let why = format!("The plan of {} ends before.", context.payer.account.name);
                    return Some(RefusedRun { at, why });
                }
                at = next_after(schedule, at);
            }
            None
        }),
        (None, None) => None,
    };
    Ok(Schedule {
        monitoring_frequency: schedule.frequency,
        time_zone: schedule.time_zone.clone(),
        next_scan_at: next,
        refused: schedule
            .refused
            .clone()
            .map(|(at, why)| RefusedRun { at, why }),
        will_be_refused,
    })
}

/// What each month brought, newest first.
fn months(runs: &[MonitoringRun], schedule: &StoredSchedule) -> Vec<MonthlySummary> {
    let zone = zone(&schedule.time_zone);
    let mut months: Vec<MonthlySummary> = Vec::new();
    for run in runs {
        let period = run
            .queued_at
            .with_timezone(&zone)
            .format("%Y-%m")
            .to_string();
        if months
            .last()
            .is_none_or(|last| last.summary_period != period)
        {
            months.push(MonthlySummary {
                summary_period: period,
                completed: 0,
                failed: 0,
                new_issue_count: 0,
                resolved_issue_count: 0,
            });
        }
        let Some(month) = months.last_mut() else {
            continue;
        };
        match run.status {
            ScanStatus::Completed => month.completed += 1,
            ScanStatus::Failed => month.failed += 1,
            _ => {}
        }
        let counts = run.counts.unwrap_or_default();
        month.new_issue_count += counts.new_issue_count;
        month.resolved_issue_count += counts.resolved_issue_count;
    }
    months
}
