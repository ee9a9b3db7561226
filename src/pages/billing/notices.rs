//! What is in the way of the whole account, and what is on its way to it.

use crate::link::Link;
use crate::parts::{CopyCode, GuideLink, Notice, Tone, When};
use domain::billing::BillingView;
use domain::checkout::{CheckoutState, CheckoutView};
use domain::credits::amount_text;
use domain::reason::{Reason, ReasonCode};
use leptos::prelude::*;

/// Account-wide reasons, then payments that are not finished.
#[component]
pub fn Notices(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let reasons = Memo::new(move |_| view.with(|view| view.account_reasons.clone()));
    let checkouts = Memo::new(move |_| view.with(|view| view.open_checkouts.clone()));
    let reason_key = |reason: &Reason| (reason.code, reason.message.clone());
    let checkout_key =
        |checkout: &CheckoutView| (checkout.checkout_session_id.clone(), checkout.state);
    view! {
        <For each=move || reasons.get() key=reason_key children=move |reason| view! { <InTheWay reason /> } />
        <For each=move || checkouts.get() key=checkout_key children=|checkout| view! { <OnItsWay checkout /> } />
    }
}

/// One account-wide reason.
#[component]
fn InTheWay(reason: Reason) -> impl IntoView {
    let past_due = reason.code == ReasonCode::SubscriptionPastDue;
    // Reminders by mail are an option of the merchant's, tries are not (Paddle: subscription renewal and dunning).
    let tries = past_due.then(|| {
        view! { <p>"Paddle tries the saved payment method again by itself for up to 30 days. This page changes when a payment succeeds."</p> }
    });
    view! {
        <Notice tone=Tone::Stop title=reason.label>
            <p>{reason.message} " It clears when " {reason.clears_when} ". Buying more would not help."</p>
            {tries}
            <CopyCode code=reason.code.key() />
            <GuideLink guide=reason.guide />
        </Notice>
    }
}

/// One payment that is not finished.
#[component]
fn OnItsWay(checkout: CheckoutView) -> impl IntoView {
    let (title, rest) = match checkout.state {
        CheckoutState::ReturnedPending => (
            CheckoutState::ReturnedPending.label(),
            "The balance changes when the payment is confirmed; this page updates by itself.",
        ),
        _ => (
            CheckoutState::Opened.label(),
            "A payment may still be on its way from this checkout. Finish it or cancel it there.",
        ),
    };
    let item = match checkout.credit_type {
        Some(credit) => amount_text(checkout.credits, credit),
        None => checkout.item_name,
    };
    let link = Link::CheckoutSession(checkout.checkout_session_id).href();
    let action = view! { <a class="btn" href=link>"View checkout"</a> };
    view! {
        <Notice tone=Tone::Hold title=title action=action.into_any()>
            <p>
                <b>{item}</b> ", opened by " {checkout.opened_by} " "
                <When at=checkout.created_at /> ". " <b>"Do not pay again."</b> " " {rest}
            </p>
        </Notice>
    }
}
