//! Billing account status: whose account this is and how it stands.

use crate::link::Link;
use crate::model::credits::{available_text, credit_state};
use crate::parts::{Badge, CopyCode, Fact, Facts, Panel, follow, pick};
use domain::account::{BillingState, PaymentStatus, SubscriptionStatus};
use domain::billing::BillingView;
use leptos::prelude::*;

/// The panel `Billing account status`.
pub(super) fn status(view: Signal<BillingView>) -> AnyView {
    let state = pick(view, |view| view.billing_state);
    let aside = move || follow(state, |state| badge(*state));
    let account = pick(view, |view| {
        (view.account_name.clone(), view.account_id.to_string())
    });
    view! {
        <Panel title="Billing account status" aside>
            <Facts>
                {follow(account, |(name, id)| whose(name.clone(), id.clone()))}
                {follow(pick(view, Shown::of), facts)}
            </Facts>
        </Panel>
    }
    .into_any()
}

fn badge(state: BillingState) -> AnyView {
    view! { <Badge tone=state label=state.label() /> }.into_any()
}

/// The account has a control, so it is no part of what changes below it.
fn whose(name: String, id: String) -> AnyView {
    view! { <Fact name="Account">{name} " " <CopyCode code=id /></Fact> }.into_any()
}

/// What is shown of the account.
#[derive(Clone, PartialEq)]
struct Shown {
    email: String,
    subscription: SubscriptionStatus,
    credit_state: &'static str,
    available: String,
    payment: PaymentStatus,
    role: &'static str,
    payer_name: Option<String>,
}

impl Shown {
    fn of(view: &BillingView) -> Self {
        Self {
            email: view.billing_email.clone(),
            subscription: view.subscription_status,
            credit_state: credit_state(view),
            available: available_text(view.available_credits),
            payment: view.payment_status,
            role: view.role.label(),
            payer_name: view.payer_name.clone(),
        }
    }
}

fn facts(shown: &Shown) -> AnyView {
    let Shown {
        email,
        subscription,
        credit_state,
        available,
        payment,
        role,
        payer_name,
    } = shown.clone();
    let payer = payer_name.map(
        |payer| view! { <Fact name="Paid by">"Projects here are paid by " {payer} "."</Fact> },
    );
    view! {
        <Fact name="Billing email">{email}</Fact>
        <Fact name="Subscription"><Badge tone=subscription label=subscription.label() /></Fact>
        <Fact name="Credit state">{credit_state}</Fact>
        <Fact name="Available credits">{available}</Fact>
        <Fact name="Payment"><Badge tone=payment label=payment.label() />" "<a href=Link::Transactions(None).href()>"Transaction history"</a></Fact>
        <Fact name="Your role">{role}</Fact>
        {payer}
    }
    .into_any()
}
