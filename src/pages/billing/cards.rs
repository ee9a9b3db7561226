//! What every card of the ladder and of the top-ups has: its state, and the one way on.

use crate::link::{Link, Origin};
use crate::parts::{Badge, Off, RowLink};
use domain::catalogue::{Card, CheckoutState, ItemKind};
use leptos::prelude::*;

/// The state of a card and its one control: buy, follow the payment that is under way, or why not.
#[component]
pub fn CardAction(
    /// The card.
    card: Memo<Card>,
    /// The blocked action that led here; checkout leads back to it.
    origin: Option<Origin>,
) -> impl IntoView {
    let state = move || {
        let state = card.with(|card| card.checkout_state);
        view! { <Badge tone=state label=state.label() /> }
    };
    // The control is built anew only when it becomes another one, so that it keeps the focus.
    let way = Memo::new(move |_| card.with(|card| way_on(card, origin.clone())));
    view! {
        {state}
        {move || control(way.get())}
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Way {
    Buy { label: &'static str, href: String },
    Follow { href: String, why: String },
    Off { label: &'static str, why: String },
    Why(String),
}

fn way_on(card: &Card, origin: Option<Origin>) -> Way {
    let label = match card.kind {
        ItemKind::Plan => "Choose plan",
        ItemKind::TopUp => "Top up credits",
    };
    let item = card.item_key.clone();
    let why = card.disabled_reason.clone().unwrap_or_default();
    match (&card.checkout_session_id, &card.checkout_route) {
        (Some(id), _) => Way::Follow {
            href: Link::CheckoutSession(id.clone()).href(),
            why,
        },
        (None, Some(_)) => Way::Buy {
            label,
            href: Link::Checkout { item, origin }.href(),
        },
        (None, None) if card.kind == ItemKind::Plan => Way::Why(why),
        (None, None) => Way::Off { label, why },
    }
}

fn control(way: Way) -> AnyView {
    match way {
        Way::Buy { label, href } => {
            view! { <RowLink href=href primary=true wide=true>{label}</RowLink> }.into_any()
        }
        Way::Follow { href, why } => view! {
            <div class="act">
                <RowLink href=href wide=true>"View checkout"</RowLink>
                <p class="why">{why}</p>
            </div>
        }
        .into_any(),
        Way::Off { label, why } => view! { <Off label=label why=why /> }.into_any(),
        Way::Why(why) => view! { <p>{why}</p> }.into_any(),
    }
}

/// Whether the card is the account's plan.
pub(super) fn is_current(card: &Card) -> bool {
    card.checkout_state == CheckoutState::Current
}

/// The keys of cards in their order: what a list of cards is built from.
pub(super) fn keys(cards: &[Card]) -> Vec<String> {
    cards.iter().map(|card| card.item_key.clone()).collect()
}

/// The card with this key as it is now; the last one known while the list is going away.
pub(super) fn by_key(cards: Memo<Vec<Card>>, key: String) -> Option<Memo<Card>> {
    let find = move |cards: &Vec<Card>| cards.iter().find(|card| card.item_key == key).cloned();
    let first = cards.with_untracked(&find)?;
    Some(Memo::new(move |old: Option<&Card>| {
        let now = cards.with(&find);
        now.or_else(|| old.cloned())
            .unwrap_or_else(|| first.clone())
    }))
}
