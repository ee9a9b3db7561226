//! The project page put together.

use super::access::access;
use super::path::Path;
use super::proof::proof;
use super::reports::Reports;
use super::scan::Scan;
use super::scope::{acceptance, selection};
use super::services::Services;
use super::state::ProjectState;
use crate::link::Link;
use crate::parts::{PageHead, WrongAccount};
use crate::remote::Remote;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::id::ProjectId;
use domain::project::ProjectView;
use leptos::prelude::*;

/// The head and the panels of a project.
#[component]
pub(super) fn Body(
    /// The project.
    project: Signal<ProjectView>,
    /// Where it comes from.
    remote: Remote<ProjectView>,
    /// Its id.
    id: ProjectId,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let (own, seen_from) = (id.clone(), viewing.clone());
    let state = ProjectState::new(project, remote, id, viewing.clone());
    let owner = Slice::new(move |_| project.with(|view| view.owner.clone()));
    let payer = Slice::new(move |_| project.with(|view| view.payer.clone()));
    view! {
        <Head project />
        <WrongAccount owner payer viewing />
        <Path project />
        <div class="two">
            {selection(project, state)}
            {acceptance(project, state)}
        </div>
        <div class="two">
            {proof(project, state)}
            <Services project state />
        </div>
        <Scan project state />
        <Reports project />
        {access(own, seen_from)}
    }
}

#[component]
fn Head(project: Signal<ProjectView>) -> impl IntoView {
    let name = Slice::new(move |_| project.with(|view| view.name.clone()));
    let owner = Slice::new(move |_| project.with(|view| view.owner.name.clone()));
    let payer = Slice::new(move |_| project.with(|view| view.payer.name.clone()));
    let domain = Slice::new(move |_| project.with(|view| view.domain.clone()));
    let crumbs = || view! { <p class="crumbs"><a href=Link::Projects.href()>"Projects"</a></p> };
    let lead = move || {
        view! {
            <p>{domain} " \u{b7} Owned by " {owner} " \u{b7} Paid by " {payer}</p>
        }
    };
    view! { <PageHead title=name of=owner crumbs lead /> }
}
