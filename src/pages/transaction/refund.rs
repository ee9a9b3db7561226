//! Asking for a refund: why, how much, what it would do, and the requests that were made.

use super::preview;
use crate::api::{self, Intent};
use crate::parts::{
    ActionButton, Badge, LoadedOnce, Outcome, OutcomeWords, Tone, When, follow, pick,
};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::{Write, use_write_of};
use domain::id::{AccountId, TransactionId};
use domain::transaction::refund::{
    AskRefund, RefundOffer, RefundReason, RefundRequest, RequestState,
};
use domain::transaction::{Money, TransactionView};
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not asked for, and nothing was changed.",
    then_refused: "",
    unknown: "It is not known whether Paddle has the request.",
    then_unknown: "If it has, this page says so. Asking again asks for nothing twice.",
};

/// The requests so far, and the form or why there is none.
pub(super) fn refund(view: Signal<TransactionView>, remote: Remote<TransactionView>) -> AnyView {
    let write = use_write_of(remote);
    let whose = view.with_untracked(|view| {
        (
            view.account.id.clone(),
            view.transaction.transaction_id.clone(),
        )
    });
    let (requests, offer) = (
        pick(view, |view| view.requests.clone()),
        pick(view, |view| view.refund.clone()),
    );
    let again = {
        let whose = whose.clone();
        move |requests: &Vec<RefundRequest>| made(&whose, requests, write)
    };
    // What is chosen outlives fresh figures.
    let (reason, typed) = (RwSignal::new(None), RwSignal::new(String::new()));
    let form = move |offer: &RefundOffer| match &offer.unavailable {
        Some(why) => view! { <p>{why.clone()}</p> }.into_any(),
        None => form(&whose, offer, view, (reason, typed), write),
    };
    view! {
        {follow(requests, again)}
        {follow(offer, form)}
        <Outcome write words=WORDS done=|_: &TransactionView| view! { <p class="answer ok">"Asked for. What Paddle decides shows in the timeline."</p> }.into_any() />
    }
    .into_any()
}

/// The requests that were made.
fn made(
    whose: &(AccountId, TransactionId),
    requests: &[RefundRequest],
    write: Write<TransactionView>,
) -> AnyView {
    if requests.is_empty() {
        return ().into_any();
    }
    let rows = requests.iter().map(|one| {
        let tone = match one.state {
            RequestState::Asking => Tone::Hold,
            RequestState::Asked => Tone::Ok,
            RequestState::Refused => Tone::Stop,
        };
        let refusal = one.refusal.clone().map(|why| view! { <p class="small">{why}</p> });
        let retry = (one.state == RequestState::Asking).then(|| retry(whose, one, write));
        view! {
            <li>
                <p><b>{one.reason.label()}</b> ", " {one.amount.label()} ", asked for by " {one.asked_by.clone()} " " <When at=one.asked_at /> " " <Badge tone label=one.state.label() /></p>
                {refusal}
                {retry}
            </li>
        }
    });
    view! { <ul class="came-back" aria-label="Refunds asked for">{rows.collect_view()}</ul> }
        .into_any()
}

fn retry(
    whose: &(AccountId, TransactionId),
    request: &RefundRequest,
    write: Write<TransactionView>,
) -> AnyView {
    let ask = AskRefund {
        reason: request.reason,
        amount: request.amount.minor().unwrap_or_default(),
    };
    let whose = whose.clone();
    let act = Callback::new(move |()| run(&whose, &ask, write));
    view! { <ActionButton label=String::from("Ask Paddle again") off=busy(write) on_act=act /> }
        .into_any()
}

fn busy(write: Write<TransactionView>) -> Signal<Option<String>> {
    Signal::derive(move || {
        write
            .is_pending()
            .then(|| String::from("Paddle is being asked."))
    })
}

fn run(whose: &(AccountId, TransactionId), ask: &AskRefund, write: Write<TransactionView>) {
    let (account, transaction) = whose.clone();
    let amount = ask.amount.to_string();
    let name = ["refund", transaction.as_str(), ask.reason.key(), &amount].join(":");
    let request = api::ask_refund(account, transaction, ask.clone(), Intent::of(&name));
    let said = |_: &TransactionView| String::from("The refund is asked for.");
    write.run(request, said, |_| ());
}

type Chosen = (RwSignal<Option<RefundReason>>, RwSignal<String>);

fn form(
    whose: &(AccountId, TransactionId),
    offer: &RefundOffer,
    view: Signal<TransactionView>,
    (reason, typed): Chosen,
    write: Write<TransactionView>,
) -> AnyView {
    let remaining = offer.remaining.clone();
    let currency = remaining.currency_code.clone();
    let all = remaining.minor().unwrap_or_default();
    // What would be asked for, or what is missing.
    let wanted = {
        let currency = currency.clone();
        Slice::new(move |_| wanted(reason.get(), &typed.get(), &currency, all))
    };
    let moved = pick(view, |view| (view.credits.clone(), view.uses.clone()));
    let asked = Slice::new(move |_| (wanted.get().ok(), moved.get()));
    let preview = {
        let whose = whose.clone();
        follow(asked, move |(ask, _)| match ask.clone() {
            Some(ask) => {
                let (account, transaction) = whose.clone();
                let fetch =
                    move || api::refund_preview(account.clone(), transaction.clone(), ask.clone());
                view! { <LoadedOnce fetch what="What the refund would do" children=|told| preview::shown(&told) /> }
                    .into_any()
            }
            None => ().into_any(),
        })
    };
    let off = Signal::derive(move || busy(write).get().or_else(|| wanted.get().err()));
    let label = Signal::derive(move || match wanted.get() {
        Ok(ask) => "Ask for a refund of ".to_owned() + &Money::of(ask.amount, &currency).label(),
        Err(_) => "Ask for a refund".to_owned(),
    });
    let whose = whose.clone();
    let act = Callback::new(move |()| {
        if let Ok(ask) = wanted.get_untracked() {
            run(&whose, &ask, write);
        }
    });
    let partial = Slice::new(move |_| reason.get().is_some_and(RefundReason::is_partial));
    let amount = follow(partial, move |partial| {
        if *partial {
            amount(typed)
        } else {
            ().into_any()
        }
    });
    view! {
        <div class="form" role="group" aria-label="Ask for a refund">
            <p>"Of this payment " <b>{remaining.label()}</b> " was not taken back."</p>
            <fieldset class="choices across">
                <legend>"Why"</legend>
                {RefundReason::ALL.iter().map(|one| choice(*one, reason)).collect_view()}
            </fieldset>
            {amount}
            {preview}
            <ActionButton label off on_act=act />
        </div>
    }
    .into_any()
}

fn wanted(
    reason: Option<RefundReason>,
    typed: &str,
    currency: &str,
    all: i64,
) -> Result<AskRefund, String> {
    let Some(reason) = reason else {
        return Err("Choose why first.".to_owned());
    };
    if !reason.is_partial() {
        return Ok(AskRefund {
            reason,
            amount: all,
        });
    }
    let amount = Money::typed(typed, currency).filter(|amount| (1..all).contains(amount));
    let label = Money::of(all, currency).label();
    let amount = amount.ok_or_else(|| {
        "Say how much: more than nothing and less than ".to_owned() + &label + "."
    })?;
    Ok(AskRefund { reason, amount })
}

fn choice(one: RefundReason, reason: RwSignal<Option<RefundReason>>) -> AnyView {
    view! {
        <label class="choice">
            <input type="radio" name="refund-reason" prop:checked=move || reason.get() == Some(one) on:change=move |_| reason.set(Some(one)) />
            <b>{one.label()}</b>
            <span class="small muted">{one.meaning()}</span>
        </label>
    }
    .into_any()
}

fn amount(typed: RwSignal<String>) -> AnyView {
    view! {
        <div class="field">
            <label for="refund-amount">"How much"</label>
            <input id="refund-amount" type="text" inputmode="decimal" maxlength="20" prop:value=typed.get_untracked() on:change=move |event| typed.set(event_target_value(&event)) />
        </div>
    }
    .into_any()
}
