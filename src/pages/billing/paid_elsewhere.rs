//! What to know before buying for an account whose projects another account pays for.

use domain::billing::BillingView;
use leptos::prelude::*;

/// Before somebody buys what nothing here would use.
#[component]
pub fn PaidElsewhere(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let payer = Memo::new(move |_| view.with(|view| view.payer_name.clone()));
    let name = Memo::new(move |_| view.with(|view| view.account_name.clone()));
    move || {
        let payer = payer.get()?;
        Some(view! {
            <p class="answer hold"><span>
                "Projects of " {move || name.get()} " are paid by " <b>{payer}</b>
                ". They do not use credits that are bought here."
            </span></p>
        })
    }
}
