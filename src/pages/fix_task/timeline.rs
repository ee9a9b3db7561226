//! What happened on a task, when, and by whom.

use crate::parts::When;
use domain::fix::task::TaskEvent;
use leptos::prelude::*;

/// The events, oldest first.
pub(super) fn timeline(events: &[TaskEvent]) -> AnyView {
    let row = |event: &TaskEvent| {
        let TaskEvent {
            kind,
            actor,
            note,
            at,
        } = event.clone();
        let note = (!note.is_empty()).then(|| view! { <p class="small muted">{note}</p> });
        view! {
            <li>
                <p><b>{kind.label()}</b>" by "{actor}", "<When at /></p>
                {note}
            </li>
        }
    };
    view! { <ol class="list">{events.iter().map(row).collect_view()}</ol> }.into_any()
}
