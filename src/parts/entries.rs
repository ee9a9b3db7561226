//! Rows of the ledger: what happened, to which credits, why, and what was available after it.

use super::amount::Amount;
use super::badge::Badge;
use super::table::{Head, Table};
use super::time::When;
use crate::model::credits::{held_text, short_name};
use domain::ledger::{Entry, Reference};
use leptos::prelude::*;

/// Ledger entries as a table, newest first. A row that is there already is never rebuilt.
#[component]
pub fn Entries(
    /// The entries.
    #[prop(into)]
    entries: Signal<Vec<Entry>>,
) -> AnyView {
    // An entry never changes, but the words for what caused it may.
    let key = |entry: &Entry| (entry.seq, entry.reference.label.clone());
    view! {
        <Table heads=&HEADS>
            <For each=move || entries.get() key=key children=row />
        </Table>
    }
    .into_any()
}

const HEADS: [Head; 7] = [
    Head::Text("When"),
    Head::Text("Entry"),
    Head::Text("Credit"),
    Head::Text("For"),
    Head::Figure("Change", "num"),
    Head::Figure("Avail after", "num"),
    Head::Text("By"),
];

/// One entry.
fn row(entry: Entry) -> AnyView {
    let held =
        held_text(entry.kind, entry.amount).map(|text| view! { <span class="hint">{text}</span> });
    view! {
        <tr role="row">
            <td role="cell" class="when" data-label="When"><When at=entry.created_at /></td>
            <td role="cell" class="lead"><Badge tone=entry.kind label=entry.kind.label() /></td>
            <td role="cell" data-label="Credit">{short_name(entry.credit_type)}</td>
            <td role="cell" class="wide" data-label="For">{cause(entry.reference)}</td>
            <td role="cell" class="num sum" data-label="Change"><Amount value=entry.delta.avail />{held}</td>
            <td role="cell" class="num" data-label="Avail after">{after(entry.after.avail, entry.delta.avail)}</td>
            <td role="cell" data-label="By">{entry.actor}</td>
        </tr>
    }
    .into_any()
}

/// What caused it, as a link where it can be opened.
fn cause(reference: Reference) -> AnyView {
    match reference.href {
        Some(href) => view! { <a href=href>{reference.label}</a> }.into_any(),
        None => reference.label.into_any(),
    }
}

/// "0 → 3", or the figure alone where it did not change.
fn after(avail: i64, change: i64) -> AnyView {
    if change == 0 {
        return avail.into_any();
    }
    view! {
        <span aria-hidden="true">{avail - change} " \u{2192} " {avail}</span>
        <span class="visually-hidden">{avail} ", before it " {avail - change}</span>
    }
    .into_any()
}
