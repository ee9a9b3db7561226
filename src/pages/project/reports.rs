//! The reports of a project.

use crate::link::Link;
use crate::parts::{Badge, Panel, When};
use crate::slice::Slice;
use domain::project::ProjectView;
use domain::report::ReportRow;
use leptos::prelude::*;

/// The reports, newest first.
#[component]
pub(super) fn Reports(
    /// The project.
    project: Signal<ProjectView>,
) -> impl IntoView {
    let reports = Slice::new(move |_| project.with(|view| view.reports.clone()));
    let body = move || {
        let reports = reports.get();
        if reports.is_empty() {
            return view! {
                <div class="body"><div class="empty"><b>"No reports yet"</b><p>"The first report appears when a scan has completed."</p></div></div>
            }
            .into_any();
        }
        view! { <ul class="list">{reports.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    view! { <Panel title="Reports" bare=true>{body}</Panel> }
}

fn row(report: ReportRow) -> impl IntoView {
    let href = Link::Report {
        id: report.report_id,
        select: Vec::new(),
    }
    .href();
    let unit = if report.findings_count == 1 {
        " finding, "
    } else {
        " findings, "
    };
    let retests = report
        .retests
        .text()
        .map(|text| view! { <span class="small">{text}</span> });
    view! {
        <li>
            <div class="service">
                <div><a href=href>{report.title}</a></div>
                <span class="muted small">{report.findings_count} {unit} {report.eligible_count} " eligible \u{b7} scanned " <When at=report.scanned_at /></span>
                {retests}
            </div>
            <Badge tone=report.publication_status label=report.publication_status.label() />
        </li>
    }
}
