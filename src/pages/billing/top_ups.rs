//! Credit top-ups: what one purchase adds, to which account, and whether it can be bought now.

use super::cards::{CardAction, by_key, keys};
use super::paid_elsewhere::PaidElsewhere;
use crate::link::Origin;
use crate::parts::Panel;
use crate::parts::action::fresh_id;
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
    let each = Memo::new(move |_| cards.with(|cards| keys(cards)));
    let child = move |key: String| {
        let card = by_key(cards, key)?;
        let origin = origin.clone();
        Some(view! { <TopUp card origin /> })
    };
    let account = move || view.with(|view| view.account_name.clone());
    let whose = view! { <span class="muted small">"For " {account} " only"</span> };
    view! {
        <Panel title="Credit top-ups" aside=whose.into_any()>
            <div class="stack">
                <PaidElsewhere view />
                <div class="cards">
                    <For each=move || each.get() key=Clone::clone children=child />
                </div>
            </div>
        </Panel>
    }
}

/// One top-up.
#[component]
fn TopUp(card: Memo<Card>, origin: Option<Origin>) -> impl IntoView {
    let id = fresh_id("top-up-");
    let labelled_by = id.clone();
    let text = move |of: fn(&Card) -> String| move || card.with(of);
    let includes = move || {
        let includes = card.with(|card| card.includes.clone());
        includes
            .into_iter()
            .map(|line| view! { <li>{line}</li> })
            .collect_view()
    };
    view! {
        <article class="card" aria-labelledby=labelled_by>
            <h3 id=id>{text(|card| card.name.clone())} " \u{d7} " {move || card.with(|card| card.quantity)}</h3>
            <p class="price">{text(|card| card.price_label.clone())}</p>
            <ul>{includes}</ul>
            {move || card.with(|card| card.note.clone()).map(|note| view! { <p>{note}</p> })}
            <CardAction card origin />
        </article>
    }
}
