//! Blocked action: what could not start, what stands in its way now, and the way back to it.

use super::guides::BlockGuides;
use super::remedy::RemedyBox;
use crate::api;
use crate::link::{Origin, Place};
use crate::model::blocked::{ActionState, Blocked, Need, PlaceView, Remedy, blocked};
use crate::model::credits::renewal;
use crate::parts::{Badge, CopyCode, Fact, Facts, Failed, GuideLink, Panel, Tone, When};
use crate::remote::{Remote, use_remote};
use crate::session::use_session;
use domain::billing::BillingView;
use domain::credits::amount_text;
use domain::reason::{NextKind, Reason};
use leptos::prelude::*;

/// The panel `Blocked action`, from the facts of the page that owns the work; asked again whenever something changes.
#[component]
pub fn BlockedAction(
    /// The account's billing.
    view: Signal<BillingView>,
    /// The blocked action.
    origin: Origin,
    /// Changes when the person asks for fresh figures.
    again: RwSignal<u32>,
) -> impl IntoView {
    let place = origin.place.clone();
    let work = use_remote(move || api::place_view(place.clone()));
    Effect::watch(move || again.get(), move |_, _, _| work.refetch(), false);
    let asked = origin.clone();
    let memberships = untrack(|| use_session().memberships());
    let blocked = Memo::new(move |old: Option<&Option<Blocked>>| {
        let Some(work) = work.get() else {
            return old.cloned().flatten();
        };
        let may_open = |id: &_| memberships.iter().any(|own| own.account_id == *id);
        Some(view.with(|view| blocked(view, &asked, &work, may_open)))
    });
    let badge = move || {
        blocked.get().map(|blocked| match blocked.state {
            ActionState::Ready => view! { <Badge tone=Tone::Ok label="Ready" /> },
            ActionState::Blocked { .. } => view! { <Badge tone=Tone::Stop label="Blocked" /> },
            ActionState::Elsewhere => view! { <Badge tone=Tone::Quiet label="Not known here" /> },
        })
    };
    view! {
        <Panel title="Blocked action" aside=badge.into_any()>
            <div class="two">
                <div class="stack"><BlockedState blocked work /><RemedyBox blocked origin=origin.clone() /><OrWait view blocked /></div>
                <div class="stack"><Particulars blocked origin=origin.clone() /><Return blocked origin /><BlockGuides blocked /></div>
            </div>
        </Panel>
    }
}

/// The other way out of used-up credits: the plan brings more at its renewal (S3-26).
#[component]
fn OrWait(view: Signal<BillingView>, blocked: Memo<Option<Blocked>>) -> impl IntoView {
    let at = Memo::new(move |_| {
        let credit = blocked.with(|blocked| {
            let blocked = blocked.as_ref()?;
            let ActionState::Blocked { reason, remedy } = &blocked.state else {
                return None;
            };
            let short =
                reason.next_action.kind == NextKind::TopUp && !matches!(remedy, Remedy::Wait(_));
            blocked.need.filter(|_| short).map(|need| need.credit_type)
        })?;
        view.with(|view| renewal(view, credit))
    });
    move || {
        at.get().map(|at| {
            view! { <p class="small muted">"Or wait: the plan's credits renew " <When at day=true /> "."</p> }
        })
    }
}

/// Why it cannot start, or that it can.
#[component]
fn BlockedState(blocked: Memo<Option<Blocked>>, work: Remote<PlaceView>) -> impl IntoView {
    let reason = Memo::new(move |_| {
        blocked.with(
            |blocked| match blocked.as_ref().map(|blocked| &blocked.state) {
                Some(ActionState::Blocked { reason, .. }) => Some((**reason).clone()),
                _ => None,
            },
        )
    });
    let state = Memo::new(move |_| {
        blocked.with(|blocked| {
            blocked
                .as_ref()
                .map(|blocked| matches!(blocked.state, ActionState::Ready))
        })
    });
    let failed = Memo::new(move |_| work.error());
    let words = move || {
        match (state.get(), reason.get()) {
        (_, Some(reason)) => why(reason).into_any(),
        (Some(true), None) => view! { <h3>"Ready: nothing is in the way any more"</h3><p>"Go back and start it there."</p> }.into_any(),
        (Some(false), None) => view! { <p>"Its own page says whether it can start now."</p> }.into_any(),
        (None, None) if failed.get().is_none() => view! { <p class="muted">"Looking at what is in the way\u{2026}"</p> }.into_any(),
        (None, None) => ().into_any(),
    }
    };
    let trouble = move || {
        failed.get().map(|error| view! { <Failed error what="The blocked action" retry=Callback::new(move |()| work.refetch()) /> })
    };
    view! { {words} {trouble} }
}

fn why(reason: Reason) -> impl IntoView {
    view! {
        <div class="reason">
            <h3>{reason.label}</h3>
            <p>{reason.message}</p>
            <p class="muted small">{reason.owner.label()} " clears it, when " {reason.clears_when} "."</p>
            <CopyCode code=reason.code.key() />
            <GuideLink guide=reason.guide />
        </div>
    }
}

/// What was to be started, where, and what it needs.
#[component]
fn Particulars(blocked: Memo<Option<Blocked>>, origin: Origin) -> impl IntoView {
    let place = Memo::new(move |_| {
        blocked.with(|blocked| {
            blocked
                .as_ref()
                .map(|blocked| (blocked.kind, blocked.place.clone()))
        })
    });
    let payer = Memo::new(move |_| {
        blocked.with(|blocked| blocked.as_ref().map(|blocked| blocked.payer.name.clone()))
    });
    let need = Memo::new(move |_| {
        blocked.with(|blocked| blocked.as_ref().and_then(|blocked| blocked.need))
    });
    let selected = origin.select.len();
    view! {
        <Facts>
            <Fact name="Action">{origin.from.label()}</Fact>
            {move || place.get().map(|(_, name)| view! { <Fact name="Where">{name}</Fact> })}
            {(selected > 0).then(|| view! { <Fact name="Selected findings">{selected}</Fact> })}
            {move || payer.get().map(|name| view! { <Fact name="Paid by">{name}</Fact> })}
            {move || need.get().map(needs)}
        </Facts>
    }
}

fn needs(need: Need) -> impl IntoView {
    view! {
        <Fact name="Needs">{amount_text(need.need, need.credit_type)}</Fact>
        <Fact name="Available">{amount_text(need.have, need.credit_type)}</Fact>
    }
}

/// The way back, first choice once nothing is in the way.
#[component]
fn Return(blocked: Memo<Option<Blocked>>, origin: Origin) -> impl IntoView {
    let ready = Memo::new(move |_| {
        blocked.with(|blocked| {
            blocked
                .as_ref()
                .is_some_and(|blocked| blocked.state == ActionState::Ready)
        })
    });
    let words = match origin.place {
        Place::Report(_) => "Return to the report",
        Place::Project(_) => "Return to the project",
        Place::FixTask(_) => "Return to the fix task",
    };
    let class = move || if ready.get() { "btn primary" } else { "btn" };
    view! { <p class="actions"><a class=class href=origin.back().href()>{words}</a></p> }
}
