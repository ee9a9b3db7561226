//! Cancelling a task: what it gives back is said first, and a lost answer never cancels twice.

use crate::api::{self, ApiError, Intent};
use crate::dom;
use crate::model::report::credits;
use crate::parts::{Act, Notice, Tone};
use crate::remote::Remote;
use domain::account::AccountRef;
use domain::fix::{CancelFix, FixTaskView};
use leptos::prelude::*;
use leptos::task::spawn_local;

const CONTROL: &str = "cancel-task";
const QUESTION: &str = "cancel-question";

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
    let open = Memo::new(move |_| task.with(|task| task.row.status.is_open()));
    let asking = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let problem = RwSignal::new(None::<ApiError>);
    let seen_from = viewing.clone();
    let off = Signal::derive(move || {
        let blocked = task.with(|task| task.cancel_blocked(&seen_from));
        blocked.map(|reason| reason.message)
    });
    let cancel = Callback::new(move |()| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        problem.set(None);
        let now = task.get_untracked();
        let id = now.row.fix_task_id.clone();
        let intent = Intent::of(&["cancel", id.as_str()].join(":"));
        let account_id = viewing.id.clone();
        let done = returned(&now);
        spawn_local(async move {
            let outcome = api::cancel_fix(id, CancelFix { account_id }, intent).await;
            if outcome.is_ok() {
                dom::announce(&(String::from("The task is cancelled. ") + &done));
            }
            problem.try_set(outcome.err());
            asking.try_set(false);
            pending.try_set(false);
            remote.refetch();
        });
    });
    let ask = Callback::new(move |()| asking.set(true));
    // What was pressed is gone: the focus goes on to what stands in its place.
    Effect::watch(
        move || asking.get(),
        |asked, _, _| {
            let id = if *asked { QUESTION } else { CONTROL };
            request_animation_frame(move || dom::focus_id(id));
        },
        false,
    );
    let control = move || {
        if !asking.get() {
            let label = String::from("Cancel fix task");
            return view! { <div id=CONTROL tabindex="-1"><Act label off on_act=ask /></div> }
                .into_any();
        }
        let busy = Signal::derive(move || {
            pending
                .get()
                .then(|| String::from("The task is being cancelled."))
        });
        let free = Signal::derive(|| None::<String>);
        let keep = Callback::new(move |()| asking.set(false));
        let after = task.with_untracked(returned);
        view! {
            <div id=QUESTION tabindex="-1" role="group" aria-label="Cancel this task?" class="stack">
                <p><b>"Cancel this task? "</b>{after}" Its findings can be worked on again."</p>
                <div class="actions">
                    <Act label=String::from("Yes, cancel the task") off=busy on_act=cancel />
                    <Act label=String::from("Keep the task") off=free on_act=keep />
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        {move || problem.get().map(|error| view! {
            <Notice tone=Tone::Stop title="The task was not cancelled" alert=true><p>{error.sentence()} " " {unknown(&error)}</p></Notice>
        })}
        {move || open.get().then_some(control)}
    }
}

/// What becomes of the credits: "2 credits go back to Avail of Northwind Trading."
fn returned(task: &FixTaskView) -> String {
    if task.row.delivery_mode.uses_credits() {
        let (cost, payer) = (task.row.fix_credit_cost, &task.paying_account.name);
        let verb = if cost == 1 { "goes" } else { "go" };
        format!("{} {verb} back to Avail of {payer}.", credits(cost))
    } else {
        String::from("It holds no credits.")
    }
}

/// What a lost answer means here.
const fn unknown(error: &ApiError) -> &'static str {
    match error {
        ApiError::Offline | ApiError::TimedOut => {
            "It is not known whether it was cancelled. Try again: nothing is given back twice."
        }
        _ => "",
    }
}
