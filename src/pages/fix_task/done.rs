//! A ticket-only task is done when the person says so.

use crate::api::{self, Intent};
use crate::parts::{ActionButton, Outcome, OutcomeWords};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::use_write;
use domain::account::AccountRef;
use domain::fix::FixTaskView;
use domain::fix::task::{MarkDone, MovedFix, TaskStep};
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not marked as done, nothing was changed.",
    then_refused: "",
    unknown: "It is not known whether the task was marked as done.",
    then_unknown: "If it was, this page says so. Marking it again changes nothing.",
};

/// The control `Mark as done`; nothing once the task has ended.
#[component]
pub(super) fn Done(
    /// The task.
    task: Signal<FixTaskView>,
    /// Where it comes from.
    remote: Remote<FixTaskView>,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let write = use_write::<MovedFix, _>(remote);
    let open =
        Slice::new(move |_| task.with(|task| task.progress.steps.contains(&TaskStep::MarkDone)));
    let account_id = viewing.id.clone();
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The task is being marked as done.".to_owned());
        }
        task.with(|task| task.step_blocked(&viewing).map(|reason| reason.message))
    });
    let act = Callback::new(move |()| {
        let id = task.with_untracked(|task| task.row.fix_task_id.clone());
        let intent = Intent::of(&["done", id.as_str()].join(":"));
        let body = MarkDone {
            account_id: account_id.clone(),
        };
        write.run(
            api::mark_done(id, body, intent),
            |_| "The task is done. No credits moved.".to_owned(),
            |_| {},
        );
    });
    let button = move || {
        open.get().then(|| view! { <ActionButton label=TaskStep::MarkDone.label().to_owned() off primary=true on_act=act /> })
    };
    view! {
        <Outcome write words=WORDS done=|_| view! { <p class="answer ok"><span><b>"Marked as done"</b>" \u{b7} no credits moved"</span></p> }.into_any() />
        {button}
    }
}
