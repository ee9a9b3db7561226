//! The quality gates of a report.

use crate::model::report::gates_passed;
use crate::parts::Panel;
use crate::slice::Slice;
use domain::report::{Gate, GateStatus, ReportView};
use leptos::prelude::*;

/// The id to jump to.
pub(super) const GATES: &str = "gates";

const fn words(status: GateStatus) -> (&'static str, &'static str) {
    match status {
        GateStatus::Passed => ("", "Passed: "),
        GateStatus::Blocked => ("no", "Blocked: "),
        GateStatus::Pending => ("wait", "Pending: "),
    }
}

/// Each gate with how it stands, and what happens next where it has not passed.
#[component]
pub(super) fn Gates(
    /// The report.
    report: Signal<ReportView>,
) -> impl IntoView {
    let gates = Slice::new(move |_| report.with(|view| view.gates.clone()));
    let can_publish = Slice::new(move |_| report.with(|view| view.can_publish));
    let count = move || gates.with(|gates| gates_passed(gates));
    let rows = move || gates.get().into_iter().map(row).collect_view();
    let publish = move || {
        if can_publish.get() {
            "Can publish: Yes"
        } else {
            "Can publish: No, not before every gate has passed."
        }
    };
    view! {
        <Panel title="Quality gates" aside=move || view! { <span class="muted small">{count}</span> }>
            <div id=GATES tabindex="-1" class="jump">
                <ul class="checks across">{rows}</ul>
                <p class="small muted">{publish}</p>
            </div>
        </Panel>
    }
}

fn row(gate: Gate) -> impl IntoView {
    let (class, word) = words(gate.status);
    let passed = gate.status == GateStatus::Passed;
    let state =
        (!passed).then(|| view! { <span class="muted">" \u{b7} " {gate.status.label()}</span> });
    let next = gate
        .next
        .filter(|_| !passed)
        .map(|next| view! { <span class="small muted">"Next: " {next}</span> });
    view! {
        <li class=class>
            <span><span class="visually-hidden">{word}</span>{gate.key.label()}{state}</span>
            {next}
        </li>
    }
}
