//! The cards of the catalogue, one look for plans and top-ups: what it is, its price, its state, and its one action.

use crate::link::{Link, Origin};
use crate::model::card::heading;
use crate::parts::action::fresh_id;
use crate::parts::{Badge, DisabledButton, RowLink, follow, keyed, pick, words};
use crate::slice::Slice;
use domain::catalogue::{Card, CardState, ItemKind};
use domain::plan_change::PlanWish;
use leptos::prelude::*;

/// Plans or top-ups beside each other; checkout leads back to the blocked action that led here.
pub(super) fn cards(cards: Slice<Vec<Card>>, origin: Option<Origin>) -> AnyView {
    let one = move |item: Slice<Card>| card(item, origin.clone());
    keyed(cards, |card| card.item_key.clone(), one)
}

/// One plan or top-up, named by its heading. The card and its control keep their elements while the words change.
fn card(card: Slice<Card>, origin: Option<Origin>) -> AnyView {
    let id = fresh_id("card-");
    let labelled_by = id.clone();
    let name = pick(card, |card| heading(card, 1));
    let action = pick(card, move |card| action_on(card, origin.clone()));
    view! {
        <article class="card" class:current=move || card.with(is_current) aria-labelledby=labelled_by>
            <h3 id=id>{words(name)}</h3>
            {follow(card, about)}
            {follow(action, control)}
        </article>
    }
    .into_any()
}

/// What it is, what it costs and brings, and its state.
fn about(card: &Card) -> AnyView {
    let includes: Vec<AnyView> = card
        .includes
        .iter()
        .map(|line| view! { <li>{line.clone()}</li> }.into_any())
        .collect();
    let note = card.note.clone().map(|note| view! { <p>{note}</p> });
    let warning = card
        .warning
        .clone()
        .map(|why| view! { <p class="answer hold"><span>{why}</span></p> });
    let instead = card
        .suggested_package_key
        .filter(|_| card.kind == ItemKind::Plan)
        .map(|plan| view! { <p>"Instead: " <b>{plan.label()}</b> "."</p> });
    let state = card.checkout_state;
    view! {
        <p class="price">{card.price_label.clone()}</p>
        <ul>{includes}</ul>
        {note}
        {warning}
        {instead}
        <Badge tone=state label=state.label() />
    }
    .into_any()
}

/// The one control of a card: buy, follow the payment that is under action, or why not.
#[derive(Clone, Debug, PartialEq)]
enum CardAction {
    Buy {
        label: &'static str,
        href: String,
        urged: bool,
    },
    Follow {
        href: String,
        why: String,
    },
    Disabled {
        label: &'static str,
        why: String,
    },
    Why(String),
}

fn action_on(card: &Card, origin: Option<Origin>) -> CardAction {
    let label = match card.kind {
        ItemKind::Plan => "Choose plan",
        ItemKind::TopUp => "Top up credits",
    };
    let item = card.item_key.clone();
    let change = card
        .package_key
        .and_then(PlanWish::of)
        .filter(|_| card.checkout_state == CardState::PlanChange && card.disabled_reason.is_none());
    if let Some(wish) = change {
        return CardAction::Buy {
            label: "Change plan",
            href: Link::PlanChange(wish).href(),
            urged: false,
        };
    }
    let why = card.disabled_reason.clone().unwrap_or_default();
    match (&card.checkout_session_id, &card.checkout_route) {
        (Some(id), _) => CardAction::Follow {
            href: Link::CheckoutSession(id.clone()).href(),
            why,
        },
        (None, Some(_)) => CardAction::Buy {
            label,
            href: Link::Checkout { item, origin }.href(),
            urged: card.warning.is_none(),
        },
        (None, None) if card.kind == ItemKind::Plan => CardAction::Why(why),
        (None, None) => CardAction::Disabled { label, why },
    }
}

fn control(action: &CardAction) -> AnyView {
    match action.clone() {
        CardAction::Buy { label, href, urged } => {
            view! { <RowLink href=href primary=urged wide=true>{label}</RowLink> }.into_any()
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
