//! What is bought, as facts.

use super::packs::Packs;
use crate::parts::{CopyCode, Fact, Facts};
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::credits::CreditType;
use leptos::prelude::*;

/// Account, credit type, price, who takes the payment, and what it changes.
#[component]
pub fn Order(
    /// The account's billing.
    view: Signal<BillingView>,
    /// The item.
    card: Signal<Card>,
    /// How many packs.
    packs: Packs,
) -> impl IntoView {
    let after = move || {
        let (kind, per_pack) = card.with(|card| (card.credit_type, card.quantity));
        let kind = kind?;
        let now = view.with(|view| view.credit_balance.of(kind).avail);
        let then = now.saturating_add(per_pack.saturating_mul(packs.number()));
        Some(format!(
            "{}: Avail {now} \u{2192} {then} once confirmed",
            kind.label()
        ))
    };
    let price = move || {
        let label = card.with(|card| card.price_label.clone());
        match packs.number() {
            1 => label,
            number => format!("{label} \u{d7} {number}"),
        }
    };
    // A plan brings what it includes; what a top-up brings is chosen above.
    let brings = move || {
        card.with(|card| card.credit_type.is_none().then(|| card.includes.join(", ")))
            .map(|includes| view! { <Fact name="Includes">{includes}</Fact> })
    };
    view! {
        <Facts>
            <Fact name="Account">{move || view.with(|v| v.account_name.clone())} " " {move || view! { <CopyCode code=view.with(|v| v.account_id.to_string()) /> }}</Fact>
            <Fact name="Credit type">{move || card.get().credit_type.map_or("Plan", CreditType::unit)}</Fact>
            {brings}
            <Fact name="Price">{price}</Fact>
            <Fact name="Payment is taken by">"Paddle, the reseller. The total with tax is shown there before you pay."</Fact>
            <Fact name="What it changes">{move || after().unwrap_or_else(|| String::from("The plan and its monthly credits start once the payment is confirmed"))}</Fact>
        </Facts>
        {move || card.get().note.map(|note| view! { <p class="muted small">{note}</p> })}
        <p class="muted small">"Credits belong to this account only and cannot be moved to another one."</p>
    }
}
