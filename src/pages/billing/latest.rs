//! Latest ledger: the newest entries, with the way to all of them.

use crate::link::Link;
use crate::parts::{Empty, Entries, Panel, pick, unless_empty};
use domain::billing::BillingView;
use leptos::prelude::*;

/// The panel `Latest ledger`.
pub(super) fn latest(view: Signal<BillingView>) -> AnyView {
    let aside = || view! { <a href=Link::Ledger.href()>"Full ledger"</a> };
    let entries = pick(view, |view| view.latest_ledger.clone());
    let table = move || view! { <Entries entries /> }.into_any();
    let body = unless_empty(entries, nothing, table);
    view! { <Panel title="Latest ledger" aside flush=true>{body}</Panel> }.into_any()
}

fn nothing() -> AnyView {
    let words = "The first row appears when a plan or a top-up is confirmed.";
    view! { <Empty title="No entries yet" words /> }.into_any()
}
