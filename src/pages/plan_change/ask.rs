//! Asking for the change, with consent where something is charged at once.

use crate::api::{self, Intent};
use crate::parts::{ActionButton, Outcome, OutcomeWords, follow, pick};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::use_write;
use domain::plan_change::{AskPlanChange, PlanReview, PlanWish};
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not asked for: nothing changed and nothing was charged.",
    then_refused: "",
    unknown: "It is not known whether the change was asked for.",
    then_unknown: "Ask again: the same request is used, so nothing is charged twice.",
};

/// The consent, the control and what came of it.
pub(super) fn ask(
    remote: Remote<PlanReview>,
    review: Signal<PlanReview>,
    wish: PlanWish,
) -> AnyView {
    let write = use_write::<PlanReview, _>(remote);
    let agreed = RwSignal::new(false);
    let charge = pick(review, |review| review.charge_now.clone());
    let asked = Slice::new(move |_| review.with(|review| review.waiting.is_some()));
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The change is being asked for.".to_owned());
        }
        let blocked = review.with(|review| review.blocked.clone());
        let unread = charge.with(Option::is_some) && !agreed.get();
        blocked.or_else(|| unread.then(|| "Tick the box to agree to the charge.".to_owned()))
    });
    let act = Callback::new(move |()| {
        let account = review.with_untracked(|review| review.account_id.clone());
        let body = AskPlanChange {
            agreed_charge: charge.get_untracked().unwrap_or_default(),
        };
        let intent = Intent::of(&format!(
            "plan:{account}:{wish}:{}",
            charge.get_untracked().unwrap_or_default()
        ));
        write.run(
            api::ask_plan_change(account, wish, body, intent),
            |_| "Asked for. It holds when Paddle confirms it.".to_owned(),
            |_| {},
        );
    });
    let falls = if wish == PlanWish::Resume {
        ""
    } else {
        " The amount falls a little with each hour of the period."
    };
    let consent = move |charge: &Option<String>| {
        charge.clone().map(|amount| view! {
            <label class="choice">
                <input type="checkbox" prop:checked=move || agreed.get() on:change=move |event| agreed.set(event_target_checked(&event)) />
                <span>"Charge " {amount} " today to the card that Paddle has." {falls}</span>
            </label>
        }.into_any()).into_any()
    };
    let waits = |waits: &bool| {
        waits.then(|| view! {
            <p class="answer hold" role="status"><span>"Asked for. Paddle has not confirmed it yet; nothing changes before that. You can leave this page."</span></p>
        }.into_any()).into_any()
    };
    let form = move |asked: &bool| {
        if *asked {
            return ().into_any();
        }
        view! {
            {follow(charge, consent)}
            <ActionButton label=wish.label().to_owned() off primary=true wide=true on_act=act />
        }
        .into_any()
    };
    view! {
        {follow(asked, waits)}
        <Outcome write words=WORDS done=|_| ().into_any() />
        {follow(asked, form)}
    }
    .into_any()
}
