//! Asking for a service credit: credits in the same account for credits that were used and brought nothing.

use crate::api::{self, Intent};
use crate::model::credits::short_name;
use crate::parts::{ActionButton, Badge, Outcome, OutcomeWords, When, follow, pick};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::{Write, use_write_of};
use domain::credits::{CreditType, amount_text};
use domain::id::{AccountId, TransactionId};
use domain::transaction::TransactionView;
use domain::transaction::refund::RefundReason;
use domain::transaction::service_credit::{
    AskServiceCredit, ServiceCredit, ServiceCreditOffer, ServiceCredits, fits,
};
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not asked for, and nothing was changed.",
    then_refused: "",
    unknown: "It is not known whether the service credit was asked for.",
    then_unknown: "If it was, this page says so. Asking again asks for nothing twice.",
};

/// What was asked for, and the form or why there is none.
pub(super) fn service_credit(
    view: Signal<TransactionView>,
    remote: Remote<TransactionView>,
) -> AnyView {
    let write = use_write_of(remote);
    let whose = view.with_untracked(|view| {
        (
            view.account.id.clone(),
            view.transaction.transaction_id.clone(),
        )
    });
    let made = pick(view, |view| view.service_credits.requests.clone());
    let offer = pick(view, |view| ServiceCredits {
        requests: Vec::new(),
        ..view.service_credits.clone()
    });
    let form = move |offer: &ServiceCredits| match &offer.unavailable {
        Some(why) => view! { <p>{why.clone()}</p> }.into_any(),
        None => form(&whose, &offer.offers, write),
    };
    view! {
        {follow(made, |made| requests(made))}
        {follow(offer, form)}
        <Outcome write words=WORDS done=|_: &TransactionView| view! { <p class="answer ok">"Asked for. What is decided shows here and in the timeline."</p> }.into_any() />
    }
    .into_any()
}

fn requests(made: &[ServiceCredit]) -> AnyView {
    if made.is_empty() {
        return ().into_any();
    }
    let rows = made.iter().cloned().map(|one| {
        let amount = amount_text(one.credits, one.credit_type);
        let decided = one.decided_at.map(|at| view! { <span>", decided " <When at /></span> });
        view! {
            <li>
                <p><b>{one.reason.label()}</b> ", " {amount} ", asked for by " {one.asked_by} " " <When at=one.asked_at />{decided} " " <Badge tone=one.state label=one.state.label() /></p>
            </li>
        }
    });
    view! { <ul class="came-back" aria-label="Service credits asked for">{rows.collect_view()}</ul> }
        .into_any()
}

fn form(
    whose: &(AccountId, TransactionId),
    offers: &[ServiceCreditOffer],
    write: Write<TransactionView>,
) -> AnyView {
    let first = offers
        .first()
        .map_or(CreditType::Scan, |one| one.credit_type);
    let (reason, kind) = (
        RwSignal::new(RefundReason::QualityGateBlocked),
        RwSignal::new(first),
    );
    let typed = RwSignal::new(String::from("1"));
    let own = offers.to_vec();
    let wanted = Slice::new(move |_| {
        let ask = AskServiceCredit {
            reason: reason.get(),
            credit_type: kind.get(),
            credits: typed.get().trim().parse().unwrap_or_default(),
        };
        fits(&ask, &own).map(|()| ask)
    });
    let off = Signal::derive(move || {
        let busy = write
            .is_pending()
            .then(|| String::from("It is on its way. Wait for the answer."));
        busy.or_else(|| wanted.get().err())
    });
    let (account, transaction) = whose.clone();
    let act = Callback::new(move |()| {
        let Ok(ask) = wanted.get_untracked() else {
            return;
        };
        let request =
            api::ask_service_credit(account.clone(), transaction.clone(), ask, Intent::fresh());
        let said = |_: &TransactionView| String::from("The service credit is asked for.");
        write.run(request, said, |_| ());
    });
    view! {
        <div class="form" role="group" aria-label="Ask for a service credit">
            <p>"For credits that were used and brought nothing. The people who run this console decide; an approved one adds credits to this account and is an entry of its own in the ledger. It turns no blocked work into work by hand."</p>
            <div class="filters">
                {why(reason)}
                {types(offers, kind)}
                <div class="field">
                    <label for="service-credits">"How many"</label>
                    <input id="service-credits" type="number" min="1" prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
                </div>
            </div>
            <ActionButton label=String::from("Ask for a service credit") off on_act=act />
        </div>
    }
    .into_any()
}

fn why(reason: RwSignal<RefundReason>) -> AnyView {
    let options = RefundReason::ALL.iter().map(|one| {
        let one = *one;
        view! { <option value=one.key() selected=move || reason.get() == one>{one.label()}</option> }
    });
    let choose = move |event| {
        if let Some(chosen) = RefundReason::parse(&event_target_value(&event)) {
            reason.set(chosen);
        }
    };
    view! {
        <div class="field">
            <label for="service-reason">"Why"</label>
            <select id="service-reason" on:change=choose>{options.collect_view()}</select>
        </div>
    }
    .into_any()
}

fn types(offers: &[ServiceCreditOffer], kind: RwSignal<CreditType>) -> AnyView {
    let options = offers.iter().map(|one| {
        let (of, most) = (one.credit_type, one.most);
        view! { <option value=of.key() selected=move || kind.get() == of>{short_name(of)} ", at most " {most}</option> }
    });
    let choose = move |event| {
        if let Some(chosen) = CreditType::parse(&event_target_value(&event)) {
            kind.set(chosen);
        }
    };
    view! {
        <div class="field">
            <label for="service-type">"Credit"</label>
            <select id="service-type" on:change=choose>{options.collect_view()}</select>
        </div>
    }
    .into_any()
}
