//! A fix task: tracked work on findings of one report.

mod assist;
mod body;
mod cancel;
mod done;
mod evidence;
mod patch;
mod retest;
mod timeline;

use crate::api;
use crate::parts::{Loaded, NotFound, follow, in_path, per_account};
use crate::remote::use_remote;
use crate::session::account_ref;
use body::Body;
use domain::account::AccountRef;
use domain::id::FixTaskId;
use leptos::prelude::*;

/// A fix task page.
#[component]
pub fn FixTaskPage() -> AnyView {
    let id = in_path::<FixTaskId>(1);
    per_account(move |membership| {
        let viewing = account_ref(&membership);
        follow(id, move |id| match id.clone() {
            Some(id) => view! { <FixTask id viewing=viewing.clone() /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        })
    })
}

/// One task, seen from one account.
#[component]
fn FixTask(
    /// Which task.
    id: FixTaskId,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let remote = use_remote(move || api::fix_task(id.clone()));
    view! {
        <Loaded remote what="The fix task" children=move |task| {
            view! { <Body task remote viewing=viewing.clone() /> }.into_any()
        } />
    }
}
