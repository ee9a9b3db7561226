//! Whether the work can start, why not, and everything that was looked at.

use super::state::FixState;
use crate::parts::{Checks, ReasonBox};
use crate::slice::Slice;
use domain::gate::Verdict;
use leptos::prelude::*;

/// "Ready to start" or the reason to act on, then all checks.
#[component]
pub(super) fn Decision(
    /// The workflow.
    state: FixState,
) -> impl IntoView {
    let primary = Slice::new(move |_| state.verdict.with(|verdict| verdict.primary().cloned()));
    let checks = Slice::new(move |_| {
        state
            .verdict
            .with(|verdict: &Verdict| verdict.checks.clone())
    });
    let head = move || match primary.get() {
        None => view! { <h3>"Ready to start"</h3> }.into_any(),
        // Its next step stands beside the start.
        Some(reason) => view! { <ReasonBox reason /> }.into_any(),
    };
    view! {
        <div>
            {head}
            {move || view! { <Checks checks=checks.get() /> }}
        </div>
    }
}
