//! Whether monitoring is on, what is in its way, and the one thing to do about it.

use crate::api;
use crate::link::Link;
use crate::model::project::{offered_switch, switch_off};
use crate::parts::{
    ActionButton, Badge, GuideLink, Outcome, OutcomeWords, Panel, ReasonBox, Tone, follow, pick,
};
use crate::remote::Remote;
use crate::write::use_write;
use domain::account::AccountRef;
use domain::guide::Guide;
use domain::monitoring::MonitoringView;
use domain::project::{
    ProjectView, Service, ServiceKind, ServiceState, ServiceSwitch, SwitchService,
};
use leptos::prelude::*;

const OUTCOME: OutcomeWords = OutcomeWords {
    refused: "Nothing was changed.",
    then_refused: "What stands here is fresh now.",
    unknown: "It is not known whether monitoring was switched.",
    then_unknown: "This page shows it by itself.",
};

/// The panel.
pub(super) fn standing(
    view: Signal<MonitoringView>,
    remote: Remote<MonitoringView>,
    viewing: &AccountRef,
) -> AnyView {
    let service = pick(view, |view| view.service.clone());
    let badge = follow(service, |service| match service {
        Some(service) => {
            view! { <Badge tone=service.badge label=service.badge.label() /> }.into_any()
        }
        None => view! { <Badge tone=Tone::Quiet label="Not available" /> }.into_any(),
    });
    let covered = pick(view, |view| view.monitoring_entitlement_status);
    let covered = follow(covered, |status| {
        let value = status.key();
        view! { <p class="muted small"><code>"monitoring_entitlement_status"</code>": "<code>{value}</code></p> }
            .into_any()
    });
    let project = pick(view, |view| view.project_id.clone());
    let viewing = viewing.clone();
    let content = follow(service, move |service| match service {
        Some(service) => told(service, view, remote, &viewing),
        None => view! { <p>"This project has no monitoring."</p> }.into_any(),
    });
    view! {
        <Panel title="Monitoring" aside=move || badge>
            <div class="stack">
                {content}
                {covered}
                {follow(project, |id| {
                    let href = Link::Project(id.clone()).href();
                    view! { <p class="small"><a href=href>"Project services"</a></p> }.into_any()
                })}
            </div>
        </Panel>
    }
    .into_any()
}

fn told(
    service: &Service,
    view: Signal<MonitoringView>,
    remote: Remote<MonitoringView>,
    viewing: &AccountRef,
) -> AnyView {
    let words = match service.state {
        ServiceState::Enabled if !service.blocked_reasons.is_empty() => {
            "Monitoring is switched on, and no run begins while something is in the way."
        }
        ServiceState::Enabled => "The site is looked at by its schedule.",
        ServiceState::Paused => "No run begins until monitoring is resumed. What was found stays.",
        ServiceState::NotEnabled => "No run begins until monitoring is enabled.",
    };
    // Its own state is what the button is for; everything else comes first.
    let reason = service.blocked_reasons.first().cloned();
    let switch = offered_switch(service);
    let reason = reason.filter(|_| switch.is_none()).map(|reason| {
        let next = reason.next_action.href.clone().map(|href| {
            let label = reason.next_action.label.clone();
            view! { <p><a class="btn primary" href=href>{label}</a></p> }
        });
        view! { <ReasonBox reason />{next} }
    });
    // The reason has its guide beside it.
    let guide = reason
        .is_none()
        .then(|| view! { <GuideLink guide=Guide::MonitoringPlans /> });
    let button = switch.map(|switch| button(switch, view, remote, viewing.clone()));
    view! { <p>{words}</p>{reason}{button}{guide} }.into_any()
}

fn button(
    switch: ServiceSwitch,
    view: Signal<MonitoringView>,
    remote: Remote<MonitoringView>,
    viewing: AccountRef,
) -> AnyView {
    let write = use_write::<ProjectView, _>(remote);
    let account = viewing.id.clone();
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("A change is on its way. Wait for the answer.".to_owned());
        }
        view.with(|view| switch_off(&view.facts, &viewing))
    });
    let act = Callback::new(move |()| {
        let project = view.with_untracked(|view| view.project_id.clone());
        let body = SwitchService {
            account_id: account.clone(),
        };
        let ask = api::switch_service(project, ServiceKind::Monitoring, switch, body);
        write.run(ask, |_| "Monitoring switched.".to_owned(), |_| ());
    });
    view! {
        <div>
            <ActionButton label=switch.label().to_owned() off on_act=act />
            <Outcome write words=OUTCOME done=|_| ().into_any() />
        </div>
    }
    .into_any()
}
