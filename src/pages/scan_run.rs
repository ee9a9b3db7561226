//! A scan run: how far it is, the pages it saw, and what it brought.

mod body;
mod cancel;

use crate::api;
use crate::parts::{Loaded, NotFound, follow, in_path, per_account};
use crate::remote::use_remote;
use crate::session::account_ref;
use body::Body;
use domain::account::AccountRef;
use domain::id::ScanRunId;
use leptos::prelude::*;

/// A scan page.
#[component]
pub fn ScanRunPage() -> AnyView {
    let id = in_path::<ScanRunId>(1);
    per_account(move |membership| {
        let viewing = account_ref(&membership);
        follow(id, move |id| match id.clone() {
            Some(id) => view! { <ScanRun id viewing=viewing.clone() /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        })
    })
}

/// One run, seen from one account.
#[component]
fn ScanRun(
    /// Which run.
    id: ScanRunId,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let remote = use_remote(move || api::scan(id.clone()));
    view! {
        <Loaded remote what="The scan" children=move |scan| {
            view! { <Body scan remote viewing=viewing.clone() /> }.into_any()
        } />
    }
}
