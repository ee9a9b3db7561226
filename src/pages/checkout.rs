//! `/checkout/:item`: what would be bought, for whom, and who takes the payment, before anything is opened.

mod review;

use crate::api;
use crate::link::Origin;
use crate::parts::{Loaded, NotFound, per_account};
use crate::remote::use_remote;
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::session::Membership;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use review::Review;

/// The item of the address, for the account in view.
#[component]
pub fn CheckoutPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let item = Memo::new(move |_| params.read().get("item").unwrap_or_default());
    let origin = Memo::new(move |_| {
        let query = query.read();
        let (from, place, select) = (query.get("from"), query.get("ref"), query.get("select"));
        Origin::from_query(from.as_deref(), place.as_deref(), select.as_deref())
    });
    move || {
        let (item, origin) = (item.get(), origin.get());
        per_account(move |membership| {
            view! { <Item membership item=item.clone() origin=origin.clone() /> }.into_any()
        })
    }
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
fn Item(membership: Membership, item: String, origin: Option<Origin>) -> impl IntoView {
    let account = membership.account_id;
    let from = origin.clone();
    let remote = use_remote(move || api::billing(account.clone(), from.clone()));
    let page = move |view: Signal<BillingView>| {
        let (item, origin) = (item.clone(), origin.clone());
        let card = Memo::new(move |_| view.with(|view| find_card(view, &item)));
        let known = Memo::new(move |_| card.with(Option::is_some));
        let reload = Callback::new(move |()| remote.refetch());
        let body = move || match (known.get(), card.get_untracked()) {
            (true, Some(first)) => {
                let card = Signal::derive(move || card.get().unwrap_or_else(|| first.clone()));
                view! { <Review view card origin=origin.clone() reload /> }.into_any()
            }
            _ => view! { <NotFound /> }.into_any(),
        };
        body.into_any()
    };
    view! { <Loaded remote what="This checkout" children=page /> }
}
