//! What is in the way of the whole account, and what is on its way to it.

use crate::link::Link;
use crate::parts::{CopyCode, GuideLink, Notice, Tone, When, pick, rows};
use domain::billing::BillingView;
use domain::catalogue::CardState;
use domain::checkout::{CheckoutState, CheckoutView};
use domain::credits::amount_text;
use domain::reason::{Reason, ReasonCode};
use leptos::prelude::*;

/// Account-wide reasons, then checkouts and payments that are under way.
pub(super) fn notices(view: Signal<BillingView>) -> AnyView {
    let reasons = pick(view, |view| view.account_reasons.clone());
    let checkouts = pick(view, |view| view.open_checkouts.clone());
    view! {
        {rows(reasons, |reason| reason.code, in_the_way)}
        {rows(checkouts, |checkout| checkout.checkout_session_id.clone(), on_its_way)}
    }
    .into_any()
}

/// One account-wide reason.
fn in_the_way(reason: &Reason) -> AnyView {
    let reason = reason.clone();
    let past_due = reason.code == ReasonCode::SubscriptionPastDue;
    // Reminders by mail are an option of the merchant's, tries are not (Paddle: subscription renewal and dunning).
    let tries = past_due.then(|| {
        view! { <p>"Paddle tries the saved payment method again by itself for up to 30 days. This page changes when a payment succeeds."</p> }
    });
    // What is owed is paid by buying credits of that type; nothing else is helped by buying.
    let more = past_due.then_some(" Buying more would not help.");
    let action =
        || view! { <a class="btn" href=Link::Transactions(None).href()>"Transaction history"</a> };
    view! {
        <Notice tone=Tone::Stop title=reason.label action>
            <p>{reason.message} " It clears when " {reason.clears_when} "." {more}</p>
            {tries}
            <CopyCode code=reason.code.key() />
            <GuideLink guide=reason.guide />
        </Notice>
    }
    .into_any()
}

/// One checkout that is not finished, or its payment that is not confirmed.
fn on_its_way(checkout: &CheckoutView) -> AnyView {
    let checkout = checkout.clone();
    let (title, again, rest) = if checkout.awaits_confirmation() {
        (
            CheckoutState::ReturnedPending.label(),
            "Do not pay again.",
            "The balance changes when the payment is confirmed; this page updates by itself.",
        )
    } else {
        (
            CardState::CheckoutOpen.label(),
            "Nothing is charged.",
            "Finish it or cancel it there.",
        )
    };
    let item = match checkout.credit_type {
        Some(credit) => amount_text(checkout.credits, credit),
        None => checkout.item_name,
    };
    let link = Link::CheckoutSession(checkout.checkout_session_id).href();
    let action = || view! { <a class="btn" href=link>"View checkout"</a> };
    view! {
        <Notice tone=Tone::Hold title=title action>
            <p>
                <b>{item}</b> ", opened by " {checkout.opened_by} " "
                <When at=checkout.created_at /> ". " <b>{again}</b> " " {rest}
            </p>
        </Notice>
    }
    .into_any()
}
