//! All reports of the account's projects.

use crate::api;
use crate::api::List;
use crate::link::Link;
use crate::parts::{Badge, Empty, Loaded, PageHead, Panel, When, per_account};
use crate::remote::use_remote;
use crate::slice::Slice;
use domain::report::{PublicationStatus, ReportRow};
use domain::session::Membership;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// The list of reports.
#[component]
pub fn ReportsPage() -> impl IntoView {
    per_account(|membership| view! { <Reports membership /> }.into_any())
}

#[component]
fn Reports(membership: Membership) -> impl IntoView {
    let Membership {
        account_id,
        account_name,
        ..
    } = membership;
    let remote = use_remote(move || api::reports(account_id.clone()));
    let lead = || view! { <p>"What was found on the sites of this account."</p> };
    view! {
        <PageHead title=String::from("Reports") of=account_name lead />
        <Loaded remote what="The list of reports" children=|list| view! { <Rows list /> }.into_any() />
    }
}

#[component]
fn Rows(list: Signal<List<ReportRow>>) -> impl IntoView {
    let state = state_in_path();
    let all = Slice::new(move |_| list.with(|list| list.items.clone()));
    let body = move || {
        let rows = all.get();
        if rows.is_empty() {
            return view! {
                <div class="body"><div class="empty"><b>"No reports yet"</b><p>"The first report appears when a scan of a project has completed."</p>
                    <a class="btn" href=Link::Projects.href()>"Open Projects"</a></div></div>
            }
            .into_any();
        }
        let state = state.get();
        let fits = |row: &ReportRow| state.is_none_or(|state| row.publication_status == state);
        let rows: Vec<ReportRow> = rows.into_iter().filter(fits).collect();
        if rows.is_empty() {
            return no_match();
        }
        view! {
            <div class="flush">
                <table role="table">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">"Report"</th>
                            <th role="columnheader" scope="col">"Project"</th>
                            <th role="columnheader" scope="col">"State"</th>
                            <th role="columnheader" scope="col" class="num">"Findings"</th>
                            <th role="columnheader" scope="col" class="num">"Eligible"</th>
                            <th role="columnheader" scope="col">"Scanned"</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        {filter(state)}
        <Panel title="All reports" bare=true>{body}</Panel>
    }
}

fn row(report: ReportRow) -> impl IntoView {
    let href = Link::Report {
        id: report.report_id,
        select: Vec::new(),
    }
    .href();
    let missing = report.missing.into_iter().map(|gate| {
        let next = gate.next.unwrap_or_default();
        view! { <div class="small muted">{gate.key.label()} ": " {next}</div> }
    });
    let missing = missing.collect_view();
    let retests = report
        .retests
        .text()
        .map(|text| view! { <div class="small muted">{text}</div> });
    view! {
        <tr role="row">
            <td role="cell" class="lead wide"><a href=href>{report.title}</a></td>
            <td role="cell" data-label="Project"><a href=Link::Project(report.project_id).href()>{report.domain}</a></td>
            <td role="cell" data-label="State"><Badge tone=report.publication_status label=report.publication_status.label() />{missing}{retests}</td>
            <td role="cell" class="num" data-label="Findings">{report.findings_count}</td>
            <td role="cell" class="num" data-label="Eligible">{report.eligible_count}</td>
            <td role="cell" class="when" data-label="Scanned"><When at=report.scanned_at /></td>
        </tr>
    }
}

/// The state that the address asks for.
fn state_in_path() -> Slice<Option<PublicationStatus>> {
    let (query, path) = (use_location().query, use_location().pathname);
    Slice::new(move |old: Option<&Option<PublicationStatus>>| {
        // On the way to another page the address changes first.
        if path.get() != Link::Reports.href() {
            return old.copied().flatten();
        }
        query.with(|query| query.get_str("state").and_then(PublicationStatus::parse))
    })
}

/// The filter; choosing changes the address, so that Back takes it away again.
fn filter(state: Slice<Option<PublicationStatus>>) -> impl IntoView {
    let go = use_navigate();
    let choose = move |event| {
        let query = PublicationStatus::parse(&event_target_value(&event))
            .map(|state| String::from("?state=") + state.key());
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        go(
            &(Link::Reports.href() + &query.unwrap_or_default()),
            options,
        );
    };
    let options = PublicationStatus::ALL.iter().map(|one| {
        view! { <option value=one.key() selected=move || state.get() == Some(*one)>{one.label()}</option> }
    });
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <div class="field">
                <label for="filter-state">"State"</label>
                <select id="filter-state" on:change=choose>
                    <option value="" selected=move || state.get().is_none()>"All states"</option>
                    {options.collect_view()}
                </select>
            </div>
        </div>
    }
}

fn no_match() -> AnyView {
    view! {
        <div class="body">
            <Empty title="No report is in this state" words="Take the filter away to see more.">
                <a class="btn" href=Link::Reports.href()>"Show all reports"</a>
            </Empty>
        </div>
    }
    .into_any()
}
