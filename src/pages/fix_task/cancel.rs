//! Cancelling a task: what it gives back is said first, and a lost answer never cancels twice.

use crate::api::{self, Intent};
use crate::api::{Ended, ended};
use crate::dom;
use crate::model::credits::balance_text;
use crate::model::report::{returned_text, with_cancelled};
use crate::parts::ActionButton;
use crate::remote::Remote;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::fix::{CancelFix, CancelledFix, FixTaskView};
use leptos::prelude::*;
use leptos::task::spawn_local;

const CONTROL: &str = "cancel-task";
const QUESTION: &str = "cancel-question";
const DONE: &str = "cancel-done";

/// The control `Cancel fix task` with its question; nothing once the task has ended.
#[component]
pub(super) fn Cancel(
    /// The task.
    task: Signal<FixTaskView>,
    /// Where it comes from.
    remote: Remote<FixTaskView>,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let open = Slice::new(move |_| task.with(|task| task.row.status.is_open()));
    let asking = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let last = RwSignal::new(None::<Ended<CancelledFix>>);
    let seen_from = viewing.clone();
    let off = Signal::derive(move || {
        let blocked = task.with(|task| task.step_blocked(&seen_from));
        blocked.map(|reason| reason.message)
    });
    let cancel = Callback::new(move |()| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        last.set(None);
        let now = task.get_untracked();
        let id = now.row.fix_task_id.clone();
        let intent = Intent::of(&["cancel", id.as_str()].join(":"));
        let account_id = viewing.id.clone();
        let done = returned_text(&now);
        spawn_local(async move {
            let outcome = ended(api::cancel_fix(id, CancelFix { account_id }, intent).await);
            // Said even when the person went on to another page meanwhile.
            if let Some(Ended::Done(_)) = &outcome {
                dom::announce(&(String::from("The task is cancelled. ") + &done));
            }
            if pending.try_get_untracked().is_none() {
                return;
            }
            if let Some(Ended::Done(cancelled)) = &outcome {
                remote.set(with_cancelled(task.get_untracked(), cancelled));
            }
            last.set(outcome);
            asking.set(false);
            pending.set(false);
            remote.refetch();
        });
    });
    let ask = Callback::new(move |()| asking.set(true));
    // What was pressed is gone: the focus goes on to what stands in its place.
    Effect::watch(
        move || asking.get(),
        move |asked, _, _| {
            let done = last.with_untracked(|last| matches!(last, Some(Ended::Done(_))));
            let id = match (*asked, done) {
                (true, _) => QUESTION,
                (false, true) => DONE,
                (false, false) => CONTROL,
            };
            request_animation_frame(move || dom::focus_id(id));
        },
        false,
    );
    let control = move || {
        if !asking.get() {
            let label = String::from("Cancel fix task");
            return view! { <div id=CONTROL tabindex="-1"><ActionButton label off on_act=ask /></div> }
                .into_any();
        }
        let busy = Signal::derive(move || {
            pending
                .get()
                .then(|| String::from("The task is being cancelled."))
        });
        let free = Signal::derive(|| None::<String>);
        let keep = Callback::new(move |()| asking.set(false));
        let after = task.with_untracked(returned_text);
        view! {
            <div id=QUESTION tabindex="-1" role="group" aria-label="Cancel this task?" class="stack">
                <p><b>"Cancel this task? "</b>{after}" Its findings can be worked on again."</p>
                <div class="actions">
                    <ActionButton label=String::from("Yes, cancel the task") off=busy on_act=cancel />
                    <ActionButton label=String::from("Keep the task") off=free on_act=keep />
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        {move || last.get().map(|last| view! { <Last last /> })}
        {move || open.get().then_some(control)}
    }
}

/// How the cancellation ended.
#[component]
fn Last(last: Ended<CancelledFix>) -> AnyView {
    match last {
        Ended::Done(cancelled) => {
            // What the payer holds besides is for those who may open its billing.
            let figures = balance_text(cancelled.balance, false);
            view! {
                <p class="answer ok jump" id=DONE tabindex="-1"><span><b>"Task cancelled"</b>" \u{b7} " {figures}</span></p>
            }
            .into_any()
        }
        Ended::Refused(sentence) => view! {
            <div class="answer stop" role="alert">
                <p><b>"Not cancelled, nothing was changed."</b>" " {sentence}</p>
            </div>
        }
        .into_any(),
        Ended::Unknown(sentence) => view! {
            <div class="answer hold" role="alert">
                <p><b>"It is not known whether the task was cancelled."</b>" " {sentence}</p>
                <p>"If it was, this page says so. Cancelling it again cannot give anything back twice."</p>
            </div>
        }
        .into_any(),
    }
}
