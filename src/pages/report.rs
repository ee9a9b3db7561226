//! A report: what was found, whether it may be published, and the fix workflow.

mod body;
mod decision;
mod filters;
mod findings;
mod gates;
mod guidance;
mod marks;
mod modes;
mod proposal;
mod spend;
mod state;
mod summary;
mod tasks;
mod workflow;

use crate::api;
use crate::parts::{Loaded, NotFound, follow, in_path, per_account};
use crate::remote::use_remote;
use crate::session::account_ref;
use body::Body;
use domain::account::AccountRef;
use domain::id::ReportId;
use leptos::prelude::*;

/// A report page.
#[component]
pub fn ReportPage() -> AnyView {
    let id = in_path::<ReportId>(1);
    per_account(move |membership| {
        let viewing = account_ref(&membership);
        follow(id, move |id| match id.clone() {
            Some(id) => view! { <Report id viewing=viewing.clone() /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        })
    })
}

/// One report, seen from one account.
#[component]
fn Report(
    /// Which report.
    id: ReportId,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let asked = id.clone();
    let remote = use_remote(move || api::report(asked.clone()));
    view! {
        <Loaded remote what="The report" children=move |report| {
            view! { <Body report remote id=id.clone() viewing=viewing.clone() /> }.into_any()
        } />
    }
}
