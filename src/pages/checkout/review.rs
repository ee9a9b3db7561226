//! The review before Paddle: account, credit type, quantity, price, who takes the payment, and what it changes.

mod order;
mod packs;
mod pay;

use crate::link::{Link, Origin};
use crate::model::card::heading;
use crate::parts::{Badge, PageHead, Panel, RowLink, Tone};
use domain::billing::BillingView;
use domain::catalogue::{Card, CardState};
use leptos::prelude::*;
use order::Order;
use packs::{PackChoice, use_packs};
use pay::Pay;

/// Everything to know before paying, and the one way on.
#[component]
pub fn Review(
    /// The account's billing.
    view: Signal<BillingView>,
    /// The item.
    card: Signal<Card>,
    /// Where the person came from.
    origin: Option<Origin>,
    /// Asks for fresh figures.
    reload: Callback<()>,
) -> impl IntoView {
    let packs = use_packs(view, card, origin.clone());
    let account = Memo::new(move |_| view.with(|view| view.account_name.clone()));
    let title = Signal::derive(move || {
        String::from("Review: ") + &card.with(|card| heading(card, packs.number()))
    });
    let back = Link::Billing(origin.clone()).href();
    let lead = || view! { <p>"Nothing is charged on this page. You pay in Paddle's form, which opens next."</p> };
    view! {
        <PageHead title of=account lead />
        <div class="checkout">
            <Panel title="What you buy">
                <div class="stack">
                    <PackChoice card packs />
                    <Order view card packs />
                </div>
            </Panel>
            <Panel title="What happens next">
              <div class="stack">
                <ol class="next-steps">
                    <li>"Paddle takes the payment and sends the receipt to the billing email you give there."</li>
                    <li>"Paddle confirms the payment to WebRiskOps, usually in less than a minute."</li>
                    <li>"Only then the credits are added. Until then the balance stays as it is, and you need not do anything."</li>
                </ol>
                {move || (card.get().checkout_state != CardState::Available || card.get().checkout_route.is_none()).then(|| view! { <Closed card /> })}
                <Pay view card packs origin reload />
                <p><a href=back>"Back to Billing"</a></p>
              </div>
            </Panel>
        </div>
    }
}

/// Why it cannot be bought now.
#[component]
fn Closed(card: Signal<Card>) -> impl IntoView {
    move || {
        let card = card.get();
        let tone = Tone::from(card.checkout_state);
        view! {
            <p><Badge tone label=card.checkout_state.label() /></p>
            {card.checkout_session_id.map(|id| view! {
                <p><RowLink href=Link::CheckoutSession(id).href() primary=true>"View checkout"</RowLink></p>
            })}
        }
    }
}
