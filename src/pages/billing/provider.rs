//! Payment provider: whether checkout can open and confirmations can arrive, readable before anything is bought.

use crate::parts::{Panel, When};
use domain::billing::{BillingView, ProviderStatus};
use leptos::prelude::*;

/// The panel `Payment provider`.
#[component]
pub fn Provider(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let provider = Memo::new(move |_| view.with(|view| view.payment_provider.clone()));
    let name = move || {
        let name = provider.with(|provider| provider.name.clone());
        let shown = if name == "paddle" {
            "Paddle".to_owned()
        } else {
            name
        };
        view! { <span class="muted">{shown}</span> }
    };
    view! {
        <Panel title="Payment provider" aside=name.into_any()>
            {move || checks(provider.get())}
        </Panel>
    }
}

const fn mark(ready: bool) -> (&'static str, &'static str) {
    if ready {
        ("", "Ready: ")
    } else {
        ("no", "Not ready: ")
    }
}

fn checks(provider: ProviderStatus) -> impl IntoView {
    let (checkout, checkout_word) = mark(provider.checkout_ready);
    let (webhook, webhook_word) = mark(provider.webhook_ready);
    let last = match provider.last_event_at {
        Some(at) => view! { "The last one arrived " <When at /> "." }.into_any(),
        None => "None has arrived yet.".into_any(),
    };
    let (pending, words) = match provider.pending_payments {
        0 => ("skip", "No payment waits for confirmation.".into_any()),
        1 => ("wait", "1 payment waits for confirmation.".into_any()),
        count => (
            "wait",
            view! { {count} " payments wait for confirmation." }.into_any(),
        ),
    };
    view! {
        <ul class="checks">
            <li class=checkout><span><span class="visually-hidden">{checkout_word}</span>{provider.checkout_message}</span></li>
            <li class=webhook><span><span class="visually-hidden">{webhook_word}</span>{provider.webhook_message} " " {last}</span></li>
            <li class=pending><span>{words}</span></li>
        </ul>
    }
}
