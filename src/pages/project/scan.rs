//! The panel that starts a private scan.

use super::places::{LATEST, SCAN, go};
use super::state::ProjectState;
use super::switch::Switch;
use crate::api::Ended;
use crate::link::Link;
use crate::model::credits::balance_text;
use crate::model::step::Here;
use crate::parts::{
    ActionButton, Badge, Checks, GuideLink, NextStep, Panel, ReasonBox, follow, payer_line, pick,
    run_state,
};
use crate::slice::Slice;
use domain::Timestamp;
use domain::credits::CreditType;
use domain::gate::Outcome;
use domain::guide::Guide;
use domain::project::{ProjectView, ServiceSwitch};
use domain::reason::{NextKind, Reason};
use domain::scan::{ScanRun, ScanStatus, StartedScan};
use leptos::prelude::*;

/// Whether a scan can start, what it takes, and how the latest one stands.
#[component]
pub(super) fn Scan(
    /// The project.
    project: Signal<ProjectView>,
    /// The page.
    state: ProjectState,
) -> impl IntoView {
    let payer = Slice::new(move |_| state.facts.with(|facts| facts.payer.clone()));
    let primary = Slice::new(move |_| state.verdict.with(|verdict| verdict.primary().cloned()));
    let checks = Slice::new(move |_| state.verdict.with(|verdict| verdict.checks.clone()));
    let badge = move || match primary.get() {
        None => view! { <Badge tone=Outcome::Ready label="Ready" /> },
        Some(reason) => view! { <Badge tone=&reason label=reason.label.clone() /> },
    };
    let head = move || match primary.get() {
        None => view! { <h3>"Ready to start"</h3><GuideLink guide=Guide::RunFirstLiveAudit /> }
            .into_any(),
        // Its next step stands beside the start.
        Some(reason) => view! { <ReasonBox reason /> }.into_any(),
    };
    view! {
        <Panel title="On-demand risk scan" bare=true aside=move || view! { <span>{badge}</span> }>
            <div class="body jump" id=SCAN tabindex="-1">{follow(payer, |payer| payer_line(payer, CreditType::Scan))}</div>
            <div class="decide">
                <div>
                    {head}
                    {move || view! { <Checks checks=checks.get() /> }}
                </div>
                <div>
                    <Limits state />
                    <Next state primary />
                    <Run state />
                </div>
            </div>
            <Latest project />
        </Panel>
    }
}

#[component]
fn Limits(state: ProjectState) -> impl IntoView {
    let pages = Slice::new(move |_| {
        state
            .facts
            .with(|facts| (facts.project.pages, facts.project.page_limit))
    });
    let payer = Slice::new(move |_| state.facts.with(|facts| facts.payer.account.name.clone()));
    view! {
        <dl class="lines">
            <div><dt>"Scope limits"</dt><dd>{move || pages.get().0} " of " {move || pages.get().1} " pages"</dd></div>
            <div><dt>"Cost"</dt><dd>"1 scan credit"</dd></div>
        </dl>
        <p class="small muted">
            "1 scan credit will be reserved from " {payer} ". It is spent when the scan completes and returns when it fails."
        </p>
    }
}

/// The one next step of the first reason.
#[component]
fn Next(state: ProjectState, primary: Slice<Option<Reason>>) -> impl IntoView {
    move || {
        let reason = primary.get()?;
        let kind = reason.next_action.kind;
        let (owner, service) = state
            .facts
            .with_untracked(|facts| (facts.owner.clone(), facts.project.service));
        let switch = match kind {
            NextKind::EnableService => Some(ServiceSwitch::Enable),
            NextKind::ResumeService => Some(ServiceSwitch::Resume),
            _ => None,
        };
        if let Some(switch) = switch {
            return Some(view! { <Switch state service switch /> }.into_any());
        }
        let on_step = Callback::new(move |kind| go(kind, LATEST));
        Some(view! { <NextStep reason here=Here::Project owner on_step /> }.into_any())
    }
}

#[component]
fn Run(state: ProjectState) -> impl IntoView {
    let off = Signal::derive(move || {
        if state.scanning.get() {
            return Some("The start is on its way. Wait for the answer.".to_owned());
        }
        state
            .verdict
            .with(|verdict| verdict.primary().map(|reason| reason.message.clone()))
    });
    view! {
        <ActionButton label=String::from("Run scan") off primary=true wide=true on_act=Callback::new(move |()| state.scan()) />
        {move || state.last.get().map(|last| view! { <Last last is_member=state.facts.with_untracked(|facts| facts.payer.is_member) /> })}
    }
}

/// How the last start ended.
#[component]
fn Last(last: Ended<StartedScan>, is_member: bool) -> AnyView {
    match last {
        Ended::Done(started) => {
            let figures = balance_text(started.balance, is_member);
            view! { <p class="answer ok"><span><b>"Scan queued"</b>" \u{b7} " {figures}</span></p> }
                .into_any()
        }
        Ended::Refused(sentence) => view! {
            <div class="answer stop" role="alert">
                <p><b>"Not started, nothing was reserved."</b>" " {sentence}</p>
                <p>"The figures here are fresh now."</p>
            </div>
        }
        .into_any(),
        Ended::Unknown(sentence) => view! {
            <div class="answer hold" role="alert">
                <p><b>"It is not known whether the scan started."</b>" " {sentence}</p>
                <p>"If it did, it appears below as the latest scan. Running it again cannot start or reserve twice."</p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Latest(project: Signal<ProjectView>) -> impl IntoView {
    let run = pick(project, |view| {
        let running = |run: &ScanRun| run.status == ScanStatus::Running;
        let as_of = view.latest_scan.as_ref().filter(|run| running(run));
        (view.latest_scan.clone(), as_of.map(|_| view.as_of))
    });
    view! {
        <div class="body latest jump" id=LATEST tabindex="-1">
            <h3>"Latest scan"</h3>
            {follow(run, |(run, as_of)| latest(run.as_ref(), *as_of))}
        </div>
    }
}

fn latest(run: Option<&ScanRun>, as_of: Option<Timestamp>) -> AnyView {
    let Some(run) = run else {
        return view! { <p class="muted">"No scan yet."</p> }.into_any();
    };
    let href = Link::Scan(run.scan_run_id.clone()).href();
    view! {
        <div class="stack">
            {run_state(run, as_of.unwrap_or(run.queued_at))}
            <p><a href=href>"Open the scan"</a></p>
        </div>
    }
    .into_any()
}
