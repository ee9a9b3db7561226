//! What the work costs, who pays, and the start.

use super::findings::pick_id;
use super::gates::GATES;
use super::guidance::GUIDANCE;
use super::modes::mode_id;
use super::state::FixState;
use crate::api::Ended;
use crate::dom;
use crate::link::Link;
use crate::model::credits::balance_text;
use crate::model::report as model;
use crate::model::step::Here;
use crate::parts::{ActionButton, NextStep};
use crate::slice::Slice;
use domain::fix::{DeliveryMode, StartedFix, plan_message};
use domain::reason::NextKind;
use leptos::prelude::*;

/// The figures of the decision, its next step, and the start.
#[component]
pub(super) fn Spend(
    /// The workflow.
    state: FixState,
) -> impl IntoView {
    let cost = Slice::new(move |_| state.verdict.with(|verdict| verdict.cost));
    let label = Signal::derive(move || {
        if state.pending.get() {
            "Starting\u{2026}".to_owned()
        } else {
            model::start_label(state.mode.get(), cost.get())
        }
    });
    let off = Signal::derive(move || {
        if state.pending.get() {
            return Some("The start is on its way. Wait for the answer.".to_owned());
        }
        state
            .verdict
            .with(|verdict| verdict.primary().map(|reason| reason.message.clone()))
    });
    let message = Slice::new(move |_| state.facts.with(plan_message));
    view! {
        <div>
            <Lines state />
            <Next state />
            <ActionButton label off primary=true wide=true on_act=Callback::new(move |()| state.start()) />
            {move || state.last.get().map(|last| view! { <Last last is_member=state.facts.with_untracked(|facts| facts.payer.is_member) /> })}
            <p class="small">{move || message.get().text}</p>
            <Outcomes state />
        </div>
    }
}

#[component]
fn Lines(state: FixState) -> impl IntoView {
    let payer = Slice::new(move |_| state.facts.with(|facts| facts.payer.account.name.clone()));
    let figures = Slice::new(move |_| {
        state
            .facts
            .with(|facts| (facts.payer.balance, facts.cost(), facts.payer.is_member))
    });
    let after = move || {
        let (balance, cost, is_member) = figures.get();
        let res = model::change(balance.res, cost);
        let avail = model::change(balance.avail, -cost);
        avail.zip(res).filter(|_| cost > 0).map(|(avail, res)| {
            let name = "Avail after ".to_owned() + &cost.to_string();
            // Who may not open the payer's billing does not know its Res.
            let res = is_member.then(|| view! { <div><dt>"Res after"</dt><dd>{res}</dd></div> });
            view! {
                {res}
                <div class="total"><dt>{name}</dt><dd>{avail}</dd></div>
            }
        })
    };
    view! {
        <dl class="lines">
            <div><dt>"Selected issues"</dt><dd>{move || state.selected.with(Vec::len)}</dd></div>
            <div><dt>"Fix credit cost"</dt><dd>{move || figures.get().1}</dd></div>
            <div><dt>"Paid by"</dt><dd>{payer}</dd></div>
            {after}
        </dl>
    }
}

/// The one next step of the first reason.
#[component]
fn Next(state: FixState) -> impl IntoView {
    let primary = Slice::new(move |_| state.verdict.with(|verdict| verdict.primary().cloned()));
    let on_step = Callback::new(move |kind| match kind {
        NextKind::SelectFinding => {
            let first = state.findings.with_untracked(|all| {
                all.iter()
                    .find(|finding| finding.ineligible.is_none())
                    .map(|finding| pick_id(&finding.finding_id))
            });
            dom::focus_id(&first.unwrap_or_default());
        }
        NextKind::TicketOnly => {
            state.choose(DeliveryMode::TicketOnly);
            dom::focus_id(&mode_id(DeliveryMode::TicketOnly));
        }
        NextKind::ReadGates => dom::focus_id(GATES),
        _ => dom::focus_id(GUIDANCE),
    });
    move || {
        primary.get().map(|reason| {
            let owner = state.facts.with_untracked(|facts| facts.owner.clone());
            view! { <NextStep reason here=Here::Report owner on_step /> }
        })
    }
}

/// How the last start ended.
#[component]
fn Last(last: Ended<StartedFix>, is_member: bool) -> AnyView {
    match last {
        Ended::Done(started) => {
            let href = Link::FixTask(started.fix_task.fix_task_id).href();
            let figures = balance_text(started.balance, is_member);
            view! {
                <div class="answer ok">
                    <p><b>"Work started"</b>" \u{b7} " {figures}</p>
                    <p><a href=href>"Open the fix task"</a></p>
                </div>
            }
            .into_any()
        }
        Ended::Refused(sentence) => view! {
            <div class="answer stop" role="alert">
                <p><b>"Not started, nothing was reserved."</b>" " {sentence}</p>
                <p>"The figures here are fresh now. What can still be selected stays selected."</p>
            </div>
        }
        .into_any(),
        Ended::Unknown(sentence) => view! {
            <div class="answer hold" role="alert">
                <p><b>"It is not known whether the work started."</b>" " {sentence}</p>
                <p>"If it did, it appears below under Started work. Starting the same selection again cannot start or reserve twice."</p>
            </div>
        }
        .into_any(),
    }
}

/// What becomes of the credits.
#[component]
fn Outcomes(state: FixState) -> impl IntoView {
    let rows = Slice::new(move |_| {
        model::outcomes(state.mode.get(), state.verdict.with(|verdict| verdict.cost))
    });
    let list = move || {
        let rows = rows.get().into_iter();
        rows.map(|(when, then)| view! { <li><b>{when}</b>": " {then}</li> })
            .collect_view()
    };
    view! { <ul class="outcomes small muted" aria-label="What happens to the credits">{list}</ul> }
}
