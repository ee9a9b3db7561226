//! What a gate looked at, one line a check.

use domain::gate::{Check, CheckState};
use leptos::prelude::*;

const fn words(state: CheckState) -> (&'static str, &'static str) {
    match state {
        CheckState::Passed => ("", "Passed: "),
        CheckState::Failed => ("no", "Failed: "),
        CheckState::Waiting => ("wait", "Waiting: "),
    }
}

/// Checks with their outcome as mark and as word.
#[component]
pub fn Checks(
    /// The checks, in order of evaluation.
    checks: Vec<Check>,
) -> impl IntoView {
    let rows = checks.into_iter().map(|check| {
        let (class, word) = words(check.state);
        view! { <li class=class><span><span class="visually-hidden">{word}</span>{check.label}</span></li> }
    });
    view! { <ul class="checks">{rows.collect_view()}</ul> }
}
