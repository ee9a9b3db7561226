//! Credit top-ups: what one purchase adds, to which account, and whether it can be bought now.

use super::cards::{Cards, CatalogueCard};
use super::paid_elsewhere::PaidElsewhere;
use crate::link::Origin;
use crate::parts::Panel;
use domain::billing::BillingView;
use domain::catalogue::Card;
use leptos::prelude::*;

/// The panel `Credit top-ups`.
#[component]
pub fn TopUps(
    /// The account's billing.
    view: Signal<BillingView>,
    /// The blocked action that led here.
    origin: Option<Origin>,
) -> impl IntoView {
    let cards = Memo::new(move |_| view.with(|view| view.top_ups.clone()));
    let each =
        move |card: Memo<Card>| view! { <CatalogueCard card origin=origin.clone() /> }.into_any();
    let account = move || view.with(|view| view.account_name.clone());
    let whose = view! { <span class="muted small">"For " {account} " only"</span> };
    view! {
        <Panel title="Credit top-ups" aside=whose.into_any()>
            <div class="stack">
                <PaidElsewhere view />
                <Cards cards ladder=false each />
            </div>
        </Panel>
    }
}
