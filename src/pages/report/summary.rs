//! What the report says in short.

use crate::parts::{Fact, Facts, Panel};
use crate::slice::Slice;
use domain::report::ReportView;
use leptos::prelude::*;

/// Risk score, findings, status and pages, with what the report does not claim.
#[component]
pub(super) fn Summary(
    /// The report.
    report: Signal<ReportView>,
) -> impl IntoView {
    let score = Slice::new(move |_| report.with(|view| view.risk_score));
    let findings = Slice::new(move |_| report.with(|view| view.fix_workflow.findings.len()));
    let status = Slice::new(move |_| report.with(|view| view.publication_status.label()));
    let pages = Slice::new(move |_| report.with(|view| view.scanned_pages));
    let project = Slice::new(move |_| report.with(|view| view.project_name.clone()));
    let disclaimer = Slice::new(move |_| report.with(|view| view.disclaimer_text.clone()));
    view! {
        <Panel title="Summary">
            <Facts>
                <Fact name="Risk score"><span class="score">{score}</span> <span class="muted small">" of 100, higher is worse"</span></Fact>
                <Fact name="Findings">{findings}</Fact>
                <Fact name="Status">{status}</Fact>
                <Fact name="Scanned pages">{pages}</Fact>
                <Fact name="Project">{project}</Fact>
            </Facts>
            <p class="small muted disclaimer">{disclaimer}</p>
        </Panel>
    }
}
