//! Monitoring: when a project is looked at again, and what changed since the report before (docs/states.md#monitoring).
//!
//! Its runs take no credits (I-18); the plan covers them.

use crate::account::{AccountRef, MonitoringStatus};
use crate::gate::Facts;
use crate::id::{AccountId, ProjectId, ReportId, ScanRunId};
use crate::keyed;
use crate::project::Service;
use crate::report::Severity;
use crate::scan::ScanStatus;
use chrono::{DateTime, Days, Months, NaiveTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The hour of the day, in the schedule's own time zone, at which runs begin: few people shop then.
const HOUR: u32 = 3;
/// Issues that one comparison names at most, those that changed first.
pub const MOST_ISSUES: usize = 200;

keyed! {
    /// How often a project is looked at.
    pub enum Frequency {
        Daily = "daily", "Every day";
        Weekly = "weekly", "Every week";
        Monthly = "monthly", "Every month";
    }
}

keyed! {
    /// What became of an issue since the report before.
    pub enum IssueChange {
        New = "new", "New";
        Recurring = "recurring", "Recurring";
        Resolved = "resolved", "Resolved";
        Inconclusive = "inconclusive", "Inconclusive";
    }
}

/// The first run after a moment: at three o'clock of a later day there, a day, a week or a month on.
///
/// A day on which the clock there skips three o'clock begins with the next hour that exists.
pub fn next_scan<Z: TimeZone>(
    frequency: Frequency,
    after: DateTime<Utc>,
    zone: &Z,
) -> DateTime<Utc> {
    let day = after.with_timezone(zone).date_naive();
    let day = match frequency {
        Frequency::Daily => day.checked_add_days(Days::new(1)),
        Frequency::Weekly => day.checked_add_days(Days::new(7)),
        Frequency::Monthly => day.checked_add_months(Months::new(1)),
    }
    .unwrap_or(day);
    (HOUR..HOUR + 4)
        .filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0))
        .find_map(|time| zone.from_local_datetime(&day.and_time(time)).earliest())
        .map_or(after, |at| at.with_timezone(&Utc))
}

/// An issue of a report, as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What is the same for the same issue in every run; `None` where the report has none.
    pub fingerprint: Option<String>,
    /// What was found.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The page it was found on.
    pub affected_url: String,
}

/// An issue and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChangedIssue {
    /// What became of it.
    pub change: IssueChange,
    /// What was found.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The page it was found on.
    pub affected_url: String,
}

/// How many issues became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChangeCounts {
    /// Were not there before.
    pub new_issue_count: u32,
    /// Were there before and are there now.
    pub recurring_issue_count: u32,
    /// Were there before, and everything was looked at again and has them no longer.
    pub resolved_issue_count: u32,
    /// Nobody can tell: not everything was looked at again, or the earlier report does not say which issue it is.
    pub inconclusive_count: u32,
}

impl ChangeCounts {
    /// Counts them.
    pub fn of(issues: &[ChangedIssue]) -> Self {
        let count = |change: IssueChange| {
            let those = issues.iter().filter(|issue| issue.change == change);
            u32::try_from(those.count()).unwrap_or(u32::MAX)
        };
        Self {
            new_issue_count: count(IssueChange::New),
            recurring_issue_count: count(IssueChange::Recurring),
            resolved_issue_count: count(IssueChange::Resolved),
            inconclusive_count: count(IssueChange::Inconclusive),
        }
    }
}

/// What became of each issue, by its fingerprint: new and resolved ones first, worst first.
///
/// `all_read_again` says whether everything that was looked at before was looked at this time: only then is an issue that is
/// found no longer gone.
pub fn compare(before: &[Issue], now: &[Issue], all_read_again: bool) -> Vec<ChangedIssue> {
    let known = |issues: &[Issue]| -> BTreeMap<String, Issue> {
        let named = issues.iter();
        named
            .filter_map(|issue| Some((issue.fingerprint.clone()?, issue.clone())))
            .collect()
    };
    let (earlier, later) = (known(before), known(now));
    let told = |change: IssueChange, issue: &Issue| ChangedIssue {
        change,
        title: issue.title.clone(),
        severity: issue.severity,
        affected_url: issue.affected_url.clone(),
    };
    let there = later.iter().map(|(fingerprint, issue)| {
        let change = if earlier.contains_key(fingerprint) {
            IssueChange::Recurring
        } else {
            IssueChange::New
        };
        told(change, issue)
    });
    let gone = earlier
        .iter()
        .filter(|(fingerprint, _)| !later.contains_key(*fingerprint))
        .map(|(_, issue)| {
            let change = if all_read_again {
                IssueChange::Resolved
            } else {
                IssueChange::Inconclusive
            };
            told(change, issue)
        });
    let unnamed = before
        .iter()
        .filter(|issue| issue.fingerprint.is_none())
        .map(|issue| told(IssueChange::Inconclusive, issue));
    let mut all: Vec<ChangedIssue> = there.chain(gone).chain(unnamed).collect();
    let order = |change: IssueChange| match change {
        IssueChange::New => 0,
        IssueChange::Resolved => 1,
        IssueChange::Inconclusive => 2,
        IssueChange::Recurring => 3,
    };
    all.sort_by(|a, b| {
        (order(a.change), a.severity, &a.title).cmp(&(order(b.change), b.severity, &b.title))
    });
    all
}

/// A run of monitoring with what it found changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MonitoringRun {
    /// The run.
    pub scan_run_id: ScanRunId,
    /// How far it is.
    pub status: ScanStatus,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// The report it brought.
    pub report_id: Option<ReportId>,
    /// The report that it was compared with.
    pub compared_with: Option<ReportId>,
    /// What changed; `None` where nothing could be compared.
    pub counts: Option<ChangeCounts>,
}

/// What a month brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MonthlySummary {
    /// The month, `YYYY-MM`, in the schedule's time zone.
    pub summary_period: String,
    /// Runs that completed in it.
    pub completed: u32,
    /// Runs that failed in it.
    pub failed: u32,
    /// Issues that appeared in it.
    pub new_issue_count: u32,
    /// Issues that went away in it.
    pub resolved_issue_count: u32,
}

/// When runs begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// How often.
    pub monitoring_frequency: Frequency,
    /// The time zone of its days, by its IANA name.
    pub time_zone: String,
    /// The next run; `None` while monitoring is not enabled.
    pub next_scan_at: Option<DateTime<Utc>>,
    /// The run that was due last and could not begin, and why.
    pub refused: Option<RefusedRun>,
    /// The first run that will be refused if nothing changes, and why.
    pub will_be_refused: Option<RefusedRun>,
}

/// A run that could not or will not begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefusedRun {
    /// When it was or will be due.
    pub at: DateTime<Utc>,
    /// Why, in a sentence for people.
    pub why: String,
}

/// The monitoring of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MonitoringView {
    /// The project.
    pub project_id: ProjectId,
    /// Its name.
    pub name: String,
    /// Its site.
    pub domain: String,
    /// The account that owns it.
    pub owner: AccountRef,
    /// The service with its state and what is in its way; `None` where the project has none.
    pub service: Option<Service>,
    /// What the gate looks at.
    pub facts: Facts,
    /// Whether the paying account's plan covers monitoring now.
    pub monitoring_entitlement_status: MonitoringStatus,
    /// When runs begin.
    pub schedule: Schedule,
    /// The project's first published report, with which the first run is compared.
    pub baseline_report_id: Option<ReportId>,
    /// The newest runs, newest first, at most 24.
    pub runs: Vec<MonitoringRun>,
    /// The issues of the newest comparison, at most [`MOST_ISSUES`].
    pub issues: Vec<ChangedIssue>,
    /// Months, newest first, at most 12.
    pub months: Vec<MonthlySummary>,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}

/// Body of `POST /projects/{p}/monitoring/schedule`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SetSchedule {
    /// The account that the page looks at.
    pub account_id: AccountId,
    /// How often.
    pub monitoring_frequency: Frequency,
    /// The time zone of its days, by its IANA name.
    pub time_zone: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::FixedOffset;
    use proptest::prelude::*;

    fn issue(fingerprint: Option<&str>, page: &str) -> Issue {
        Issue {
            fingerprint: fingerprint.map(str::to_owned),
            title: fingerprint.unwrap_or("unnamed").to_owned(),
            severity: Severity::High,
            affected_url: page.to_owned(),
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn issues_are_new_recurring_resolved_or_nobody_can_tell() {
        let before = [
            issue(Some("stays"), "/a"),
            issue(Some("gone"), "/a"),
            issue(None, "/a"),
        ];
        let now = [issue(Some("stays"), "/a"), issue(Some("fresh"), "/a")];
        let told = |all_read_again: bool| -> Vec<(IssueChange, String)> {
            let found = compare(&before, &now, all_read_again);
            found
                .into_iter()
                .map(|issue| (issue.change, issue.title))
                .collect()
        };
        let expected = |gone: IssueChange| {
            vec![
                (IssueChange::New, "fresh".to_owned()),
                (gone, "gone".to_owned()),
                (IssueChange::Inconclusive, "unnamed".to_owned()),
                (IssueChange::Recurring, "stays".to_owned()),
            ]
        };
        assert_eq!(told(true), expected(IssueChange::Resolved));
        assert_eq!(told(false), expected(IssueChange::Inconclusive));
        let found = compare(&before, &now, true);
        let counts = ChangeCounts::of(&found);
        assert_eq!((counts.new_issue_count, counts.inconclusive_count), (1, 1));
    }

    #[test]
    fn runs_begin_at_three_of_the_schedules_own_days() {
        let utc = FixedOffset::east_opt(0).unwrap();
        let after = at("2026-11-27T22:00:00Z");
        let next = |frequency| next_scan(frequency, after, &utc).to_rfc3339();
        assert_eq!(next(Frequency::Daily), "2026-11-28T03:00:00+00:00");
        assert_eq!(next(Frequency::Weekly), "2026-12-04T03:00:00+00:00");
        assert_eq!(next(Frequency::Monthly), "2026-12-27T03:00:00+00:00");
        // There it is the next day already.
        let east = FixedOffset::east_opt(9 * 3600).unwrap();
        let there = next_scan(Frequency::Daily, after, &east);
        assert_eq!(there.to_rfc3339(), "2026-11-28T18:00:00+00:00");
        let last = at("2027-01-31T12:00:00Z");
        let month = next_scan(Frequency::Monthly, last, &utc);
        assert_eq!(month.to_rfc3339(), "2027-02-28T03:00:00+00:00");
    }

    proptest! {
        #[test]
        fn the_next_run_lies_ahead_and_within_a_month_and_a_day(second in 0i64..4_000_000_000, hours in -12i32..=14) {
            let zone = FixedOffset::east_opt(hours * 3600).unwrap();
            let after = DateTime::from_timestamp(second, 0).unwrap();
            for frequency in Frequency::ALL {
                let next = next_scan(*frequency, after, &zone);
                prop_assert!(next > after);
                prop_assert!(next - after <= chrono::Duration::days(33));
            }
        }

        #[test]
        fn every_named_issue_is_told_once(before in proptest::collection::btree_set("[a-e]", 0..5), now in proptest::collection::btree_set("[a-e]", 0..5)) {
            let issues = |names: &std::collections::BTreeSet<String>| -> Vec<Issue> {
                names.iter().map(|name| issue(Some(name), "/a")).collect()
            };
            let told = compare(&issues(&before), &issues(&now), true);
            prop_assert_eq!(told.len(), before.union(&now).count());
            let counts = ChangeCounts::of(&told);
            prop_assert_eq!(counts.resolved_issue_count as usize, before.difference(&now).count());
            prop_assert_eq!(counts.inconclusive_count, 0);
        }
    }
}
