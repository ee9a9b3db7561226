//! The review before Paddle: account, credit type, quantity, price, who takes the payment, and what it changes.

mod order;
mod packs;
mod pay;

use crate::link::{Link, Origin};
use crate::model::card::heading;
use crate::parts::{Badge, Notice, PageHead, Panel, RowLink, Tone, follow, pick};
use crate::remote::Remote;
use crate::slice::Slice;
use domain::billing::BillingView;
use domain::catalogue::{Card, CardState};
use domain::id::CheckoutId;
use leptos::prelude::*;
use order::order;
use packs::{pack_choice, use_packs};
use pay::pay;

/// Everything to know before paying, and the one way on; it leads back to where the person came from.
pub(super) fn review(
    remote: Remote<BillingView>,
    view: Signal<BillingView>,
    card: Slice<Card>,
    origin: Option<Origin>,
) -> AnyView {
    let packs = use_packs(view, card, origin.clone());
    let account = pick(view, |view| view.account_name.clone());
    let title = pick(card, move |card| {
        format!("Review: {}", heading(card, packs.number()))
    });
    let back = Link::Billing(origin.clone()).href();
    let warning = pick(card, |card| card.warning.clone());
    let lead = || view! { <p>"Nothing is charged on this page. You pay in Paddle's form, which opens next."</p> };
    view! {
        <PageHead title of=account lead />
        {follow(warning, |why| why.clone().map(unused).into_any())}
        <div class="checkout">
            <Panel title="What you buy">
                <div class="stack">
                    {pack_choice(card, packs)}
                    {order(view, card, packs)}
                </div>
            </Panel>
            <Panel title="What happens next">
              <div class="stack">
                <ol class="next-steps">
                    <li>"Paddle takes the payment and sends the receipt to the billing email you give there."</li>
                    <li>"Paddle confirms the payment to WebRiskOps, usually in less than a minute."</li>
                    <li>"Only then the credits are added. Until then the balance stays as it is, and you need not do anything."</li>
                </ol>
                {follow(pick(card, closed), |why| why.clone().map(why_closed).into_any())}
                {pay(remote, card, packs, origin)}
                <p><a href=back>"Back to Billing"</a></p>
              </div>
            </Panel>
        </div>
    }
    .into_any()
}

/// Nothing could use what is bought (S0-4).
fn unused(why: String) -> AnyView {
    view! { <Notice tone=Tone::Hold title="Nothing can use this yet"><p>{why}</p></Notice> }
        .into_any()
}

/// Why a card cannot be bought now, and the checkout that is in the way; nothing when it can.
fn closed(card: &Card) -> Option<(CardState, Option<CheckoutId>)> {
    let open = card.checkout_state == CardState::Available && card.checkout_route.is_some();
    (!open).then(|| (card.checkout_state, card.checkout_session_id.clone()))
}

fn why_closed((state, checkout): (CardState, Option<CheckoutId>)) -> AnyView {
    let way = checkout.map(|id| {
        view! { <p><RowLink href=Link::CheckoutSession(id).href() primary=true>"View checkout"</RowLink></p> }
    });
    view! { <p><Badge tone=state label=state.label() /></p> {way} }.into_any()
}
