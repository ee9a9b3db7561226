//! What the project page makes of a project.

use domain::account::AccountRef;
use domain::credits::{CreditType, amount_text};
use domain::gate::{Facts, Verdict, evaluate};
use domain::id::{AccountId, ProjectId};
use domain::project::{ProjectView, Service, ServiceState, ServiceSwitch};
use domain::reason::NextKind;
use domain::role::Ability;
use domain::scan::{ScanRun, StartedScan};

/// What the gate says about a scan, seen from an account.
pub fn scan_verdict(facts: &Facts, viewing: &AccountRef) -> Verdict {
    evaluate(&Facts {
        viewing: viewing.clone(),
        ..facts.clone()
    })
}

/// The switch that a service offers: only when nothing else is in its way.
pub fn offered_switch(service: &Service) -> Option<ServiceSwitch> {
    match service.blocked_reasons.first() {
        Some(reason) => match reason.next_action.kind {
            NextKind::EnableService => Some(ServiceSwitch::Enable),
            NextKind::ResumeService => Some(ServiceSwitch::Resume),
            _ => None,
        },
        None => match service.state {
            ServiceState::NotEnabled => Some(ServiceSwitch::Enable),
            ServiceState::Paused => Some(ServiceSwitch::Resume),
            ServiceState::Enabled => Some(ServiceSwitch::Pause),
        },
    }
}

/// Why this person cannot switch services of the project from this account.
pub fn switch_off(facts: &Facts, viewing: &AccountRef) -> Option<String> {
    let owner = &facts.owner;
    if viewing.id != owner.id {
        return Some(
            "This belongs to ".to_owned() + &owner.name + ". Switch to that account first.",
        );
    }
    (!facts.role.can(Ability::RunProjects)).then(|| {
        "Your role in ".to_owned()
            + &owner.name
            + " is "
            + facts.role.label()
            + ". Ask "
            + Ability::RunProjects.holders()
            + " to do this."
    })
}

/// Everything that makes a scan another scan.
pub fn intent_name(project: &ProjectId, account: &AccountId) -> String {
    ["scan", project.as_str(), account.as_str()].join(":")
}

/// The project right after a start, until fresh figures come.
pub fn with_started(mut view: ProjectView, started: &StartedScan) -> ProjectView {
    let run = &started.scan_run;
    view.scan_facts.payer.balance = started.balance;
    view.scan_facts.project.running = run
        .status
        .is_open()
        .then(|| (run.scan_run_id.clone(), run.status));
    view.latest_scan = Some(run.clone());
    view
}

/// What is said once when a scan was queued.
pub fn started_text(started: &StartedScan, payer: &str) -> String {
    "Scan queued. ".to_owned()
        + &amount_text(1, CreditType::Scan)
        + " reserved from "
        + payer
        + ". Available: "
        + &started.balance.avail.to_string()
        + "."
}

/// How a run and its credit stand, in a sentence.
pub fn run_sentence(run: &ScanRun) -> &'static str {
    use domain::scan::CreditState as Credit;
    match (run.status.is_open(), run.credit_state) {
        (true, Credit::Reserved) => {
            "Its credit is reserved: it is spent when the scan completes and returns when it fails."
        }
        (false, Credit::Spent) => "Its credit is spent.",
        (_, Credit::Restored) => "Its credit is back in Avail.",
        (_, Credit::NotNeeded) => "It needed no credit.",
        (_, Credit::Spent | Credit::Reserved) => "Its credit is being settled.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::project::{ServiceBadge, ServiceKind};
    use domain::reason::{ReasonKey, Slots};

    fn service(state: ServiceState, key: Option<ReasonKey>) -> Service {
        Service {
            service: ServiceKind::Monitoring,
            state,
            badge: ServiceBadge::Enabled,
            blocked_reasons: key
                .map(|key| key.with(&Slots::default(), None))
                .into_iter()
                .collect(),
        }
    }

    #[test]
    fn s3_11_a_service_offers_a_switch_only_when_nothing_else_comes_first() {
        assert_eq!(
            offered_switch(&service(ServiceState::Enabled, None)),
            Some(ServiceSwitch::Pause)
        );
        assert_eq!(
            offered_switch(&service(
                ServiceState::NotEnabled,
                Some(ReasonKey::ServiceNotEnabled)
            )),
            Some(ServiceSwitch::Enable)
        );
        assert_eq!(
            offered_switch(&service(
                ServiceState::Paused,
                Some(ReasonKey::ServicePaused)
            )),
            Some(ServiceSwitch::Resume)
        );
        assert_eq!(
            offered_switch(&service(
                ServiceState::NotEnabled,
                Some(ReasonKey::BaselineMissing)
            )),
            None
        );
    }
}
