//! A fix task: tracked work on findings of one report.

mod body;
mod cancel;

use crate::api;
use crate::pages::not_found::NotFound;
use crate::parts::{Loaded, per_account};
use crate::remote::use_remote;
use crate::session::account_ref;
use body::Body;
use domain::account::AccountRef;
use domain::id::FixTaskId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// A fix task page.
#[component]
pub fn FixTaskPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        let text = params
            .with(|params| params.get("fix_task"))
            .unwrap_or_default();
        FixTaskId::parse(&text).ok()
    });
    per_account(move |membership| {
        let viewing = account_ref(&membership);
        let page = move || match id.get() {
            Some(id) => view! { <FixTask id viewing=viewing.clone() /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        };
        page.into_any()
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
