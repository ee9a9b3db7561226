//! From the review to Paddle: opens the checkout once, whatever becomes of the answer.

use super::packs::Packs;
use crate::api::{self, ApiError, Intent};
use crate::dom;
use crate::link::{Link, Origin};
use crate::pages::checkout_session::OPEN_FORM;
use crate::parts::{ActionButton, Notice, Tone};
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::checkout::OpenCheckout;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The one way on, and what is known when its answer was lost.
#[component]
pub fn Pay(
    /// The account's billing.
    view: Signal<BillingView>,
    /// The item.
    card: Signal<Card>,
    /// How many packs.
    packs: Packs,
    /// Where the person came from.
    origin: Option<Origin>,
    /// Asks for fresh figures.
    reload: Callback<()>,
) -> impl IntoView {
    let navigate = use_navigate();
    let problem = RwSignal::new(None::<ApiError>);
    // The same wish has the same key until its outcome is known: a lost answer never becomes a second purchase.
    let wish = {
        let account = view.with_untracked(|v| v.account_id.clone());
        let item = card.with_untracked(|c| c.item_key.clone());
        let from = origin.as_ref().map(|origin| origin.back().href());
        let from = from.unwrap_or_default();
        move |packs: i64| format!("checkout:{account}:{item}:{packs}:{from}")
    };
    let answers = RwSignal::new(0_u32);
    let lost = {
        let wish = wish.clone();
        Memo::new(move |_| {
            answers.track();
            Intent::is_waiting(&wish(packs.number()))
        })
    };
    let pay = Action::new_local(move |(): &()| {
        let (account, item) = (
            view.with_untracked(|v| v.account_id.clone()),
            card.with_untracked(|c| c.item_key.clone()),
        );
        let (origin, navigate, quantity) = (origin.clone(), navigate.clone(), packs.now());
        let intent = Intent::of(&wish(quantity));
        async move {
            let order = OpenCheckout {
                item_key: item,
                quantity,
                origin,
            };
            match api::open_checkout(account, order, intent).await {
                Ok(session) => {
                    dom::set_tab_value(OPEN_FORM, session.checkout_session_id.as_str());
                    navigate(
                        &Link::CheckoutSession(session.checkout_session_id).href(),
                        leptos_router::NavigateOptions::default(),
                    );
                }
                Err(error) => {
                    problem.set(Some(error));
                    answers.update(|answers| *answers += 1);
                    reload.run(());
                }
            }
        }
    });
    let pending = pay.pending();
    let off = Signal::derive(move || {
        let card = card.get();
        // What this tab asked for before may be the very checkout that is in the way: asking again leads to it.
        if card.checkout_route.is_none() && !lost.get() {
            return card.disabled_reason;
        }
        if pending.get() {
            return Some(String::from("The checkout is being opened."));
        }
        packs.why_not_yet()
    });
    let on_act = Callback::new(move |()| {
        if !pending.get_untracked() && off.with_untracked(Option::is_none) {
            problem.set(None);
            pay.dispatch(());
        }
    });
    view! {
        {move || problem.get().map(|error| view! {
            <Notice tone=Tone::Stop title="The checkout was not opened" alert=true>
                <p>{error.sentence()} " " {unknown(&error)}</p>
            </Notice>
        })}
        {move || (lost.get() && problem.with(Option::is_none)).then(|| view! {
            <p class="small">"You began this checkout before and its answer was lost. Continue: the same checkout is used, so nothing is bought twice."</p>
        })}
        <ActionButton label=String::from("Continue to Paddle") off on_act primary=true wide=true />
    }
}

/// What a lost answer means here.
fn unknown(error: &ApiError) -> &'static str {
    match error {
        ApiError::Offline | ApiError::TimedOut => {
            "It is not known whether the checkout was opened. Try again: the same checkout is used, so nothing is bought twice."
        }
        _ => "",
    }
}
