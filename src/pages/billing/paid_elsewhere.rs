//! What to know before buying for an account whose projects another account pays for.

use crate::parts::{follow, pick};
use domain::billing::BillingView;
use leptos::prelude::*;

/// Before somebody buys what nothing here would use.
pub(super) fn paid_elsewhere(view: Signal<BillingView>) -> AnyView {
    let payer = pick(view, |view| {
        let name = view.account_name.clone();
        view.payer_name.clone().map(|payer| (name, payer))
    });
    follow(payer, |payer| payer.clone().map(warning).into_any())
}

fn warning((name, payer): (String, String)) -> AnyView {
    view! {
        <p class="answer hold"><span>
            "Projects of " {name} " are paid by " <b>{payer}</b>
            ". They do not use credits that are bought here."
        </span></p>
    }
    .into_any()
}
