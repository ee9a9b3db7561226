//! How many packs of a top-up are bought: as many as the work that led here needs, unless the person says otherwise.

use crate::api;
use crate::link::Origin;
use crate::model::blocked::{Need, need_of};
use crate::parts::{follow, pick, words};
use crate::remote::use_remote;
use crate::slice::Slice;
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::checkout::{MOST_PACKS, packs_to_cover};
use domain::credits::{CreditType, amount_text};
use leptos::prelude::*;

/// The choice: what the work needs, and what the person chose instead.
#[derive(Clone, Copy)]
pub(super) struct Packs {
    chosen: RwSignal<Option<i64>>,
    advised: Slice<i64>,
    need: Slice<Option<Need>>,
    waits: Slice<bool>,
}

impl Packs {
    /// Packs to buy, 1 to [`MOST_PACKS`].
    pub(super) fn number(self) -> i64 {
        self.chosen.get().unwrap_or_else(|| self.advised.get())
    }

    /// Why the number may still change by itself: what the work needs is being looked up.
    pub(super) fn why_not_yet(self) -> Option<String> {
        let waits = self.waits.get() && self.chosen.get().is_none();
        waits.then(|| String::from("Looking up what the selected work needs."))
    }

    /// The number for handlers, without subscribing.
    pub(super) fn now(self) -> i64 {
        untrack(|| self.number())
    }
}

/// Works out how many packs the work of this origin needs (S0-38). Plans have no credit type and are bought once.
pub(super) fn use_packs(
    view: Signal<BillingView>,
    card: Slice<Card>,
    origin: Option<Origin>,
) -> Packs {
    let work = origin.clone().map(|origin| {
        let place = origin.place;
        use_remote(move || api::place_view(place.clone()))
    });
    let need = Slice::new(move |_| {
        let (origin, work) = (origin.as_ref()?, work?.get()?);
        let need = view.with(|view| need_of(view, origin, &work))?;
        (card.with(|card| card.credit_type) == Some(need.credit_type)).then_some(need)
    });
    let advised = Slice::new(move |_| {
        let missing = need.get().map_or(1, |need| need.need - need.have);
        match card.with(|card| (card.credit_type, card.quantity)) {
            (Some(_), per_pack) => packs_to_cover(missing, per_pack),
            (None, _) => 1,
        }
    });
    let waits =
        Slice::new(move |_| work.is_some_and(|work| !work.is_there() && work.error().is_none()));
    Packs {
        chosen: RwSignal::new(None),
        advised,
        need,
        waits,
    }
}

/// Choices offered without asking for more; a bigger need adds its own.
const OFFERED: i64 = 10;

/// The field `Quantity`; nothing for a plan. The select keeps its element while what the work needs is looked up.
pub(super) fn pack_choice(card: Slice<Card>, packs: Packs) -> AnyView {
    let sold = pick(card, |card| Some((card.credit_type?, card.quantity)));
    follow(sold, move |sold| {
        let field = |(unit, per_pack)| field(packs, unit, per_pack);
        sold.map(field).into_any()
    })
}

fn field(packs: Packs, unit: CreditType, per_pack: i64) -> AnyView {
    let choose = move |event| {
        let number = event_target_value(&event).parse::<i64>().ok();
        let within = number.map(|number| number.clamp(1, MOST_PACKS));
        packs.chosen.set(within);
    };
    let option = move |number: i64| {
        let text = amount_text(per_pack.saturating_mul(number), unit);
        view! { <option value=number.to_string() selected=move || packs.number() == number>{text}</option> }.into_any()
    };
    let options = move || {
        let most = OFFERED.max(packs.advised.get());
        (1..=most).map(option).collect::<Vec<AnyView>>()
    };
    let hint = Slice::new(move |_| {
        let bought = per_pack.saturating_mul(packs.number());
        let need = packs.need.get();
        need.map_or_else(String::new, |need| covers(need, bought))
    });
    view! {
        <div class="field">
            <label for="quantity">"Quantity"</label>
            <select id="quantity" aria-describedby="quantity-hint" prop:value=move || packs.number().to_string() on:change=choose>{options}</select>
            <p class="hint muted small" id="quantity-hint">{words(hint)}</p>
        </div>
    }
    .into_any()
}

/// Whether what is bought is enough for the work.
fn covers(need: Need, bought: i64) -> String {
    let Need {
        credit_type,
        need,
        have,
    } = need;
    let needed = amount_text(need, credit_type);
    let enough = if have.saturating_add(bought) >= need {
        "This quantity covers it."
    } else {
        "This quantity does not cover it."
    };
    format!("What you selected needs {needed}, and {have} are available. {enough}")
}
