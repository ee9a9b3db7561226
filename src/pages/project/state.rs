//! What the project page does: starts scans and switches services.

use crate::api::{self, ApiError, Intent};
use crate::api::{Ended, ended};
use crate::dom;
use crate::model::project as model;
use crate::remote::Remote;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::gate::{Facts, Verdict};
use domain::id::{AccountId, ProjectId};
use domain::project::{ProjectView, ServiceKind, ServiceSwitch, SwitchService};
use domain::scan::{StartScan, StartedScan};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The state of one project page, seen from one account. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct ProjectState {
    pub(super) view: Signal<ProjectView>,
    pub(super) facts: Slice<Facts>,
    pub(super) verdict: Slice<Verdict>,
    pub(super) switch_off: Slice<Option<String>>,
    pub(super) scanning: RwSignal<bool>,
    pub(super) last: RwSignal<Option<Ended<StartedScan>>>,
    pub(super) switching: RwSignal<Option<ServiceKind>>,
    pub(super) switch_error: RwSignal<Option<(ServiceKind, String)>>,
    pub(super) remote: Remote<ProjectView>,
    project: StoredValue<ProjectId>,
    viewing: StoredValue<AccountRef>,
}

impl ProjectState {
    /// The state of a project; call it in the page's body.
    pub(super) fn new(
        view: Signal<ProjectView>,
        remote: Remote<ProjectView>,
        id: ProjectId,
        viewing: AccountRef,
    ) -> Self {
        let facts = Slice::new(move |_| view.with(|view| view.scan_facts.clone()));
        let (seen_from, switched_from) = (viewing.clone(), viewing.clone());
        Self {
            view,
            facts,
            verdict: Slice::new(move |_| {
                facts.with(|facts| model::scan_verdict(facts, &seen_from))
            }),
            switch_off: Slice::new(move |_| {
                facts.with(|facts| model::switch_off(facts, &switched_from))
            }),
            scanning: RwSignal::new(false),
            last: RwSignal::new(None),
            switching: RwSignal::new(None),
            switch_error: RwSignal::new(None),
            remote,
            project: StoredValue::new(id),
            viewing: StoredValue::new(viewing),
        }
    }

    /// The project.
    pub(super) fn project(self) -> ProjectId {
        self.project.get_value()
    }

    /// The account in view.
    pub(super) fn account(self) -> AccountId {
        self.viewing.get_value().id
    }

    /// Starts a scan, unless a start is under way or the gate says no.
    pub(super) fn scan(self) {
        let ready = self.verdict.with_untracked(Verdict::is_ready);
        if self.scanning.get_untracked() || !ready {
            return;
        }
        self.scanning.set(true);
        self.last.set(None);
        let (project, account) = (self.project.get_value(), self.viewing.get_value().id);
        let payer = self
            .facts
            .with_untracked(|facts| facts.payer.account.name.clone());
        let intent = self.view.with_untracked(|view| {
            Intent::of(&model::intent_name(
                &project,
                &account,
                view.latest_scan.as_ref(),
            ))
        });
        let body = StartScan {
            account_id: account,
        };
        spawn_local(async move {
            let outcome = ended(api::start_scan(project, body, intent).await);
            // Said even when the person went on to another page meanwhile.
            if let Some(Ended::Done(started)) = &outcome {
                dom::announce(&model::started_text(started, &payer));
            }
            if self.scanning.try_get_untracked().is_none() {
                return;
            }
            if let Some(Ended::Done(started)) = &outcome {
                self.remote
                    .set(model::with_started(self.view.get_untracked(), started));
            }
            self.last.set(outcome);
            self.scanning.set(false);
            self.remote.refetch();
        });
    }

    /// Enables, pauses or resumes a service; one at a time.
    pub(super) fn switch(self, service: ServiceKind, switch: ServiceSwitch) {
        let off = self.switch_off.with_untracked(Option::is_some);
        if self.switching.get_untracked().is_some() || off {
            return;
        }
        self.switching.set(Some(service));
        self.switch_error.set(None);
        let project = self.project.get_value();
        let body = SwitchService {
            account_id: self.viewing.get_value().id,
        };
        spawn_local(async move {
            let answer = api::switch_service(project, service, switch, body).await;
            if self.switching.try_get_untracked().is_none() {
                return;
            }
            match answer {
                Ok(view) => {
                    self.remote.set(view);
                    dom::announce(&(service.label().to_owned() + said(switch)));
                }
                Err(ApiError::SignedOut) => {}
                Err(error) => {
                    self.switch_error.set(Some((service, error.sentence())));
                    self.remote.refetch();
                }
            }
            self.switching.set(None);
        });
    }
}

const fn said(switch: ServiceSwitch) -> &'static str {
    match switch {
        ServiceSwitch::Enable => " enabled.",
        ServiceSwitch::Pause => " paused.",
        ServiceSwitch::Resume => " resumed.",
    }
}
