//! `Scope acceptance`: the terms, the box, and who accepted exactly what.

use super::super::places::ACCEPTANCE;
use super::super::state::ProjectState;
use crate::api::{self, Intent};
use crate::parts::{ActionButton, Badge, Outcome, OutcomeWords, Panel, Tone, When, follow, pick};
use crate::slice::Slice;
use crate::write::use_write;
use domain::project::{ProjectView, ScopeStatus};
use domain::scope::{ACCEPTANCE as WORDS, AcceptScope, Acceptance, ScopeView, TERMS};
use leptos::prelude::*;

/// The panel.
pub(in super::super) fn acceptance(project: Signal<ProjectView>, state: ProjectState) -> AnyView {
    let scope = pick(project, |view| view.scope.clone());
    let status = pick(scope, |scope| scope.status);
    let badge = follow(status, |status| match status {
        ScopeStatus::Accepted => {
            view! { <Badge tone=Tone::Ok label="Scope accepted" /> }.into_any()
        }
        other => view! { <Badge tone=*other label=other.label() /> }.into_any(),
    });
    let terms = TERMS.iter().map(|(name, words)| {
        view! { <dt>{*name}</dt><dd>{*words}</dd> }
    });
    let terms = terms.collect_view();
    let accepted = pick(scope, |scope| (scope.accepted.clone(), scope.status));
    view! {
        <Panel title="Scope acceptance" aside=move || badge>
            <div class="stack jump" id=ACCEPTANCE tabindex="-1">
                <details class="fold" prop:open=move || status.get() != ScopeStatus::Accepted>
                    <summary>"What is accepted"</summary>
                    <dl class="facts">{terms}</dl>
                </details>
                {follow(accepted, |(accepted, status)| known(accepted.as_ref(), *status))}
                {follow(pick(status, |status| *status == ScopeStatus::Accepted), move |done| {
                    if *done { ().into_any() } else { form(scope, state) }
                })}
            </div>
        </Panel>
    }
    .into_any()
}

/// Who accepted what, and that it counts no longer.
fn known(accepted: Option<&Acceptance>, status: ScopeStatus) -> AnyView {
    let Some(accepted) = accepted else {
        return ().into_any();
    };
    let (by, at, count) = (
        accepted.accepted_by.clone(),
        accepted.accepted_at,
        accepted.pages.len(),
    );
    let pages = accepted
        .pages
        .iter()
        .map(|page| view! { <li class="wrap">{page.clone()}</li> });
    let pages = pages.collect_view();
    let stale = (status == ScopeStatus::Stale).then(|| {
        view! { <p class="answer hold"><span>"The selection changed since. It has to be accepted again before a scan can start."</span></p> }
    });
    view! {
        <div class="stack">
            <p>"Accepted by "{by}" "<When at /></p>
            <details><summary>{count}" accepted pages"</summary><ul class="small">{pages}</ul></details>
            {stale}
        </div>
    }
    .into_any()
}

const OUTCOME: OutcomeWords = OutcomeWords {
    refused: "Not accepted.",
    then_refused: "The selection here is fresh now.",
    unknown: "It is not known whether the scope was accepted.",
    then_unknown: "Accepting it again changes nothing twice.",
};

fn form(scope: Slice<ScopeView>, state: ProjectState) -> AnyView {
    let write = use_write::<ScopeView, _>(state.remote);
    let agreed = RwSignal::new(false);
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The acceptance is on its way. Wait for the answer.".to_owned());
        }
        let empty = scope.with(|scope| scope.digest.is_empty());
        let why = if empty {
            Some("Select and save at least one page first.")
        } else if agreed.get() {
            None
        } else {
            Some("Tick the box to accept the scope.")
        };
        state.switch_off.get().or_else(|| why.map(str::to_owned))
    });
    let act = Callback::new(move |()| {
        if off.with_untracked(Option::is_some) {
            return;
        }
        let digest = scope.with_untracked(|scope| scope.digest.clone());
        let body = AcceptScope {
            account_id: state.account(),
            digest,
            accept: true,
        };
        let ask = api::accept_scope(state.project(), body, Intent::fresh());
        write.run(ask, |_| "Scope accepted.".to_owned(), |_| ());
    });
    view! {
        <label class="choice">
            <input type="checkbox" prop:checked=move || agreed.get() on:change=move |event| agreed.set(event_target_checked(&event)) />
            <span>{WORDS}</span>
        </label>
        <ActionButton label=String::from("Accept scope") off primary=true on_act=act />
        <Outcome write words=OUTCOME done=|_| ().into_any() />
    }
    .into_any()
}
