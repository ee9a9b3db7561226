//! Plans: the ladder, each step with its price, what it brings, and whether it can be bought now.

use super::cards::{CardAction, by_key, is_current, keys};
use super::paid_elsewhere::PaidElsewhere;
use crate::link::Origin;
use crate::parts::Panel;
use crate::parts::action::fresh_id;
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
    let each = Memo::new(move |_| cards.with(|cards| keys(cards)));
    let child = move |key: String| {
        let card = by_key(cards, key)?;
        let origin = origin.clone();
        Some(view! { <Plan card origin /> })
    };
    view! {
        <Panel title="Plans">
            <div class="stack">
                <PaidElsewhere view />
                <div class="cards ladder">
                    <For each=move || each.get() key=Clone::clone children=child />
                </div>
            </div>
        </Panel>
    }
}

/// One step of the ladder.
#[component]
fn Plan(card: Memo<Card>, origin: Option<Origin>) -> impl IntoView {
    let id = fresh_id("plan-");
    let labelled_by = id.clone();
    let text = move |of: fn(&Card) -> String| move || card.with(of);
    let includes = move || {
        let includes = card.with(|card| card.includes.clone());
        includes
            .into_iter()
            .map(|line| view! { <li>{line}</li> })
            .collect_view()
    };
    let instead = move || {
        let plan = card.with(|card| card.suggested_package_key)?;
        Some(view! { <p>"Instead: " <b>{plan.label()}</b> "."</p> })
    };
    view! {
        <article class="card" class:current=move || card.with(is_current) aria-labelledby=labelled_by>
            <h3 id=id>{text(|card| card.name.clone())}</h3>
            <p class="price">{text(|card| card.price_label.clone())}</p>
            <ul>{includes}</ul>
            {move || card.with(|card| card.note.clone()).map(|note| view! { <p>{note}</p> })}
            {instead}
            <CardAction card origin />
        </article>
    }
}
