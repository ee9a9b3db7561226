//! Project usage and dependencies: the services that live on this account's coverage.

use crate::link::Link;
use crate::parts::{Badge, Empty, Head, Panel, Table, pick, rows, unless_empty};
use domain::billing::{BillingView, UsageRow};
use domain::reason::Reason;
use leptos::prelude::*;

/// The panel `Project usage and dependencies`.
pub(super) fn usage(view: Signal<BillingView>) -> AnyView {
    // The account never changes on this page: another one is another page.
    let account = view.with_untracked(|view| view.account_name.clone());
    let services = pick(view, |view| view.project_usage.clone());
    let body = unless_empty(services, nothing, move || {
        let account = account.clone();
        let key = |service: &UsageRow| (service.project_id.clone(), service.service);
        let rows = rows(services, key, move |service| row(service, &account));
        view! { <Table heads=&HEADS>{rows}</Table> }.into_any()
    });
    view! { <Panel title="Project usage and dependencies" flush=true>{body}</Panel> }.into_any()
}

const HEADS: [Head; 4] = [
    Head::Text("Project"),
    Head::Text("Service"),
    Head::Text("State"),
    Head::Text("What is in the way"),
];

fn nothing() -> AnyView {
    view! {
        <Empty
            title="No project uses this account yet"
            words="Services appear here when a project of this account has one."
        >
            <a class="btn" href=Link::Projects.href()>"Open projects"</a>
        </Empty>
    }
    .into_any()
}

/// One service of one project.
fn row(row: &UsageRow, account: &str) -> AnyView {
    let other = |role: &str, name: &str| {
        (name != account)
            .then(|| view! { <span class="hint">{format!("{role} by {name}")}</span> }.into_any())
    };
    view! {
        <tr role="row">
            <td role="cell" class="lead whole">
                <a href=Link::Project(row.project_id.clone()).href()>{row.project_name.clone()}</a>
                <span class="hint">{row.domain.clone()}</span>
                {other("Owned", &row.owner_name)} {other("Paid", &row.payer_name)}
            </td>
            <td role="cell" data-label="Service">{row.service.label()}</td>
            <td role="cell" data-label="State"><Badge tone=row.badge label=row.badge.label() /></td>
            <td role="cell" class="wide" data-label="What is in the way">{in_the_way(row.reason.as_ref())}</td>
        </tr>
    }
    .into_any()
}

fn in_the_way(reason: Option<&Reason>) -> AnyView {
    match reason {
        None => view! { <span class="muted">"Nothing"</span> }.into_any(),
        Some(reason) => view! {
            <b>{reason.label.clone()}</b><span class="hint">{reason.message.clone()}</span>
        }
        .into_any(),
    }
}
