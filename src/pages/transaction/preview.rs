//! What a refund would do, said before it is asked for.

use super::credits::work;
use crate::link::Link;
use domain::credits::amount_text;
use domain::transaction::CreditUse;
use domain::transaction::refund::{RefundEffect, RefundPreview, TouchedService};
use leptos::prelude::*;

/// What it takes, which running work holds credits of it, and which services draw on them.
pub(super) fn shown(preview: &RefundPreview) -> AnyView {
    let RefundPreview {
        amount,
        effects,
        holds,
        services,
        ..
    } = preview;
    let effects: Vec<AnyView> = effects.iter().map(effect).collect();
    let effects = if effects.is_empty() {
        view! { <li>"This payment brought no credits."</li> }.into_any()
    } else {
        effects.into_any()
    };
    view! {
        <div class="stack">
            <p><b>"Asks Paddle to return " {amount.label()} "."</b> " Paddle decides. While it does, the credits are kept from being used."</p>
            <ul>{effects}</ul>
            {running(holds)}
            {touched(services)}
            <p class="small muted">"A refund ends no plan and cancels no renewal."</p>
        </div>
    }
    .into_any()
}

fn effect(effect: &RefundEffect) -> AnyView {
    let kind = effect.credit_type;
    let part = |amount: i64, words: &'static str| {
        (amount > 0).then(|| view! { <li>{amount_text(amount, kind)} " " {words}</li> }.into_any())
    };
    let parts: Vec<AnyView> = [
        part(
            effect.free,
            "free now: kept from being used at once, taken when the refund is approved",
        ),
        part(
            effect.held,
            "held by running work: the work goes on, and what it gives back is taken",
        ),
        part(effect.used, "used: stays done and costs nothing"),
        part(effect.owed, "used to pay what was owed: owed again"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let claimed = amount_text(effect.claimed, kind);
    view! {
        <li>
            <b>{claimed} " of this payment"</b> ". Avail afterwards: " {effect.avail_after} "."
            <ul class="small">{parts}</ul>
        </li>
    }
    .into_any()
}

fn running(holds: &[CreditUse]) -> AnyView {
    if holds.is_empty() {
        return view! { <p>"No running work holds credits of this payment."</p> }.into_any();
    }
    let rows = holds.iter().cloned().map(|hold| {
        view! { <li>{work(hold.reference)} ": " {amount_text(hold.amount, hold.credit_type)}</li> }
    });
    view! { <p>"Running work that holds credits of it and goes on:"</p><ul>{rows.collect_view()}</ul> }
        .into_any()
}

fn touched(services: &[TouchedService]) -> AnyView {
    if services.is_empty() {
        return view! { <p>"No running service draws on these credits."</p> }.into_any();
    }
    let rows = services.iter().map(|one| {
        let href = Link::Project(one.project_id.clone()).href();
        let left = amount_text(one.avail_after, one.credit_type);
        let what = one.service.label();
        view! { <li><a href=href>{one.project_name.clone()}</a> ", " {what} ": " {left} " left"</li> }
    });
    view! { <p>"Services that draw on them:"</p><ul>{rows.collect_view()}</ul> }.into_any()
}
