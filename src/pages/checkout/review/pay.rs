//! From the review to Paddle: opens the checkout once, whatever becomes of the answer.

use super::packs::Packs;
use crate::api::{self, Intent};
use crate::dom;
use crate::link::{Link, Origin};
use crate::pages::checkout_session::OPEN_FORM;
use crate::parts::{ActionButton, Outcome, OutcomeWords, follow};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::{Write, use_write};
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::checkout::{CheckoutView, OpenCheckout};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// What is said when the checkout was not opened, or nobody knows.
const WORDS: OutcomeWords = OutcomeWords {
    refused: "The checkout was not opened.",
    then_refused: "",
    unknown: "It is not known whether the checkout was opened.",
    then_unknown: "Try again: the same checkout is used, so nothing is bought twice.",
};

/// The one way on, and what is known when its answer was lost.
pub(super) fn pay(
    remote: Remote<BillingView>,
    card: Slice<Card>,
    packs: Packs,
    origin: Option<Origin>,
) -> AnyView {
    let open = use_write(remote);
    let wish = wish(remote, card, origin.as_ref());
    let lost = {
        let wish = wish.clone();
        Slice::new(move |_| {
            open.ended().track();
            Intent::is_waiting(&wish(packs.number()))
        })
    };
    let off = Signal::derive(move || why_not(open, card, packs, lost.get()));
    let navigate = use_navigate();
    let on_act = Callback::new(move |()| {
        let Some(account) = remote.now().map(|view| view.account_id) else {
            return;
        };
        let order = OpenCheckout {
            item_key: card.with_untracked(|card| card.item_key.clone()),
            quantity: packs.now(),
            origin: origin.clone(),
        };
        let intent = Intent::of(&wish(order.quantity));
        let navigate = navigate.clone();
        let request = api::open_checkout(account, order, intent);
        open.run(
            request,
            |_| String::new(),
            move |session: &CheckoutView| {
                let id = session.checkout_session_id.clone();
                dom::set_tab_value(OPEN_FORM, id.as_str());
                navigate(
                    &Link::CheckoutSession(id).href(),
                    NavigateOptions::default(),
                );
            },
        );
    });
    let earlier = Slice::new(move |_| lost.get() && open.ended().with(Option::is_none));
    view! {
        <Outcome write=open words=WORDS done=|_| ().into_any() />
        {follow(earlier, |earlier| earlier.then(began_before).into_any())}
        <ActionButton label=String::from("Continue to Paddle") off on_act primary=true wide=true />
    }
    .into_any()
}

/// The name of the intent for a number of packs. The same wish has the same key until its outcome is known: a lost answer
/// never becomes a second purchase.
fn wish(
    remote: Remote<BillingView>,
    card: Slice<Card>,
    origin: Option<&Origin>,
) -> impl Fn(i64) -> String + Clone + Send + Sync + 'static {
    let account = remote.now().map(|view| view.account_id.to_string());
    let account = account.unwrap_or_default();
    let item = card.with_untracked(|card| card.item_key.clone());
    let from = origin.map(|origin| origin.back().href());
    let from = from.unwrap_or_default();
    move |packs| format!("checkout:{account}:{item}:{packs}:{from}")
}

/// Why the checkout cannot be opened now.
fn why_not(
    open: Write<CheckoutView>,
    card: Slice<Card>,
    packs: Packs,
    lost: bool,
) -> Option<String> {
    // What this tab asked for before may be the very checkout that is in the way: asking again leads to it.
    let closed = card.with(|card| {
        card.checkout_route
            .is_none()
            .then(|| card.disabled_reason.clone())
    });
    match closed {
        Some(why) if !lost => why,
        _ if open.is_pending() => Some(String::from("The checkout is being opened.")),
        _ => packs.why_not_yet(),
    }
}

fn began_before() -> AnyView {
    view! {
        <p class="small">"You began this checkout before and its answer was lost. Continue: the same checkout is used, so nothing is bought twice."</p>
    }
    .into_any()
}
