//! Credit top-ups: what one purchase adds, to which account, and whether it can be bought now.

use super::cards::cards;
use super::paid_elsewhere::paid_elsewhere;
use crate::link::Origin;
use crate::parts::{Panel, follow, pick};
use domain::billing::BillingView;
use leptos::prelude::*;

/// The panel `Credit top-ups`.
pub(super) fn top_ups(view: Signal<BillingView>, origin: Option<Origin>) -> AnyView {
    let account = pick(view, |view| view.account_name.clone());
    let whose = move || {
        follow(account, |name| {
            view! { <span class="muted small">"For " {name.clone()} " only"</span> }.into_any()
        })
    };
    let top_ups = pick(view, |view| view.top_ups.clone());
    view! {
        <Panel title="Credit top-ups" aside=whose>
            <div class="stack">
                {paid_elsewhere(view)}
                <div class="cards">{cards(top_ups, origin)}</div>
            </div>
        </Panel>
    }
    .into_any()
}
