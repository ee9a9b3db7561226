//! All scan runs of the account's projects.

mod filters;

use crate::api;
use crate::link::Link;
use crate::model::project::progress_text;
use crate::parts::{
    Badge, Empty, Head, Loaded, PageHead, Panel, Table, When, follow, per_account, pick, rows,
    unless_empty,
};
use crate::remote::use_remote;
use crate::slice::Slice;
use domain::id::{AccountId, ScanRunId};
use domain::scan::{ScanPage, ScanRow, ScanStatus};
use domain::session::Membership;
use filters::{Shown, filters};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page `/scans`.
#[component]
pub fn ScansPage() -> AnyView {
    let query = use_location().query;
    let path = use_location().pathname;
    let shown = Slice::new(move |old: Option<&Shown>| {
        // On the way to another page the address changes first.
        if path.get() != Link::Scans.href() {
            return old.cloned().unwrap_or_default();
        }
        query.with(Shown::of)
    });
    per_account(move |membership| view! { <Scans membership shown /> }.into_any())
}

#[component]
fn Scans(membership: Membership, shown: Slice<Shown>) -> AnyView {
    let Membership {
        account_id,
        account_name,
        ..
    } = membership;
    let lead = || view! { <p>"Every run on the sites of this account, newest first."</p> };
    let list = move |shown: &Shown| list(account_id.clone(), shown.clone());
    view! {
        <PageHead title=String::from("Scans") of=account_name lead />
        {follow(shown, list)}
    }
    .into_any()
}

fn list(account: AccountId, shown: Shown) -> AnyView {
    let query = shown.query();
    let remote = use_remote(move || api::scans(account.clone(), query.clone()));
    let content = move |page: Signal<ScanPage>| panels(&shown, page);
    view! { <Loaded remote what="The list of scans" children=content /> }.into_any()
}

const HEADS: &[Head] = &[
    Head::Text("Scan"),
    Head::Text("Project"),
    Head::Text("State"),
    Head::Text("Credit"),
    Head::Text("Pages"),
    Head::Text("Queued"),
    Head::Text("Issues"),
];

fn panels(shown: &Shown, page: Signal<ScanPage>) -> AnyView {
    let items = pick(page, |page| page.items.clone());
    let next = pick(page, |page| page.next_cursor.clone());
    let table = move || {
        view! { <Table heads=HEADS>{rows(items, |row| row.run.scan_run_id.clone(), row)}</Table> }
            .into_any()
    };
    let (controls, no_rows) = (
        filters(shown),
        if shown.is_any() { no_match } else { nothing },
    );
    let older = {
        let shown = shown.clone();
        move |next: &Option<ScanRunId>| older(&shown, next.as_ref())
    };
    view! {
        {controls}
        <Panel title="All scans" flush=true>
            {unless_empty(items, no_rows, table)}
            {follow(next, older)}
        </Panel>
    }
    .into_any()
}

fn row(item: &ScanRow) -> AnyView {
    let run = &item.run;
    let pages = match run.status {
        ScanStatus::Running => progress_text(run),
        _ if run.pages_done > 0 => run.pages_done.to_string(),
        _ => String::from("\u{2013}"),
    };
    let issues = run.report_id.clone().map(|id| {
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
    let (project, kind) = (item.project_name.clone(), run.kind.label());
    let (scan, of) = (
        Link::Scan(run.scan_run_id.clone()).href(),
        Link::Project(run.project_id.clone()).href(),
    );
    let by = item.started_by.clone();
    view! {
        <tr role="row">
            <td role="cell" class="lead wide"><a href=scan>{kind}</a><div class="small muted">"by " {by}</div></td>
            <td role="cell" data-label="Project"><a href=of>{project}</a></td>
            <td role="cell" data-label="State"><Badge tone=run.status label=run.status.label() />{why}</td>
            <td role="cell" data-label="Credit"><Badge tone=run.credit_state label=run.credit_state.label() /></td>
            <td role="cell" data-label="Pages">{pages}</td>
            <td role="cell" class="when" data-label="Queued"><When at=run.queued_at /></td>
            <td role="cell" data-label="Issues">{issues}</td>
        </tr>
    }
    .into_any()
}

fn older(shown: &Shown, next: Option<&ScanRunId>) -> AnyView {
    let first = shown
        .after
        .is_some()
        .then(|| view! { <a class="btn" href=shown.first().href()>"Newest"</a> });
    let more = next.map(|next| {
        let href = shown.after(next).href();
        view! { <a class="btn" href=href>"Older"</a> }
    });
    view! { <div class="pager">{first}{more}</div> }.into_any()
}

fn nothing() -> AnyView {
    view! {
        <Empty title="No scans yet" words="The first one appears when a scan of a project is started.">
            <a class="btn" href=Link::Projects.href()>"Open Projects"</a>
        </Empty>
    }
    .into_any()
}

fn no_match() -> AnyView {
    view! {
        <Empty title="No scan fits these filters" words="Take a filter away to see more.">
            <a class="btn" href=Link::Scans.href()>"Show all scans"</a>
        </Empty>
    }
    .into_any()
}
