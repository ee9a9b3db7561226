//! The services of a project, each with its one next step.

use super::places::{SCAN, go};
use super::state::ProjectState;
use super::switch::Switch;
use crate::link::Link;
use crate::model::project::offered_switch;
use crate::model::step::Here;
use crate::parts::{Badge, GuideLink, NextStep, Panel};
use crate::slice::Slice;
use domain::project::{ProjectView, Service, ServiceBadge, ServiceKind};
use leptos::prelude::*;

/// One row a service.
#[component]
pub(super) fn Services(
    /// The project.
    project: Signal<ProjectView>,
    /// The page.
    state: ProjectState,
) -> impl IntoView {
    let kinds = Slice::new(move |_| {
        project.with(|view| {
            view.services
                .iter()
                .map(|service| service.service)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Panel title="Project services" bare=true>
            <ul class="list services">
                <For each=move || kinds.get() key=|kind| *kind let:kind>
                    <Row project state kind />
                </For>
            </ul>
        </Panel>
    }
}

/// One service; only its own changes touch it.
#[component]
fn Row(project: Signal<ProjectView>, state: ProjectState, kind: ServiceKind) -> impl IntoView {
    let service = Slice::new(move |_| {
        project.with(|view| {
            view.services
                .iter()
                .find(|service| service.service == kind)
                .cloned()
        })
    });
    let badge = move || {
        service
            .get()
            .map(|service| view! { <Badge tone=service.badge label=service.badge.label() /> })
    };
    let reason = Slice::new(move |_| {
        service
            .get()
            .and_then(|service| service.blocked_reasons.into_iter().next())
    });
    let why = move || {
        reason.get().map(|reason| {
            view! { <p class="small"><b>{reason.label}</b>" \u{b7} "{reason.message}</p> }
        })
    };
    view! {
        <li>
            <div class="service">
                <div><h3>{kind.label()}</h3>{badge}</div>
                {why}
                <GuideLink guide=kind.guide() />
            </div>
            <div class="act">
                {move || service.get().and_then(|service| ready_step(&service)).map(|(href, label)| view! { <a href=href rel="external">{label}</a> })}
                {(kind == ServiceKind::Monitoring).then(|| view! { <a href=Link::Monitoring(state.project()).href()>"Open monitoring"</a> })}
                {move || service.get().map(|service| view! { <Action state service /> })}
            </div>
        </li>
    }
}

/// Where the work of a ready service is done (S3-14); nothing while something is in the way or there is no page for it.
fn ready_step(service: &Service) -> Option<(&'static str, &'static str)> {
    let ready = service.badge == ServiceBadge::Enabled && service.blocked_reasons.is_empty();
    match service.service {
        ServiceKind::ActivationScan if ready => {
            Some(("#panel-on-demand-risk-scan", "Go to the scan"))
        }
        ServiceKind::FixWorkflow if ready => Some(("#panel-reports", "Go to the reports")),
        _ => None,
    }
}

/// The one next step of a service.
#[component]
fn Action(state: ProjectState, service: Service) -> AnyView {
    let kind = service.service;
    if let Some(switch) = offered_switch(&service) {
        return view! { <Switch state service=kind switch /> }.into_any();
    }
    let Some(reason) = service.blocked_reasons.into_iter().next() else {
        return ().into_any();
    };
    let owner = state.facts.with_untracked(|facts| facts.owner.clone());
    let on_step = Callback::new(move |kind| go(kind, SCAN));
    view! { <NextStep reason here=Here::Project owner plain=true on_step /> }.into_any()
}
