//! All reports of the account's projects.

use crate::api;
use crate::api::List;
use crate::link::Link;
use crate::parts::{Badge, Loaded, PageHead, Panel, When, per_account};
use crate::remote::use_remote;
use domain::report::ReportRow;
use domain::session::Membership;
use leptos::prelude::*;

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
    let rows = Memo::new(move |_| list.with(|list| list.items.clone()));
    let body = move || {
        let rows = rows.get();
        if rows.is_empty() {
            return view! {
                <div class="body"><div class="empty"><b>"No reports yet"</b><p>"The first report appears when a scan of a project has completed."</p>
                    <a class="btn" href=Link::Projects.href()>"Open Projects"</a></div></div>
            }
            .into_any();
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
    view! { <Panel title="All reports" bare=true>{body}</Panel> }
}

fn row(report: ReportRow) -> impl IntoView {
    let href = Link::Report {
        id: report.report_id,
        select: Vec::new(),
    }
    .href();
    view! {
        <tr role="row">
            <td role="cell" class="lead wide"><a href=href>{report.title}</a></td>
            <td role="cell" data-label="Project"><a href=Link::Project(report.project_id).href()>{report.domain}</a></td>
            <td role="cell" data-label="State"><Badge tone=report.publication_status label=report.publication_status.label() /></td>
            <td role="cell" class="num" data-label="Findings">{report.findings_count}</td>
            <td role="cell" class="num" data-label="Eligible">{report.eligible_count}</td>
            <td role="cell" class="when" data-label="Scanned"><When at=report.scanned_at /></td>
        </tr>
    }
}
