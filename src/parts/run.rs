//! How a scan run stands: its bar while it runs, what it brought when it ended.

use super::{Badge, When};
use crate::link::Link;
use crate::model::project::{progress_text, run_sentence, time_left_text};
use domain::Timestamp;
use domain::scan::{ScanRun, ScanStatus};
use leptos::prelude::*;

/// The state of a run as it was at this moment.
pub fn run_state(run: &ScanRun, as_of: Timestamp) -> AnyView {
    let ended = run
        .ended_at
        .map(|at| view! { " \u{b7} ended " <When at /> });
    let failure = run.failure_reason.clone().map(|why| view! { <p>{why}</p> });
    let report = run.report_id.clone().map(|id| {
        let href = Link::Report {
            id,
            select: Vec::new(),
        }
        .href();
        view! { <p><a href=href>"View issues"</a></p> }
    });
    view! {
        <div class="stack">
            <div class="actions">
                <Badge tone=run.status label=run.status.label() />
                <Badge tone=run.credit_state label=run.credit_state.label() />
                <span class="muted small">"Queued " <When at=run.queued_at /> {ended}</span>
            </div>
            {(run.status == ScanStatus::Running).then(|| bar(run, as_of))}
            {failure}
            <p class="small muted">{run_sentence(run)}</p>
            {report}
        </div>
    }
    .into_any()
}

/// How far it is.
fn bar(run: &ScanRun, as_of: Timestamp) -> impl IntoView + use<> {
    let page = run
        .current_page
        .clone()
        .map(|page| view! { <p class="small muted wrap">"Page now: " {page}</p> });
    view! {
        <div class="progress">
            <progress aria-label="Pages scanned" max=run.pages_total.max(1).to_string() value=run.pages_done.to_string()></progress>
            <p class="small">{progress_text(run)} {time_left_text(run, as_of)}</p>
            {page}
        </div>
    }
}
