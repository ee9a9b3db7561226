//! Payment provider: whether checkout can open and confirmations can arrive, readable before anything is bought.

use crate::parts::{Panel, When, follow, pick};
use domain::billing::{BillingView, ProviderStatus};
use leptos::prelude::*;

/// The panel `Payment provider`.
pub(super) fn provider(view: Signal<BillingView>) -> AnyView {
    let name = pick(view, |view| view.payment_provider.name.clone());
    let aside = move || follow(name, |name| known_as(name));
    let status = pick(view, |view| view.payment_provider.clone());
    view! { <Panel title="Payment provider" aside>{follow(status, checks)}</Panel> }.into_any()
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
    view! {
        <ul class="checks">
            <li class=checkout><span><span class="visually-hidden">{checkout_word}</span>{provider.checkout_message.clone()}</span></li>
            <li class=webhook><span><span class="visually-hidden">{webhook_word}</span>{provider.webhook_message.clone()} " " {last}</span></li>
            <li class=pending><span>{words}</span></li>
        </ul>
    }
    .into_any()
}
