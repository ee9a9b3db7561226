//! Project usage and dependencies: the services that live on this account's coverage.

use crate::link::Link;
use crate::parts::{Badge, Panel};
use domain::billing::{BillingView, UsageRow};
use domain::reason::Reason;
use leptos::prelude::*;

/// The panel `Project usage and dependencies`.
#[component]
pub fn Usage(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let rows = Memo::new(move |_| view.with(|view| view.project_usage.clone()));
    let any = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
    let body = move || {
        if any.get() {
            view! { <Table view rows /> }.into_any()
        } else {
            view! {
                <div class="empty">
                    <b>"No project uses this account yet"</b>
                    <p>"Services appear here when a project of this account has one."</p>
                    <a class="btn" href=Link::Projects.href()>"Open projects"</a>
                </div>
            }
            .into_any()
        }
    };
    view! { <Panel title="Project usage and dependencies" flush=true>{body}</Panel> }
}

#[component]
fn Table(view: Signal<BillingView>, rows: Memo<Vec<UsageRow>>) -> impl IntoView {
    // A row that changes is another row; the others stay as they are.
    let key = |row: &UsageRow| {
        let reason = row.reason.as_ref().map(|reason| reason.message.clone());
        (row.project_id.clone(), row.service, row.badge, reason)
    };
    let account = move || view.with_untracked(|view| view.account_name.clone());
    view! {
        <table role="table">
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">"Project"</th>
                    <th role="columnheader" scope="col">"Service"</th>
                    <th role="columnheader" scope="col">"State"</th>
                    <th role="columnheader" scope="col">"What is in the way"</th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=move || rows.get() key=key children=move |row| view! { <Row row account=account() /> } />
            </tbody>
        </table>
    }
}

/// One service of one project.
#[component]
fn Row(row: UsageRow, account: String) -> impl IntoView {
    let href = Link::Project(row.project_id).href();
    let owner = (row.owner_name != account)
        .then(|| view! { <span class="hint">"Owned by " {row.owner_name}</span> });
    let payer = (row.payer_name != account)
        .then(|| view! { <span class="hint">"Paid by " {row.payer_name}</span> });
    view! {
        <tr role="row">
            <td role="cell" class="lead whole">
                <a href=href>{row.project_name}</a>
                <span class="hint">{row.domain}</span>
                {owner} {payer}
            </td>
            <td role="cell" data-label="Service">{row.service.label()}</td>
            <td role="cell" data-label="State"><Badge tone=row.badge label=row.badge.label() /></td>
            <td role="cell" class="wide" data-label="What is in the way">{in_the_way(row.reason)}</td>
        </tr>
    }
}

fn in_the_way(reason: Option<Reason>) -> AnyView {
    match reason {
        None => view! { <span class="muted">"Nothing"</span> }.into_any(),
        Some(reason) => {
            view! { <b>{reason.label}</b><span class="hint">{reason.message}</span> }.into_any()
        }
    }
}
