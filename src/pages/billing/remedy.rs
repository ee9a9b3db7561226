//! The one thing to do about a blocked action: buy, wait, or stop.

use crate::link::{Link, Origin};
use crate::model::blocked::Remedy;
use crate::parts::SwitchAccount;
use leptos::prelude::*;

/// What to do, as words and a control; checkout leads back to the blocked action.
pub(super) fn control(remedy: Remedy, origin: Origin) -> AnyView {
    match remedy {
        Remedy::Buy(item) => {
            let origin = Some(origin);
            let href = Link::Checkout { item, origin }.href();
            view! {
                <p><b>"Buy. "</b>"The credits go to this account, and what you selected is kept."</p>
                <p class="actions"><a class="btn primary" href=href>"Top up credits"</a></p>
            }
            .into_any()
        }
        Remedy::Wait(href) => view! {
            <p><b>"Wait. "</b>"Do not pay again: this opens by itself when the payment is confirmed."</p>
            <p class="actions"><a class="btn primary" href=href>"View checkout"</a></p>
        }
        .into_any(),
        // The browser's own jump moves the focus along; the router's would not.
        Remedy::ComparePlans => view! {
            <p><b>"Choose a plan. "</b>"Credits alone do not help here."</p>
            <p class="actions"><a class="btn primary" href="#panel-plan-ladder" rel="external">"Compare plans"</a></p>
        }
        .into_any(),
        Remedy::SwitchTo(to) => {
            let name = to.name.clone();
            view! {
                <p><b>"Switch. "</b>"This is up to " {name} "; buying for the account in view would not help."</p>
                <p class="actions"><SwitchAccount to class="btn primary" /></p>
            }
            .into_any()
        }
        Remedy::GoBack => view! { <p><b>"Stop here. "</b>"There is nothing to buy: it is cleared where the work is."</p> }.into_any(),
        Remedy::Words(words) => view! { <p>{words}</p> }.into_any(),
    }
}
