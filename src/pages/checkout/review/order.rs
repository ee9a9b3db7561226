//! What is bought, as facts.

use super::packs::Packs;
use crate::parts::{CopyCode, Fact, Facts, follow, pick};
use crate::slice::Slice;
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::credits::CreditType;
use leptos::prelude::*;

/// Account, credit type, price, who takes the payment, and what it changes.
pub(super) fn order(view: Signal<BillingView>, card: Slice<Card>, packs: Packs) -> AnyView {
    let account = pick(view, |view| {
        (view.account_name.clone(), view.account_id.to_string())
    });
    let bought = pick(card, move |card| Bought::of(card, packs.number()));
    let changes = Slice::new(move |_| {
        let number = packs.number();
        view.with(|view| card.with(|card| changes(view, card, number)))
    });
    let facts = Slice::new(move |_| (bought.get(), changes.get()));
    let note = pick(card, |card| card.note.clone());
    view! {
        <Facts>
            {follow(account, |(name, id)| whose(name.clone(), id.clone()))}
            {follow(facts, |(bought, changes)| as_facts(bought.clone(), changes.clone()))}
        </Facts>
        {follow(note, |note| note.clone().map(small).into_any())}
        <p class="muted small">"Credits belong to this account only and cannot be moved to another one."</p>
    }
    .into_any()
}

/// The account has a control, so it is no part of what changes below it.
fn whose(name: String, id: String) -> AnyView {
    view! { <Fact name="Account">{name} " " <CopyCode code=id /></Fact> }.into_any()
}

fn small(note: String) -> AnyView {
    view! { <p class="muted small">{note}</p> }.into_any()
}

/// What a number of packs is and costs.
#[derive(Clone, PartialEq)]
struct Bought {
    kind: &'static str,
    /// A plan brings what it includes; what a top-up brings is chosen above.
    includes: Option<String>,
    price: String,
}

impl Bought {
    fn of(card: &Card, packs: i64) -> Self {
        let label = card.price_label.clone();
        Self {
            kind: card.credit_type.map_or("Plan", CreditType::unit),
            includes: card.credit_type.is_none().then(|| card.includes.join(", ")),
            price: match packs {
                1 => label,
                packs => format!("{label} \u{d7} {packs}"),
            },
        }
    }
}

/// What becomes of the balance.
fn changes(view: &BillingView, card: &Card, packs: i64) -> String {
    let Some(kind) = card.credit_type else {
        return String::from(
            "The plan and its monthly credits start once the payment is confirmed",
        );
    };
    let now = view.credit_balance.of(kind).avail;
    let then = now.saturating_add(card.quantity.saturating_mul(packs));
    format!(
        "{}: Avail {now} \u{2192} {then} once confirmed",
        kind.label()
    )
}

fn as_facts(bought: Bought, changes: String) -> AnyView {
    let Bought {
        kind,
        includes,
        price,
    } = bought;
    let includes = includes.map(|includes| view! { <Fact name="Includes">{includes}</Fact> });
    view! {
        <Fact name="Credit type">{kind}</Fact>
        {includes}
        <Fact name="Price">{price}</Fact>
        <Fact name="Payment is taken by">"Paddle, the reseller. The total with tax is shown there before you pay."</Fact>
        <Fact name="What it changes">{changes}</Fact>
    }
    .into_any()
}
