//! The subscriptions of the account that the history belongs to.

use crate::parts::{Badge, Empty, Head, Panel, Table, When, pick, rows, unless_empty};
use domain::Timestamp;
use domain::transaction::{SubscriptionRow, TransactionPage};
use leptos::prelude::*;

const HEADS: &[Head] = &[
    Head::Text("Plan"),
    Head::Text("Status"),
    Head::Text("Paid from"),
    Head::Text("Paid until"),
    Head::Text("Subscription"),
];

/// The panel `Subscriptions`.
pub(super) fn panel(page: Signal<TransactionPage>) -> AnyView {
    let all = pick(page, |page| page.subscriptions.clone());
    let table = move || {
        view! { <Table heads=HEADS>{rows(all, |one| one.subscription_id.clone(), row)}</Table> }
            .into_any()
    };
    view! { <Panel title="Subscriptions" flush=true>{unless_empty(all, none, table)}</Panel> }
        .into_any()
}

fn row(one: &SubscriptionRow) -> AnyView {
    let SubscriptionRow {
        subscription_id,
        plan,
        status,
        period_start,
        period_end,
    } = one.clone();
    view! {
        <tr role="row">
            <td role="cell" class="lead">{plan}</td>
            <td role="cell" data-label="Status"><Badge tone=status label=status.label() /></td>
            <td role="cell" class="when" data-label="Paid from">{moment(period_start)}</td>
            <td role="cell" class="when" data-label="Paid until">{moment(period_end)}</td>
            <td role="cell" class="wide" data-label="Subscription"><code>{subscription_id}</code></td>
        </tr>
    }
    .into_any()
}

fn moment(at: Option<Timestamp>) -> AnyView {
    match at {
        Some(at) => view! { <When at /> }.into_any(),
        None => view! { <span class="muted">"Not told yet"</span> }.into_any(),
    }
}

fn none() -> AnyView {
    let words = "It begins when a plan is bought.";
    view! { <Empty title="No subscription" words /> }.into_any()
}
