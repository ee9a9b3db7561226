//! The runs, what the newest found changed, and what each month brought.

use crate::link::Link;
use crate::parts::{
    Badge, Empty, Head, Panel, Table, Tone, When, follow, pick, rows, unless_empty,
};
use domain::monitoring::{
    ChangedIssue, IssueChange, MonitoringRun, MonitoringView, MonthlySummary,
};
use leptos::prelude::*;

const RUNS: &[Head] = &[
    Head::Text("Run"),
    Head::Text("State"),
    Head::Figure("New", "num"),
    Head::Figure("Recurring", "num"),
    Head::Figure("Resolved", "num"),
    Head::Figure("Inconclusive", "num"),
    Head::Text("Report"),
];

/// The panel of runs.
pub(super) fn runs(view: Signal<MonitoringView>) -> AnyView {
    let items = pick(view, |view| view.runs.clone());
    let table = move || {
        view! { <Table heads=RUNS>{rows(items, |run| run.scan_run_id.clone(), run)}</Table> }
            .into_any()
    };
    view! { <Panel title="Runs" flush=true>{unless_empty(items, no_runs, table)}</Panel> }
        .into_any()
}

fn no_runs() -> AnyView {
    view! { <div class="body"><Empty title="No run yet" words="The first one begins by the schedule above. It is compared with the baseline report." /></div> }
        .into_any()
}

fn run(run: &MonitoringRun) -> AnyView {
    let scan = Link::Scan(run.scan_run_id.clone()).href();
    let (at, status) = (run.queued_at, run.status);
    let figure =
        |count: Option<u32>| count.map_or_else(|| "\u{2013}".to_owned(), |count| count.to_string());
    let counts = run.counts;
    let report = run.report_id.clone().map(|id| {
        let href = Link::Report {
            id,
            select: Vec::new(),
        }
        .href();
        view! { <a href=href>"View issues"</a> }
    });
    let why = run
        .failure_reason
        .clone()
        .map(|why| view! { <div class="small muted wrap">{why}</div> });
    view! {
        <tr role="row">
            <td role="cell" class="lead when"><a href=scan><When at /></a></td>
            <td role="cell" data-label="State"><Badge tone=status label=status.label() />{why}</td>
            <td role="cell" class="num" data-label="New">{figure(counts.map(|all| all.new_issue_count))}</td>
            <td role="cell" class="num" data-label="Recurring">{figure(counts.map(|all| all.recurring_issue_count))}</td>
            <td role="cell" class="num" data-label="Resolved">{figure(counts.map(|all| all.resolved_issue_count))}</td>
            <td role="cell" class="num" data-label="Inconclusive">{figure(counts.map(|all| all.inconclusive_count))}</td>
            <td role="cell" data-label="Report">{report}</td>
        </tr>
    }
    .into_any()
}

const ISSUES: &[Head] = &[
    Head::Text("Issue"),
    Head::Text("Change"),
    Head::Text("Severity"),
    Head::Text("Page"),
];

/// The panel of the newest comparison; nothing before there is one.
pub(super) fn issues(view: Signal<MonitoringView>) -> AnyView {
    let items = pick(view, |view| view.issues.clone());
    follow(items, |items| {
        if items.is_empty() {
            return ().into_any();
        }
        let rows = items.iter().map(issue).collect_view();
        view! { <Panel title="Newest comparison" flush=true><Table heads=ISSUES>{rows}</Table></Panel> }
            .into_any()
    })
}

fn issue(issue: &ChangedIssue) -> AnyView {
    let tone = match issue.change {
        IssueChange::New => Tone::Stop,
        IssueChange::Resolved => Tone::Ok,
        IssueChange::Recurring | IssueChange::Inconclusive => Tone::Quiet,
    };
    let (title, page) = (issue.title.clone(), issue.affected_url.clone());
    view! {
        <tr role="row">
            <td role="cell" class="lead wide">{title}</td>
            <td role="cell" data-label="Change"><Badge tone label=issue.change.label() /></td>
            <td role="cell" data-label="Severity">{issue.severity.label()}</td>
            <td role="cell" class="wrap" data-label="Page">{page}</td>
        </tr>
    }
    .into_any()
}

const MONTHS: &[Head] = &[
    Head::Text("Month"),
    Head::Figure("Completed", "num"),
    Head::Figure("Failed", "num"),
    Head::Figure("New", "num"),
    Head::Figure("Resolved", "num"),
];

/// The panel of months; nothing before the first run.
pub(super) fn months(view: Signal<MonitoringView>) -> AnyView {
    let items = pick(view, |view| view.months.clone());
    follow(items, |items| {
        if items.is_empty() {
            return ().into_any();
        }
        let rows = items.iter().map(month).collect_view();
        view! { <Panel title="Monthly summary" flush=true><Table heads=MONTHS>{rows}</Table></Panel> }
            .into_any()
    })
}

fn month(month: &MonthlySummary) -> AnyView {
    let period = month.summary_period.clone();
    view! {
        <tr role="row">
            <td role="cell" class="lead">{period}</td>
            <td role="cell" class="num" data-label="Completed">{month.completed}</td>
            <td role="cell" class="num" data-label="Failed">{month.failed}</td>
            <td role="cell" class="num" data-label="New">{month.new_issue_count}</td>
            <td role="cell" class="num" data-label="Resolved">{month.resolved_issue_count}</td>
        </tr>
    }
    .into_any()
}
