//! Fix work that was started from this report.

use crate::link::Link;
use crate::model::report::credits;
use crate::parts::{Badge, Panel, When};
use crate::slice::Slice;
use domain::fix::FixTaskRow;
use domain::report::ReportView;
use leptos::prelude::*;

/// The tasks, newest first.
#[component]
pub(super) fn Tasks(
    /// The report.
    report: Signal<ReportView>,
) -> impl IntoView {
    let tasks = Slice::new(move |_| report.with(|view| view.fix_workflow.tasks.clone()));
    let body = move || {
        let tasks = tasks.get();
        if tasks.is_empty() {
            return view! {
                <div class="body"><div class="empty"><b>"No work started yet"</b><p>"The first row appears when you start the workflow above."</p></div></div>
            }
            .into_any();
        }
        view! { <ul class="list">{tasks.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    view! { <Panel title="Started work" bare=true>{body}</Panel> }
}

fn row(task: FixTaskRow) -> impl IntoView {
    let unit = if task.finding_count == 1 {
        " finding"
    } else {
        " findings"
    };
    let held = task.delivery_mode.uses_credits();
    view! {
        <li>
            <div class="service">
                <div>
                    <a href=Link::FixTask(task.fix_task_id).href()>{task.delivery_mode.label()} ", " {task.finding_count} {unit}</a>
                    <Badge tone=task.status label=task.status.label() />
                </div>
                <span class="muted small">"Started " <When at=task.created_at /></span>
            </div>
            <div class="actions">
                {held.then(|| view! { <span>{credits(task.fix_credit_cost)}</span> })}
                <Badge tone=task.credit_state label=task.credit_state.label() />
            </div>
        </li>
    }
}
