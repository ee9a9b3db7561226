//! How the work would be delivered.

use super::state::FixState;
use crate::link::Link;
use crate::parts::GuideLink;
use crate::slice::Slice;
use domain::fix::{DeliveryMode, ModeOption};
use domain::guide::Guide;
use domain::report::ReportView;
use leptos::prelude::*;

/// The id of a mode's radio.
pub(super) fn mode_id(mode: DeliveryMode) -> String {
    "mode-".to_owned() + mode.key()
}

/// The delivery modes; one that is not safe now can be chosen, so that its reason shows.
#[component]
pub(super) fn Modes(
    /// The report.
    report: Signal<ReportView>,
    /// The workflow.
    state: FixState,
) -> impl IntoView {
    let modes = Slice::new(move |_| report.with(|view| view.fix_workflow.delivery_modes.clone()));
    let rows = move || {
        modes
            .get()
            .into_iter()
            .map(|option| view! { <Mode state option /> })
            .collect_view()
    };
    let ticket = move || {
        let chosen = state.mode.get() == DeliveryMode::TicketOnly;
        chosen.then(|| view! { <GuideLink guide=Guide::TicketOnlyFallback /> })
    };
    // S0-36: the fallback, or the access itself.
    let connect = move || {
        let missing = |option: &ModeOption| {
            option.mode == DeliveryMode::ConnectedAccess && option.unavailable.is_some()
        };
        let chosen = state.mode.get() == DeliveryMode::ConnectedAccess;
        (chosen && modes.with(|all| all.iter().any(missing))).then(|| {
            let project = report.with_untracked(|view| view.project_id.clone());
            view! {
                <p class="small"><a href=Link::Project(project).href()>"Connect safe access"</a>" on the project's page, or choose Ticket-only."</p>
            }
        })
    };
    view! {
        <fieldset class="choices across">
            <legend>"Delivery mode"</legend>
            {rows}
        </fieldset>
        {ticket}
        {connect}
    }
}

#[component]
fn Mode(state: FixState, option: ModeOption) -> impl IntoView {
    let mode = option.mode;
    let checked = move || state.mode.get() == mode;
    let why = option
        .unavailable
        .map(|why| view! { <span class="small stop">"Not safe now: " {why} "."</span> });
    view! {
        <label class="choice">
            <input type="radio" name="delivery-mode" id=mode_id(mode) prop:checked=checked on:change=move |_| state.choose(mode) />
            <b>{mode.label()}</b>
            <span class="small muted">{mode.explanation()}</span>
            {why}
        </label>
    }
}
