//! The panel that turns findings into tracked fix work.

use super::decision::Decision;
use super::filters::Filters;
use super::findings::Findings;
use super::marks::marks;
use super::modes::Modes;
use super::proposal::Proposed;
use super::spend::Spend;
use super::state::FixState;
use crate::parts::{Panel, follow, payer_line};
use crate::slice::Slice;
use domain::credits::CreditType;
use domain::report::ReportView;
use leptos::prelude::*;

/// Findings, delivery, what stands in the way, what it costs, and the start.
#[component]
pub(super) fn Workflow(
    /// The report.
    report: Signal<ReportView>,
    /// The workflow.
    state: FixState,
) -> impl IntoView {
    let payer = Slice::new(move |_| state.facts.with(|facts| facts.payer.clone()));
    let safety = || view! { <span class="muted small">"Nothing changes on your site without your approval"</span> };
    let left_out =
        move || {
            Some(state.left_out.get()).filter(|count| *count > 0).map(|count| {
            let text = if count == 1 {
                "1 finding of your selection can no longer be selected; its row says why."
            } else {
                "Some findings of your selection can no longer be selected; their rows say why."
            };
            view! { <p class="small muted">{text}</p> }
        })
        };
    view! {
        <Panel title="Automated fix workflow" bare=true aside=safety>
            <div class="body">
                {follow(payer, |payer| payer_line(payer, CreditType::AutomatedFix))}
                {left_out}
                <Proposed state />
            </div>
            <Filters state />
            <Findings state />
            {marks(state)}
            <div class="body modes"><Modes report state /></div>
            <div class="decide">
                <Decision state />
                <Spend state />
            </div>
        </Panel>
    }
}
