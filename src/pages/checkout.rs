//! `/checkout/:item`: what would be bought, for whom, and who takes the payment, before anything is opened.

mod review;

use crate::api;
use crate::link::Origin;
use crate::parts::{Loaded, NotFound, follow, in_path, per_account, pick};
use crate::remote::use_remote;
use crate::slice::Slice;
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::session::Membership;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use review::review;

/// The item of the address, for the account in view.
#[component]
pub fn CheckoutPage() -> AnyView {
    let named = in_path::<String>(1);
    let query = use_location().query;
    let wanted = Slice::new(move |_| {
        let item = named.get().unwrap_or_default();
        let origin = query.with(|query| {
            Origin::from_query(
                query.get_str("from"),
                query.get_str("ref"),
                query.get_str("select"),
            )
        });
        (item, origin)
    });
    follow(wanted, |(item, origin)| {
        let (item, origin) = (item.clone(), origin.clone());
        per_account(move |membership| {
            view! { <Item membership item=item.clone() origin=origin.clone() /> }.into_any()
        })
    })
}

/// The card of an item, wherever it stands.
fn find_card(view: &BillingView, item: &str) -> Option<Card> {
    view.top_ups
        .iter()
        .chain(&view.plans)
        .find(|card| card.item_key == item)
        .cloned()
}

#[component]
fn Item(membership: Membership, item: String, origin: Option<Origin>) -> AnyView {
    let account = membership.account_id;
    let from = origin.clone();
    let remote = use_remote(move || api::billing(account.clone(), from.clone()));
    let page = move |view: Signal<BillingView>| {
        let (item, origin) = (item.clone(), origin.clone());
        let card = pick(view, move |view| find_card(view, &item));
        follow(pick(card, Option::is_some), move |_| {
            match card.get_untracked() {
                Some(first) => {
                    let card = Slice::new(move |_| card.get().unwrap_or_else(|| first.clone()));
                    review(remote, view, card, origin.clone())
                }
                None => view! { <NotFound /> }.into_any(),
            }
        })
    };
    view! { <Loaded remote what="This checkout" children=page /> }.into_any()
}
