//! Project usage and dependencies: the services that live on this account's coverage.

use crate::link::Link;
use crate::parts::{Badge, Empty, Head, Panel, Table, pick, rows, unless_empty};
use domain::billing::{BillingView, UsageRow};
use leptos::prelude::*;

/// The panel `Project usage and dependencies`: each project once, with its services.
pub(super) fn usage(view: Signal<BillingView>) -> AnyView {
    // The account never changes on this page: another one is another page.
    let account = view.with_untracked(|view| view.account_name.clone());
    let projects = pick(view, |view| by_project(&view.project_usage));
    let body = unless_empty(projects, nothing, move || {
        let account = account.clone();
        let key = |project: &Vec<UsageRow>| project.first().map(|row| row.project_id.clone());
        let rows = rows(projects, key, move |project| one_project(project, &account));
        view! { <Table heads=&HEADS>{rows}</Table> }.into_any()
    });
    view! { <Panel title="Project usage and dependencies" flush=true>{body}</Panel> }.into_any()
}

const HEADS: [Head; 2] = [
    Head::Text("Project"),
    Head::Text("Services, and what is in the way"),
];

/// The rows of each project, in the order in which they come.
fn by_project(rows: &[UsageRow]) -> Vec<Vec<UsageRow>> {
    let same = |one: &UsageRow, other: &UsageRow| one.project_id == other.project_id;
    rows.chunk_by(same).map(<[UsageRow]>::to_vec).collect()
}

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

fn one_project(services: &[UsageRow], account: &str) -> AnyView {
    let Some(row) = services.first() else {
        return ().into_any();
    };
    let other = |role: &str, name: &str| {
        (name != account)
            .then(|| view! { <span class="hint">{format!("{role} by {name}")}</span> }.into_any())
    };
    let lines: Vec<AnyView> = services.iter().map(line).collect();
    view! {
        <tr role="row">
            <td role="cell" class="lead whole">
                <a href=Link::Project(row.project_id.clone()).href()>{row.project_name.clone()}</a>
                <span class="hint">{row.domain.clone()}</span>
                {other("Owned", &row.owner_name)} {other("Paid", &row.payer_name)}
            </td>
            <td role="cell" class="wide"><ul class="uses">{lines}</ul></td>
        </tr>
    }
    .into_any()
}

/// One service of a project.
fn line(row: &UsageRow) -> AnyView {
    let why = row.reason.as_ref().map(|reason| {
        view! { <span class="hint"><b>{reason.label.clone()}</b>" \u{b7} "{reason.message.clone()}</span> }
    });
    view! { <li><span>{row.service.label()}</span><Badge tone=row.badge label=row.badge.label() />{why}</li> }
        .into_any()
}
