//! The steps from a new project to its first report.

use crate::parts::{Badge, Panel};
use crate::slice::Slice;
use domain::project::{PathStep, ProjectView, StepBadge};
use leptos::prelude::*;

/// The steps, each with where it stands.
#[component]
pub(super) fn Path(
    /// The project.
    project: Signal<ProjectView>,
) -> impl IntoView {
    let steps = Slice::new(move |_| project.with(|view| view.path_steps.clone()));
    let rows = move || steps.get().into_iter().map(row).collect_view();
    view! {
        <Panel title="Shortest path to first useful report">
            <ol class="stages">{rows}</ol>
        </Panel>
    }
}

fn row(step: PathStep) -> impl IntoView {
    let state = match step.badge {
        StepBadge::Done => "done",
        StepBadge::Now => "now",
        StepBadge::Waiting => "waiting",
        StepBadge::Blocked => "blocked",
    };
    view! {
        <li data-state=state>
            <span>{step.label}</span>
            <span class="at"><Badge tone=step.badge label=step.badge.label() /></span>
        </li>
    }
}
