//! Payment provider: whether checkout can open and confirmations can arrive, readable before anything is bought.

use crate::api;
use crate::parts::{ActionButton, Outcome, OutcomeWords, Panel, When, follow, pick};
use crate::write::use_write_alone;
use domain::billing::{AskedProvider, BillingView, ProviderStatus};
use leptos::prelude::*;

/// The panel `Payment provider`.
pub(super) fn provider(view: Signal<BillingView>) -> AnyView {
    let name = pick(view, |view| view.payment_provider.name.clone());
    let aside = move || follow(name, |name| known_as(name));
    let status = pick(view, |view| view.payment_provider.clone());
    view! { <Panel title="Payment provider" aside><div class="stack">{follow(status, checks)}{ask_now(view)}</div></Panel> }
        .into_any()
}

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Paddle was not asked.",
    then_refused: "",
    unknown: "It is not known what Paddle said.",
    then_unknown: "What it says changes this page by itself.",
};

/// Asking Paddle, with what that found.
fn ask_now(view: Signal<BillingView>) -> AnyView {
    let write = use_write_alone::<AskedProvider>();
    let off = Signal::derive(move || {
        write
            .is_pending()
            .then(|| "Paddle is being asked.".to_owned())
    });
    let act = Callback::new(move |()| {
        let account = view.with_untracked(|view| view.account_id.clone());
        write.run(
            api::ask_provider(account),
            |asked| asked.message.clone(),
            |_| {},
        );
    });
    let done = |asked: &AskedProvider| {
        let message = asked.message.clone();
        view! { <p class="answer ok"><span>{message} " " <When at=asked.asked_at /></span></p> }
            .into_any()
    };
    view! {
        <ActionButton label=String::from("Ask Paddle now") off on_act=act />
        <Outcome write words=WORDS done />
    }
    .into_any()
}

fn known_as(name: &str) -> AnyView {
    let shown = if name == "paddle" { "Paddle" } else { name };
    view! { <span class="muted">{shown.to_owned()}</span> }.into_any()
}

const fn mark(ready: bool) -> (&'static str, &'static str) {
    if ready {
        ("", "Ready: ")
    } else {
        ("no", "Not ready: ")
    }
}

fn checks(provider: &ProviderStatus) -> AnyView {
    let (checkout, checkout_word) = mark(provider.checkout_ready);
    let (webhook, webhook_word) = mark(provider.webhook_ready);
    let last = match provider.last_event_at {
        Some(at) => view! { "The last one arrived " <When at /> "." }.into_any(),
        None => "None has arrived yet.".into_any(),
    };
    let (pending, words) = match provider.pending_payments {
        0 => ("skip", "No payment waits for confirmation.".to_owned()),
        1 => ("wait", "1 payment waits for confirmation.".to_owned()),
        count => ("wait", format!("{count} payments wait for confirmation.")),
    };
    let since = provider
        .pending_since
        .map(|at| view! { " The first one has waited since " <When at /> "." });
    view! {
        <ul class="checks">
            <li class=checkout><span><span class="visually-hidden">{checkout_word}</span>{provider.checkout_message.clone()}</span></li>
            <li class=webhook><span><span class="visually-hidden">{webhook_word}</span>{provider.webhook_message.clone()} " " {last}</span></li>
            <li class=pending><span>{words}{since}</span></li>
        </ul>
    }
    .into_any()
}
