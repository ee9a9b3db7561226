//! Monitoring on the server's side: runs that begin by their schedule, and what they find changed.

use crate::error::ApiError;
use crate::facts::{ProjectContext, account, project_facts};
use crate::live::Change;
use crate::state::AppState;
use crate::store::monitoring::{self as stored, StoredSchedule};
use crate::store::projects::{self, NewScan, Project};
use crate::store::{audits, new_id, subscriptions};
use crate::write::Write;
use chrono::Duration;
use chrono_tz::Tz;
use domain::Timestamp;
use domain::account::SubscriptionStatus;
use domain::audit::MOST_FINDINGS;
use domain::gate::{Action, evaluate};
use domain::id::{ProjectId, ReportId, ScanRunId};
use domain::monitoring::{ChangeCounts, Frequency, MOST_ISSUES, compare, next_scan};
use domain::project::{ServiceKind, ServiceState, ServiceSwitch};
use domain::reason::{Reason, ReasonCode};
use domain::role::Role;
use domain::scan::ScanKind;
use sqlx::AnyConnection;
use std::collections::BTreeSet;

/// The time zone of this IANA name; UTC for one that is none.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The run after a moment.
pub fn next_after(schedule: &StoredSchedule, after: Timestamp) -> Timestamp {
    next_scan(schedule.frequency, after, &zone(&schedule.time_zone))
}

/// The schedule of a project, or the one it begins with: once a week.
pub async fn schedule_of(
    conn: &mut AnyConnection,
    project: &ProjectId,
) -> Result<StoredSchedule, ApiError> {
    let known = stored::load(conn, project).await?;
    Ok(known.unwrap_or_else(|| StoredSchedule {
        project: project.clone(),
        frequency: Frequency::Weekly,
        time_zone: "UTC".to_owned(),
        next_at: None,
        refused: None,
    }))
}

/// What switching monitoring on or off does to its schedule: on, the first run begins at once.
pub async fn switched(
    write: &mut Write,
    project: &ProjectId,
    switch: ServiceSwitch,
    now: Timestamp,
) -> Result<(), ApiError> {
    let mut schedule = schedule_of(write, project).await?;
    schedule.refused = None;
    schedule.next_at = match switch {
        ServiceSwitch::Enable => Some(now),
        ServiceSwitch::Resume => Some(next_after(&schedule, now)),
        ServiceSwitch::Pause => None,
    };
    Ok(stored::save(write, &schedule).await?)
}

/// What keeps a run of this project from beginning; roles do not count, since nobody presses anything.
pub async fn in_the_way(
    conn: &mut AnyConnection,
    context: &ProjectContext,
) -> Result<Vec<Reason>, ApiError> {
    let facts = project_facts(conn, context, Action::Monitoring).await?;
    let reasons = evaluate(&facts).blocked_reasons;
    let counts = |reason: &Reason| reason.code != ReasonCode::RoleNotAllowed;
    Ok(reasons.into_iter().filter(counts).collect())
}

/// A project as it is seen when its schedule acts.
async fn as_scheduled(
    conn: &mut AnyConnection,
    project: Project,
) -> Result<ProjectContext, ApiError> {
    let owner = account(conn, &project.account).await?;
    let payer = account(conn, &project.payer).await?;
    let services = projects::services(conn, &project.id).await?;
    Ok(ProjectContext {
        project,
        owner,
        payer,
        role: Role::Owner,
        is_payer_member: true,
        services,
    })
}

/// Begins every run that is due, each in a transaction of its own. Answers how many began.
pub async fn begin_due(state: &AppState, now: Timestamp) -> Result<usize, ApiError> {
    let mut conn = state.store.reader().acquire().await?;
    let due = stored::due(&mut conn, now).await?;
    drop(conn);
    let mut begun = 0;
    for schedule in due {
        match begin(state, &schedule.project, now).await {
            Ok(true) => begun += 1,
            Ok(false) => {}
            // One that cannot begin must not keep the others waiting.
            Err(error) => {
                tracing::error!(project = %schedule.project, ?error, "a monitoring run could not begin");
            }
        }
    }
    Ok(begun)
}

/// Begins the run of a project if it is due, or writes down why it could not.
async fn begin(state: &AppState, id: &ProjectId, now: Timestamp) -> Result<bool, ApiError> {
    let mut write = state.write().await?;
    let mut schedule = schedule_of(&mut write, id).await?;
    let Some(due) = schedule.next_at.filter(|due| *due <= now) else {
        return Ok(false);
    };
    let project = projects::load(&mut write, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let context = as_scheduled(&mut write, project).await?;
    let reasons = in_the_way(&mut write, &context).await?;
    // Another scan of the project ends soon: this one waits for it.
    if reasons
        .first()
        .is_some_and(|reason| reason.code == ReasonCode::WorkInProgress)
    {
        // Not at the head of the queue meanwhile, where it would keep others waiting.
        schedule.next_at = Some(now + Duration::minutes(1));
        stored::save(&mut write, &schedule).await?;
        write.commit().await?;
        return Ok(false);
    }
    if let Some(reason) = reasons.first() {
        schedule.refused = Some((due, reason.message.clone()));
    } else {
        let run: ScanRunId = new_id(ScanRunId::PREFIX)?;
        let scan = NewScan {
            id: &run,
            project: id,
            payer: &context.payer.account.id,
            kind: ScanKind::Monitoring,
            hold: None,
            started_by: "Schedule",
        };
        projects::insert_scan(&mut write, &scan, now).await?;
        schedule.refused = None;
    }
    let begun = schedule.refused.is_none();
    schedule.next_at = Some(next_after(&schedule, now));
    stored::save(&mut write, &schedule).await?;
    write.changed(&context.owner.account.id, Change::Billing);
    write.changed(&context.payer.account.id, Change::Billing);
    write.commit().await?;
    Ok(begun)
}

/// Compares a monitoring run's report with the one before it, and keeps what changed.
pub async fn compare_run(
    write: &mut Write,
    project: &ProjectId,
    (run, report): (&ScanRunId, &ReportId),
) -> Result<(), ApiError> {
    let Some(before) = stored::report_before(write, project, report).await? else {
        return Ok(());
    };
    let (pages, _, _) = audits::pages(write, run).await?;
    let earlier_pages = match stored::run_of_report(write, &before).await? {
        Some(earlier) => audits::pages(write, &earlier).await?.0,
        None => Vec::new(),
    };
    let (earlier, now) = (
        stored::issues(write, &before).await?,
        stored::issues(write, report).await?,
    );
    let read: BTreeSet<&str> = pages.iter().map(|page| page.url.as_str()).collect();
    let mut issues = compare(
        &earlier,
        &now,
        // An issue of many pages names one of them: it is gone only if all that were read before were read again, and no
        // report was cut where it has too many findings.
        now.len() < MOST_FINDINGS
            && earlier_pages
                .iter()
                .all(|page| read.contains(page.url.as_str())),
    );
    let counts = ChangeCounts::of(&issues);
    issues.truncate(MOST_ISSUES);
    stored::insert_comparison(write, (run, &before), counts, &issues).await?;
    Ok(())
}

/// When coverage ends as far as is known now: the end of a period after which the plan does not go on.
pub async fn covered_until(
    conn: &mut AnyConnection,
    context: &ProjectContext,
) -> Result<Option<Timestamp>, ApiError> {
    let subscription = subscriptions::of_account(conn, &context.payer.account.id).await?;
    let ends = subscription.status == SubscriptionStatus::CancellationScheduled;
    Ok(subscription.period_end.filter(|_| ends))
}

/// Whether the project's monitoring is on.
pub fn is_on(services: &[(ServiceKind, ServiceState)]) -> bool {
    services.contains(&(ServiceKind::Monitoring, ServiceState::Enabled))
}
