//! The credits that a payment brought, where they are now, and the work that took them.

use crate::model::credits::short_name;
use crate::parts::{Empty, Head, Panel, Table, When, pick, rows, unless_empty};
use domain::ledger::Reference;
use domain::transaction::{CreditUse, PaidCredits, TransactionView};
use leptos::prelude::*;

const CREDITS: &[Head] = &[
    Head::Text("Credit"),
    Head::Figure("Brought", "num"),
    Head::Figure("Avail", "num"),
    Head::Figure("Res", "num"),
    Head::Figure("Spent", "num"),
    Head::Figure("Taken back", "num"),
    Head::Figure("Expired", "num"),
    Head::Figure("Owed", "num"),
];

const USES: &[Head] = &[
    Head::Text("Work"),
    Head::Text("Credit"),
    Head::Figure("Taken", "num"),
    Head::Text("State"),
    Head::Text("Began"),
    Head::Text("Ended"),
];

/// Both panels.
pub(super) fn panels(view: Signal<TransactionView>) -> AnyView {
    let credits = pick(view, |view| view.credits.clone());
    let uses = pick(view, |view| view.uses.clone());
    let credit_table = move || {
        view! { <Table heads=CREDITS>{rows(credits, |one| (one.credit_type, one.brought), paid)}</Table> }
            .into_any()
    };
    let use_table = move || {
        view! { <Table heads=USES>{rows(uses, |one| (one.reference.id.clone(), one.credit_type), used)}</Table> }
            .into_any()
    };
    view! {
        <Panel title="Credits of this payment" flush=true>
            {unless_empty(credits, no_credits, credit_table)}
        </Panel>
        <Panel title="What they were used for" flush=true>
            {unless_empty(uses, no_uses, use_table)}
        </Panel>
    }
    .into_any()
}

fn paid(one: &PaidCredits) -> AnyView {
    let name = short_name(one.credit_type);
    let PaidCredits {
        brought,
        avail,
        held,
        used,
        taken_back,
        expired,
        owed,
        ..
    } = *one;
    view! {
        <tr role="row">
            <td role="cell" class="lead">{name}</td>
            <td role="cell" class="num" data-label="Brought">{brought}</td>
            <td role="cell" class="num" data-label="Avail">{avail}</td>
            <td role="cell" class="num" data-label="Res">{held}</td>
            <td role="cell" class="num" data-label="Spent">{used}</td>
            <td role="cell" class="num" data-label="Taken back">{taken_back}</td>
            <td role="cell" class="num" data-label="Expired">{expired}</td>
            <td role="cell" class="num" data-label="Owed">{owed}</td>
        </tr>
    }
    .into_any()
}

fn used(one: &CreditUse) -> AnyView {
    let CreditUse {
        reference,
        credit_type,
        amount,
        state,
        began_at,
        ended_at,
    } = one.clone();
    let ended = match ended_at {
        Some(at) => view! { <When at /> }.into_any(),
        None => view! { <span class="muted">"Not yet"</span> }.into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell" class="lead wide">{work(reference)}</td>
            <td role="cell" data-label="Credit">{short_name(credit_type)}</td>
            <td role="cell" class="num" data-label="Taken">{amount}</td>
            <td role="cell" data-label="State">{state.label()}</td>
            <td role="cell" class="when" data-label="Began"><When at=began_at /></td>
            <td role="cell" class="when" data-label="Ended">{ended}</td>
        </tr>
    }
    .into_any()
}

/// The work, as a link where it opens.
pub(super) fn work(reference: Reference) -> AnyView {
    let Reference { label, href, .. } = reference;
    match href {
        Some(href) => view! { <a href=href>{label}</a> }.into_any(),
        None => view! { <span>{label}</span> }.into_any(),
    }
}

fn no_credits() -> AnyView {
    let words =
        "Credits are there when the payment is confirmed, if it is for something that brings any.";
    view! { <Empty title="No credits" words /> }.into_any()
}

fn no_uses() -> AnyView {
    let words = "The first work that takes credits of this payment stands here.";
    view! { <Empty title="Not used yet" words /> }.into_any()
}
