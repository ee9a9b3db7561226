//! The target, the project's own prerequisites, its service and the work that is under way.

use super::Findings;
use crate::gate::{Action, Facts};
use crate::link::Link;
use crate::project::{DomainStatus, ScopeStatus, ServiceState};
use crate::reason::{ReasonKey, Slots};

fn project_link(facts: &Facts) -> Link {
    Link::Project(facts.project.id.clone())
}

/// 2 and 3: the target and the project's own prerequisites.
pub(in crate::gate) fn project(facts: &Facts, found: &mut Findings) {
    let project = &facts.project;
    let link = project_link(facts);
    let slots = Slots::default();
    match &project.unsupported {
        None => found.pass("Target is supported"),
        Some(detail) => {
            let slots = Slots {
                detail: detail.clone(),
                ..Slots::default()
            };
            found.stop = true;
            found.fail(
                "Target is not supported",
                ReasonKey::UnsupportedTarget.with(&slots, Some(&link)),
            );
        }
    }
    if project.setup_done {
        found.pass("Project is set up");
    } else {
        found.fail(
            "Project is not set up",
            ReasonKey::SetupMissing.with(&slots, Some(&link)),
        );
    }
    if project.scope == ScopeStatus::Accepted {
        found.pass("Scan scope is accepted");
    } else {
        found.fail(
            "Scan scope is not accepted",
            ReasonKey::ScopeNotAccepted.with(&slots, Some(&link)),
        );
    }
    if project.domain == DomainStatus::Verified {
        found.pass("Domain is verified");
    } else {
        found.fail(
            "Domain is not verified",
            ReasonKey::DomainNotVerified.with(&slots, Some(&link)),
        );
    }
    if facts.action == Action::Monitoring {
        if project.has_baseline {
            found.pass("Baseline report exists");
        } else {
            found.fail(
                "No baseline report yet",
                ReasonKey::BaselineMissing.with(&slots, Some(&link)),
            );
        }
    }
}

/// 5: the project service that carries the work.
pub(in crate::gate) fn service(facts: &Facts, found: &mut Findings) {
    let name = facts.project.service.label();
    let slots = Slots {
        unit: name,
        ..Slots::default()
    };
    let link = project_link(facts);
    match facts.project.service_state {
        ServiceState::Enabled => found.pass(format!("{name} is enabled for this project")),
        ServiceState::NotEnabled => {
            found.fail(
                format!("{name} is not enabled"),
                ReasonKey::ServiceNotEnabled.with(&slots, Some(&link)),
            );
        }
        ServiceState::Paused => {
            found.fail(
                format!("{name} is paused"),
                ReasonKey::ServicePaused.with(&slots, Some(&link)),
            );
        }
    }
}

/// One scan a project at a time (docs/ledger.md#reserving).
pub(in crate::gate) fn running(facts: &Facts, found: &mut Findings) {
    if !matches!(facts.action, Action::Scan | Action::Retest) {
        return;
    }
    match &facts.project.running {
        None => found.pass("No other scan is under way"),
        Some((_, status)) => {
            let slots = Slots {
                detail: status.label().to_ascii_lowercase(),
                ..Slots::default()
            };
            found.wait(
                "A scan is already under way",
                ReasonKey::ScanInProgress.with(&slots, None),
            );
        }
    }
}
