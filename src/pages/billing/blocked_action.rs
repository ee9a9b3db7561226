//! Blocked action: what could not start, what stands in its way now, and the way back to it.

use super::guides::block_guides;
use super::remedy::control;
use super::ways::ways;
use crate::api;
use crate::link::Origin;
use crate::model::blocked::{self as model, ActionState, Blocked, Need, PlaceView, Remedy};
use crate::parts::{Badge, Fact, Facts, Failed, GuideLink, Panel, ReasonBox, Tone, follow, pick};
use crate::remote::{Remote, use_remote};
use crate::session::use_session;
use crate::slice::Slice;
use domain::billing::BillingView;
use domain::credits::amount_text;
use domain::guide::Guide;
use domain::reason::Reason;
use domain::ways::Way;
use leptos::prelude::*;

/// The panel `Blocked action`, from the facts of the page that owns the work; asked again whenever something changes.
pub fn blocked_action(view: Signal<BillingView>, origin: Origin) -> AnyView {
    let place = origin.place.clone();
    let work = use_remote(move || api::place_view(place.clone()));
    let asked = origin.clone();
    let memberships = untrack(|| use_session().memberships());
    let blocked = Slice::new(move |old: Option<&Option<Blocked>>| {
        let Some(work) = work.get() else {
            return old.cloned().flatten();
        };
        let may_open = |id: &_| memberships.iter().any(|own| own.account_id == *id);
        Some(view.with(|view| model::blocked(view, &asked, &work, may_open)))
    });
    let stand = pick(blocked, |blocked| Stand::of(blocked.as_ref()));
    let remedy = pick(blocked, |blocked| remedy(blocked.as_ref()).cloned());
    let more = Slice::new(move |_| {
        view.with(|view| blocked.with(|blocked| ways_out(view, blocked.as_ref())))
    });
    let ways_from = origin.clone();
    let (buy_for, from) = (origin.clone(), origin.clone());
    let facts = pick(blocked, move |blocked| particulars(&from, blocked.as_ref()));
    view! {
        <Panel title="Blocked action" aside=move || follow(stand, badge)>
            <div class="two">
                <div class="stack">
                    {follow(stand, why)}
                    {trouble(work)}
                    {follow(remedy, move |remedy| remedy.clone().map(|remedy| control(remedy, buy_for.clone())).into_any())}
                    {follow(more, move |all| all.as_ref().map(|all| three_ways(all, &ways_from)).into_any())}
                </div>
                <div class="stack">
                    {follow(facts, |facts| as_facts(facts))}
                    {way_back(stand, &origin)}
                    {block_guides(blocked)}
                    <GuideLink guide=Guide::PlanAndCreditBlocks />
                </div>
            </div>
        </Panel>
    }
    .into_any()
}

/// How it stands, as far as is known.
#[derive(Clone, PartialEq)]
enum Stand {
    Unknown,
    Ready,
    Blocked(Box<Reason>),
    Elsewhere,
}

impl Stand {
    fn of(blocked: Option<&Blocked>) -> Self {
        match blocked.map(|blocked| &blocked.state) {
            None => Self::Unknown,
            Some(ActionState::Ready) => Self::Ready,
            Some(ActionState::Blocked { reason, .. }) => Self::Blocked(reason.clone()),
            Some(ActionState::Elsewhere) => Self::Elsewhere,
        }
    }
}

fn badge(stand: &Stand) -> AnyView {
    let (tone, label) = match stand {
        Stand::Unknown => return ().into_any(),
        Stand::Ready => (Tone::Ok, "Ready"),
        Stand::Blocked(_) => (Tone::Stop, "Blocked"),
        Stand::Elsewhere => (Tone::Quiet, "Not known here"),
    };
    view! { <Badge tone label /> }.into_any()
}

/// Why it cannot start, or that it can.
fn why(stand: &Stand) -> AnyView {
    match stand {
        Stand::Unknown => ().into_any(),
        Stand::Ready => view! {
            <h3>"Ready: nothing is in the way any more"</h3>
            <p>"Go back and start it there."</p>
        }
        .into_any(),
        Stand::Blocked(reason) => view! { <ReasonBox reason=(**reason).clone() /> }.into_any(),
        Stand::Elsewhere => {
            view! { <p>"Its own page says whether it can start now."</p> }.into_any()
        }
    }
}

/// While its page has not answered: that it is asked, or why it did not.
fn trouble(work: Remote<PlaceView>) -> AnyView {
    let state = Slice::new(move |_| (work.error(), work.is_there()));
    follow(state, move |state| match state {
        (Some(error), _) => {
            let retry = Callback::new(move |()| work.refetch());
            view! { <Failed error=error.clone() what="The blocked action" retry /> }.into_any()
        }
        (None, false) => {
            view! { <p class="muted">"Looking at what is in the way\u{2026}"</p> }.into_any()
        }
        (None, true) => ().into_any(),
    })
}

const fn remedy(blocked: Option<&Blocked>) -> Option<&Remedy> {
    match blocked {
        Some(Blocked {
            state: ActionState::Blocked { remedy, .. },
            ..
        }) => Some(remedy),
        _ => None,
    }
}

/// Everything that clears too few credits of the account in view: top-up, larger plan, renewal (S3-26).
fn ways_out(view: &BillingView, blocked: Option<&Blocked>) -> Option<Vec<Way>> {
    let blocked = blocked?;
    let ActionState::Blocked { reason, remedy } = &blocked.state else {
        return None;
    };
    let elsewhere = matches!(remedy, Remedy::Wait(_) | Remedy::SwitchTo(_));
    let short = reason.is_shortage() && !elsewhere && blocked.payer.id == view.account_id;
    let need = blocked.need.filter(|_| short)?;
    let mut all = view.credit_ways.iter();
    all.find(|ways| ways.credit_type == need.credit_type)
        .map(|ways| ways.ways.clone())
}

fn three_ways(all: &[Way], origin: &Origin) -> AnyView {
    view! { <h3>"Ways to more credits"</h3> {ways(all, Some(origin))} }.into_any()
}

/// What was to be started, where, and what it needs.
fn particulars(origin: &Origin, blocked: Option<&Blocked>) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Action", origin.from.label().to_owned())];
    facts.extend(blocked.map(|blocked| ("Where", blocked.place.clone())));
    let selected = Some(origin.select.len()).filter(|selected| *selected > 0);
    facts.extend(selected.map(|selected| ("Selected findings", selected.to_string())));
    facts.extend(blocked.map(|blocked| ("Paid by", blocked.payer.name.clone())));
    let need = blocked.and_then(|blocked| blocked.need);
    if let Some(Need {
        credit_type,
        need,
        have,
    }) = need
    {
        facts.push(("Needs", amount_text(need, credit_type)));
        facts.push(("Available", amount_text(have, credit_type)));
    }
    facts
}

fn as_facts(facts: &[(&'static str, String)]) -> AnyView {
    let facts: Vec<AnyView> = facts
        .iter()
        .cloned()
        .map(|(name, value)| view! { <Fact name>{value}</Fact> }.into_any())
        .collect();
    view! { <Facts>{facts}</Facts> }.into_any()
}

/// The way back, first choice once nothing is in the way.
fn way_back(stand: Slice<Stand>, origin: &Origin) -> AnyView {
    let words = origin.place.return_label();
    let ready = pick(stand, |stand| *stand == Stand::Ready);
    let class = move || {
        if ready.get() { "btn primary" } else { "btn" }
    };
    view! { <p class="actions"><a class=class href=origin.back().href()>{words}</a></p> }.into_any()
}
