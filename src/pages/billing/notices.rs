//! What is in the way of the whole account, and what is on its way to it.

use crate::link::Link;
use crate::parts::{CopyCode, GuideLink, Notice, Tone, When, pick, rows, second_plan, stages};
use domain::billing::BillingView;
use domain::catalogue::CardState;
use domain::checkout::{CheckoutState, CheckoutView, StageState};
use domain::credits::amount_text;
use domain::past_due::PastDue;
use domain::reason::{Reason, ReasonCode};
use leptos::prelude::*;

/// Account-wide reasons, then checkouts and payments that are under way.
pub(super) fn notices(view: Signal<BillingView>) -> AnyView {
    let reasons = pick(view, |view| {
        let due = view.past_due.clone();
        let all = view.account_reasons.iter();
        all.map(|reason| (reason.clone(), due.clone()))
            .collect::<Vec<_>>()
    });
    let checkouts = pick(view, |view| view.open_checkouts.clone());
    let seconds = pick(view, |view| view.second_plans.clone());
    view! {
        {rows(seconds, |plan| plan.transaction_id.clone(), |plan| second_plan(plan, true))}
        {rows(reasons, |(reason, _)| reason.code, in_the_way)}
        {rows(checkouts, |checkout| checkout.checkout_session_id.clone(), on_its_way)}
    }
    .into_any()
}

/// One account-wide reason.
fn in_the_way((reason, due): &(Reason, Option<PastDue>)) -> AnyView {
    let reason = reason.clone();
    let past_due = reason.code == ReasonCode::SubscriptionPastDue;
    // Reminders by mail are an option of the merchant's, tries are not (Paddle: subscription renewal and dunning).
    let tries = due.clone().filter(|_| past_due).map(what_is_due);
    // What is owed is paid by buying credits of that type; nothing else is helped by buying.
    let more = past_due.then_some(" Buying more would not help.");
    let action = move || {
        let pay = past_due.then(|| {
            view! { <a class="btn primary" href=Link::PaymentMethod.href()>"Pay what is due"</a> }
        });
        view! { <div class="actions">{pay}<a class="btn" href=Link::Transactions(None).href()>"Transaction history"</a></div> }
    };
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

/// How much, since when, what stops and goes on, and what Paddle does by itself.
fn what_is_due(due: PastDue) -> AnyView {
    let amount = due.amount.map(|amount| view! { <b>{amount}</b> " is due" });
    let since = due.since.map(|at| view! { " since " <When at day=true /> });
    let until = due
        .retried_until
        .map(|at| view! { " until " <When at day=true /> });
    view! {
        <p>{amount}{since}". "{due.stops}" "{due.goes_on}</p>
        <p>"Paddle tries the saved payment method again by itself"{until}". This page changes when a payment succeeds."</p>
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
    // The stages of a payment stand where one waits for it, too.
    let progress = checkout
        .stages
        .iter()
        .any(|stage| stage.state == StageState::Done)
        .then(|| stages(&checkout.stages));
    let link = Link::CheckoutSession(checkout.checkout_session_id).href();
    let action = || view! { <a class="btn" href=link>"View checkout"</a> };
    view! {
        <Notice tone=Tone::Hold title=title action>
            <p>
                <b>{item}</b> ", opened by " {checkout.opened_by} " "
                <When at=checkout.created_at /> ". " <b>{again}</b> " " {rest}
            </p>
            {progress}
        </Notice>
    }
    .into_any()
}
