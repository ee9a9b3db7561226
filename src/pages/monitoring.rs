//! The monitoring of a project: whether it is on, when it runs, and what its runs found changed.

mod changes;
mod chart;
mod schedule;
mod standing;

use crate::api;
use crate::link::Link;
use crate::parts::{Loaded, NotFound, PageHead, WrongAccount, follow, in_path, per_account, pick};
use crate::remote::{Remote, use_remote};
use crate::session::account_ref;
use domain::account::AccountRef;
use domain::id::ProjectId;
use domain::monitoring::MonitoringView;
use leptos::prelude::*;

/// The page `/projects/{project}/monitoring`.
#[component]
pub fn MonitoringPage() -> AnyView {
    let id = in_path::<ProjectId>(1);
    per_account(move |membership| {
        let viewing = account_ref(&membership);
        follow(id, move |id| match id.clone() {
            Some(id) => of_project(id, viewing.clone()),
            None => view! { <NotFound /> }.into_any(),
        })
    })
}

fn of_project(id: ProjectId, viewing: AccountRef) -> AnyView {
    let remote = use_remote(move || api::monitoring(id.clone()));
    let content = move |view: Signal<MonitoringView>| body(view, remote, &viewing);
    view! { <Loaded remote what="Monitoring" children=content /> }.into_any()
}

fn body(
    view: Signal<MonitoringView>,
    remote: Remote<MonitoringView>,
    viewing: &AccountRef,
) -> AnyView {
    let name = pick(view, |view| view.name.clone());
    let domain = pick(view, |view| view.domain.clone());
    let project = pick(view, |view| view.project_id.clone());
    let owner = pick(view, |view| view.owner.clone());
    let payer = pick(view, |view| view.facts.payer.account.clone());
    let crumbs = move || {
        let href = Link::Project(project.get_untracked()).href();
        view! { <p class="crumbs"><a href=Link::Projects.href()>"Projects"</a>" / "<a href=href>{name}</a></p> }
    };
    let lead = move || view! { <p>{domain}" \u{b7} Recurring checks, compared with the report before. They take no scan credits."</p> };
    view! {
        <PageHead title=String::from("Monitoring") of=name crumbs lead />
        <WrongAccount owner payer viewing=viewing.clone() />
        {standing::standing(view, remote, viewing)}
        {schedule::schedule(view, remote, viewing)}
        {chart::chart(view)}
        {changes::runs(view)}
        {changes::issues(view)}
        {changes::months(view)}
    }
    .into_any()
}
