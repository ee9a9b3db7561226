//! How many packs of a top-up are bought: as many as the work that led here needs, unless the person says otherwise.

use crate::api;
use crate::link::Origin;
use crate::model::blocked::{Need, need_of};
use crate::remote::use_remote;
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::checkout::{MOST_PACKS, packs_to_cover};
use domain::credits::amount_text;
use leptos::prelude::*;

/// The choice: what the work needs, and what the person chose instead.
#[derive(Clone, Copy)]
pub struct Packs {
    chosen: RwSignal<Option<i64>>,
    advised: Memo<i64>,
    need: Memo<Option<Need>>,
    waits: Memo<bool>,
}

impl Packs {
    /// Packs to buy, 1 to [`MOST_PACKS`].
    pub fn number(self) -> i64 {
        self.chosen.get().unwrap_or_else(|| self.advised.get())
    }

    /// Why the number may still change by itself: what the work needs is being looked up.
    pub fn why_not_yet(self) -> Option<String> {
        let waits = self.waits.get() && self.chosen.get().is_none();
        waits.then(|| String::from("Looking up what the selected work needs."))
    }

    /// The number for handlers, without subscribing.
    pub fn now(self) -> i64 {
        untrack(|| self.number())
    }
}

/// Works out how many packs the work of this origin needs (S0-38). Plans have no credit type and are bought once.
pub fn use_packs(view: Signal<BillingView>, card: Signal<Card>, origin: Option<Origin>) -> Packs {
    let work = origin.clone().map(|origin| {
        let place = origin.place;
        use_remote(move || api::place_view(place.clone()))
    });
    let need = Memo::new(move |_| {
        let (origin, work) = (origin.as_ref()?, work?.get()?);
        let need = view.with(|view| need_of(view, origin, &work))?;
        (card.with(|card| card.credit_type) == Some(need.credit_type)).then_some(need)
    });
    let advised = Memo::new(move |_| {
        let missing = need.get().map_or(1, |need| need.need - need.have);
        match card.with(|card| (card.credit_type, card.quantity)) {
            (Some(_), per_pack) => packs_to_cover(missing, per_pack),
            (None, _) => 1,
        }
    });
    let waits =
        Memo::new(move |_| work.is_some_and(|work| !work.is_there() && work.error().is_none()));
    Packs {
        chosen: RwSignal::new(None),
        advised,
        need,
        waits,
    }
}

/// Choices offered without asking for more; a bigger need adds its own.
const OFFERED: i64 = 10;

/// The field `Quantity`; nothing for a plan.
#[component]
pub fn PackChoice(
    /// The item.
    card: Signal<Card>,
    /// The choice.
    packs: Packs,
) -> impl IntoView {
    let sold = Memo::new(move |_| card.with(|card| Some((card.credit_type?, card.quantity))));
    let choose = move |event| {
        let number = event_target_value(&event).parse::<i64>().ok();
        packs
            .chosen
            .set(number.map(|number| number.clamp(1, MOST_PACKS)));
    };
    let options = move || {
        let (unit, per_pack) = sold.get()?;
        let most = OFFERED.max(packs.advised.get());
        let option = move |number: i64| {
            let text = amount_text(per_pack.saturating_mul(number), unit);
            view! { <option value=number.to_string() selected=move || packs.number() == number>{text}</option> }
        };
        Some((1..=most).map(option).collect_view())
    };
    let hint = move || {
        let Need {
            credit_type,
            need,
            have,
        } = packs.need.get()?;
        let needed = amount_text(need, credit_type);
        let bought = sold.get()?.1.saturating_mul(packs.number());
        let enough = if have.saturating_add(bought) >= need {
            "This quantity covers it."
        } else {
            "This quantity does not cover it."
        };
        Some(format!(
            "What you selected needs {needed}, and {have} are available. {enough}"
        ))
    };
    move || {
        sold.with(Option::is_some).then(|| {
            view! {
                <div class="field">
                    <label for="quantity">"Quantity"</label>
                    <select id="quantity" aria-describedby="quantity-hint" prop:value=move || packs.number().to_string() on:change=choose>{options}</select>
                    <p class="hint muted small" id="quantity-hint">{hint}</p>
                </div>
            }
        })
    }
}
