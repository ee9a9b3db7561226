//! Plans: the ladder, each step with its price, what it brings, and whether it can be bought now.

use super::cards::{Cards, CatalogueCard};
use super::paid_elsewhere::PaidElsewhere;
use crate::link::Origin;
use crate::parts::Panel;
use domain::billing::BillingView;
use domain::catalogue::Card;
use leptos::prelude::*;

/// The panel `Plans`.
#[component]
pub fn Plans(
    /// The account's billing.
    view: Signal<BillingView>,
    /// The blocked action that led here.
    origin: Option<Origin>,
) -> impl IntoView {
    let cards = Memo::new(move |_| view.with(|view| view.plans.clone()));
    let each = move |card: Memo<Card>| {
        let instead = move || {
            let plan = card.with(|card| card.suggested_package_key)?;
            Some(view! { <p>"Instead: " <b>{plan.label()}</b> "."</p> })
        };
        view! { <CatalogueCard card origin=origin.clone() extra=instead.into_any() /> }.into_any()
    };
    view! {
        <Panel title="Plans">
            <div class="stack">
                <PaidElsewhere view />
                <Cards cards ladder=true each />
            </div>
        </Panel>
    }
}
