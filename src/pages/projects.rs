//! The account's projects.

mod create;

use crate::api;
use crate::api::List;
use crate::link::Link;
use crate::parts::{Badge, Loaded, PageHead, Panel, Tone, per_account};
use crate::remote::use_remote;
use crate::slice::Slice;
use domain::id::AccountId;
use domain::project::ProjectRow;
use domain::session::Membership;
use leptos::prelude::*;

/// The list of projects.
#[component]
pub fn ProjectsPage() -> impl IntoView {
    per_account(|membership| view! { <Projects membership /> }.into_any())
}

#[component]
fn Projects(membership: Membership) -> impl IntoView {
    let Membership {
        account_id,
        account_name,
        ..
    } = membership.clone();
    let account = account_id.clone();
    let remote = use_remote(move || api::projects(account_id.clone()));
    let lead = || view! { <p>"One project a site, and whether a scan of it can start now."</p> };
    view! {
        <PageHead title=String::from("Projects") of=account_name lead />
        <Loaded remote what="The list of projects" children=move |list| {
            view! { <Rows list account=account.clone() /> }.into_any()
        } />
        {create::create(&membership, remote)}
    }
}

#[component]
fn Rows(list: Signal<List<ProjectRow>>, account: AccountId) -> impl IntoView {
    let rows = Slice::new(move |_| list.with(|list| list.items.clone()));
    let body = move || {
        let rows = rows.get();
        if rows.is_empty() {
            return view! {
                <div class="body"><div class="empty"><b>"No projects yet"</b><p>"A project is one site of this account. Create the first one below."</p></div></div>
            }
            .into_any();
        }
        let rows = rows
            .into_iter()
            .map(|project| row(project, &account))
            .collect_view();
        view! { <ul class="list">{rows}</ul> }.into_any()
    };
    view! { <Panel title="All projects" bare=true>{body}</Panel> }
}

fn row(project: ProjectRow, account: &AccountId) -> impl IntoView + use<> {
    let payer =
        (project.payer.id != *account).then(|| view! { " \u{b7} paid by " {project.payer.name} });
    let (tone, label, next) = match project.reason {
        None => (Tone::Ok, "Ready".to_owned(), ().into_any()),
        Some(reason) => {
            let tone = Tone::from(&reason);
            let words = reason.next_action.label;
            let next = match reason.next_action.href {
                Some(href) => view! { <a href=href>{words}</a> }.into_any(),
                None => view! { <span>{words}</span> }.into_any(),
            };
            let next =
                view! { <span class="small"><span class="muted">"Next: "</span>{next}</span> };
            (tone, reason.label, next.into_any())
        }
    };
    view! {
        <li>
            <div class="service">
                <div><a href=Link::Project(project.project_id).href()><b>{project.name}</b></a></div>
                <span class="muted small">{project.domain}{payer}</span>
            </div>
            <div class="service state"><div><Badge tone label /></div>{next}</div>
        </li>
    }
}
