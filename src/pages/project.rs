//! A project: its path, services, scan and reports.

mod access;
mod body;
mod path;
mod places;
mod proof;
mod reports;
mod scan;
mod scope;
mod services;
mod state;
mod switch;

use crate::api;
use crate::parts::{Loaded, NotFound, follow, in_path, per_account};
use crate::remote::use_remote;
use crate::session::account_ref;
use body::Body;
use domain::account::AccountRef;
use domain::id::ProjectId;
use leptos::prelude::*;

/// A project page.
#[component]
pub fn ProjectPage() -> AnyView {
    let id = in_path::<ProjectId>(1);
    per_account(move |membership| {
        let viewing = account_ref(&membership);
        follow(id, move |id| match id.clone() {
            Some(id) => view! { <Project id viewing=viewing.clone() /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        })
    })
}

/// One project, seen from one account.
#[component]
fn Project(
    /// Which project.
    id: ProjectId,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let asked = id.clone();
    let remote = use_remote(move || api::project(asked.clone()));
    view! {
        <Loaded remote what="The project" children=move |project| {
            view! { <Body project remote id=id.clone() viewing=viewing.clone() /> }.into_any()
        } />
    }
}
