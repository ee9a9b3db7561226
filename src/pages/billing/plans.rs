//! Plans: the ladder, each step with its price, what it brings, and whether it can be bought now.

use super::cards::cards;
use super::paid_elsewhere::paid_elsewhere;
use crate::link::Origin;
use crate::parts::{Panel, pick};
use domain::billing::BillingView;
use leptos::prelude::*;

/// The panel `Plans`.
pub(super) fn plans(view: Signal<BillingView>, origin: Option<Origin>) -> AnyView {
    let plans = pick(view, |view| view.plans.clone());
    view! {
        <Panel title="Plans">
            <div class="stack">
                {paid_elsewhere(view)}
                <div class="cards ladder">{cards(plans, origin)}</div>
            </div>
        </Panel>
    }
    .into_any()
}
