//! Paddle's own link to a transaction (`?_ptxn=`): leads to the session that we made it for.

use crate::api;
use crate::link::Link;
use crate::parts::{Loaded, NotFound};
use crate::remote::use_remote;
use domain::billing::BillingView;
use domain::session::Membership;
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Finds the open session of a transaction and goes there.
#[component]
pub fn FindByTransaction(
    /// The account in view.
    membership: Membership,
    /// The provider's transaction.
    transaction: String,
) -> AnyView {
    let account = membership.account_id;
    let remote = use_remote(move || api::billing(account.clone(), None));
    let page = move |view: Signal<BillingView>| {
        let found = view.with_untracked(|view| {
            let open = view.open_checkouts.iter();
            let mut same = open
                .filter(|session| session.transaction_id.as_deref() == Some(transaction.as_str()));
            same.next()
                .map(|session| session.checkout_session_id.clone())
        });
        match found {
            Some(id) => view! { <Redirect path=Link::CheckoutSession(id).href() /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        }
    };
    view! { <Loaded remote what="This checkout" children=page /> }.into_any()
}
