//! The cards of the catalogue, one look for plans and top-ups: what it is, its price, its state, and its one action.

use crate::link::{Link, Origin};
use crate::model::card::heading;
use crate::parts::action::fresh_id;
use crate::parts::{Badge, DisabledButton, RowLink};
use domain::catalogue::{Card, CardState, ItemKind};
use leptos::prelude::*;

/// Cards beside each other; each is built once and then only changes.
#[component]
pub fn Cards(
    /// The cards.
    cards: Memo<Vec<Card>>,
    /// Whether they are steps of the ladder.
    ladder: bool,
    /// One card.
    each: impl Fn(Memo<Card>) -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let keys = Memo::new(move |_| cards.with(|cards| keys(cards)));
    let child = move |key: String| by_key(cards, key).map(&each);
    view! {
        <div class="cards" class:ladder=ladder>
            <For each=move || keys.get() key=Clone::clone children=child />
        </div>
    }
}

/// One plan or top-up, named by its heading.
#[component]
pub fn CatalogueCard(
    /// The card.
    card: Memo<Card>,
    /// The blocked action that led here; checkout leads back to it.
    origin: Option<Origin>,
    /// What only cards of this kind say.
    #[prop(optional)]
    extra: Option<AnyView>,
) -> impl IntoView {
    let id = fresh_id("card-");
    let labelled_by = id.clone();
    let includes = move || {
        let includes = card.with(|card| card.includes.clone());
        includes
            .into_iter()
            .map(|line| view! { <li>{line}</li> })
            .collect_view()
    };
    view! {
        <article class="card" class:current=move || card.with(is_current) aria-labelledby=labelled_by>
            <h3 id=id>{move || card.with(|card| heading(card, 1))}</h3>
            <p class="price">{move || card.with(|card| card.price_label.clone())}</p>
            <ul>{includes}</ul>
            {move || card.with(|card| card.note.clone()).map(|note| view! { <p>{note}</p> })}
            {extra}
            <CardControl card origin />
        </article>
    }
}

/// The state of a card and its one control: buy, follow the payment that is under way, or why not.
#[component]
fn CardControl(card: Memo<Card>, origin: Option<Origin>) -> impl IntoView {
    let state = move || {
        let state = card.with(|card| card.checkout_state);
        view! { <Badge tone=state label=state.label() /> }
    };
    // The control is built anew only when it becomes another one, so that it keeps the focus.
    let action = Memo::new(move |_| card.with(|card| action_on(card, origin.clone())));
    view! {
        {state}
        {move || control(action.get())}
    }
}

#[derive(Clone, Debug, PartialEq)]
enum CardAction {
    Buy { label: &'static str, href: String },
    Follow { href: String, why: String },
    Disabled { label: &'static str, why: String },
    Why(String),
}

fn action_on(card: &Card, origin: Option<Origin>) -> CardAction {
    let label = match card.kind {
        ItemKind::Plan => "Choose plan",
        ItemKind::TopUp => "Top up credits",
    };
    let item = card.item_key.clone();
    let why = card.disabled_reason.clone().unwrap_or_default();
    match (&card.checkout_session_id, &card.checkout_route) {
        (Some(id), _) => CardAction::Follow {
            href: Link::CheckoutSession(id.clone()).href(),
            why,
        },
        (None, Some(_)) => CardAction::Buy {
            label,
            href: Link::Checkout { item, origin }.href(),
        },
        (None, None) if card.kind == ItemKind::Plan => CardAction::Why(why),
        (None, None) => CardAction::Disabled { label, why },
    }
}

fn control(action: CardAction) -> AnyView {
    match action {
        CardAction::Buy { label, href } => {
            view! { <RowLink href=href primary=true wide=true>{label}</RowLink> }.into_any()
        }
        CardAction::Follow { href, why } => view! {
            <div class="act">
                <RowLink href=href wide=true>"View checkout"</RowLink>
                <p class="why">{why}</p>
            </div>
        }
        .into_any(),
        CardAction::Disabled { label, why } => {
            view! { <DisabledButton label=label why=why /> }.into_any()
        }
        CardAction::Why(why) => view! { <p>{why}</p> }.into_any(),
    }
}

/// Whether the card is the account's plan.
fn is_current(card: &Card) -> bool {
    card.checkout_state == CardState::Current
}

/// The keys of cards in their order: what a list of cards is built from.
fn keys(cards: &[Card]) -> Vec<String> {
    cards.iter().map(|card| card.item_key.clone()).collect()
}

/// The card with this key as it is now; the last one known while the list is going away.
fn by_key(cards: Memo<Vec<Card>>, key: String) -> Option<Memo<Card>> {
    let find = move |cards: &Vec<Card>| cards.iter().find(|card| card.item_key == key).cloned();
    let first = cards.with_untracked(&find)?;
    Some(Memo::new(move |old: Option<&Card>| {
        let now = cards.with(&find);
        now.or_else(|| old.cloned())
            .unwrap_or_else(|| first.clone())
    }))
}
