//! Latest ledger: the newest entries, with the way to all of them.

use crate::link::Link;
use crate::parts::{Entries, Panel};
use domain::billing::BillingView;
use leptos::prelude::*;

/// The panel `Latest ledger`.
#[component]
pub fn LatestLedger(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let entries = Memo::new(move |_| view.with(|view| view.latest_ledger.clone()));
    let any = Memo::new(move |_| entries.with(|entries| !entries.is_empty()));
    let all = view! { <a href=Link::Ledger.href()>"Full ledger"</a> };
    let body = move || {
        if any.get() {
            view! { <Entries entries /> }.into_any()
        } else {
            view! {
                <div class="empty">
                    <b>"No entries yet"</b>
                    <p>"The first row appears when a plan or a top-up is confirmed."</p>
                </div>
            }
            .into_any()
        }
    };
    view! { <Panel title="Latest ledger" aside=all.into_any() flush=true>{body}</Panel> }
}
