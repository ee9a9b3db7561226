//! The report: its gates, its publication, the selection and the delivery mode.

use super::Findings;
use crate::gate::Facts;
use crate::link::Link;
use crate::reason::{ReasonKey, Slots};
use crate::report::{GateStatus, PublicationStatus};

/// 4: the report, for fixes and retests.
pub(in crate::gate) fn report(facts: &Facts, found: &mut Findings) {
    let Some(report) = &facts.report else { return };
    let link = Link::Report {
        id: report.id.clone(),
        select: Vec::new(),
    };
    // Gates first: a report that they hold back is unpublished because of them.
    let open: Vec<&str> = report
        .gates
        .iter()
        .filter(|gate| gate.status != GateStatus::Passed)
        .map(|gate| gate.key.label())
        .collect();
    if open.is_empty() {
        found.pass("All quality gates passed");
    } else {
        let slots = Slots {
            detail: open.join(", "),
            ..Slots::default()
        };
        found.fail(
            format!("Quality gates open: {}", open.join(", ")),
            ReasonKey::GatesNotPassed.with(&slots, None),
        );
    }
    if report.publication_status == PublicationStatus::Published {
        found.pass("Report is published");
    } else {
        let detail = report.publication_status.label().to_ascii_lowercase();
        let slots = Slots {
            detail,
            ..Slots::default()
        };
        found.fail(
            "Report is not published",
            ReasonKey::ReportNotPublished.with(&slots, None),
        );
    }
    selection(facts, report.eligible_count, found);
    match &report.mode_unavailable {
        None => found.pass(format!(
            "{} is a safe delivery mode",
            report.delivery_mode.label()
        )),
        Some(detail) => {
            let slots = Slots {
                detail: detail.clone(),
                ..Slots::default()
            };
            let label = format!("{} is not available", report.delivery_mode.label());
            found.fail(
                label,
                ReasonKey::ConnectedAccessUnavailable.with(&slots, Some(&link)),
            );
        }
    }
}

fn selection(facts: &Facts, eligible_count: i64, found: &mut Findings) {
    let slots = Slots::default();
    let all_eligible = facts
        .report
        .as_ref()
        .is_some_and(|report| report.selected.iter().all(|f| f.eligible));
    match facts.selected_count() {
        _ if eligible_count == 0 => {
            found.fail(
                "No finding is eligible",
                ReasonKey::NoEligibleFinding.with(&slots, None),
            );
        }
        0 => found.fail(
            "No eligible finding selected",
            ReasonKey::NoFindingSelected.with(&slots, None),
        ),
        _ if !all_eligible => {
            found.fail(
                "A selected finding is not eligible",
                ReasonKey::NoFindingSelected.with(&slots, None),
            );
        }
        1 => found.pass("1 eligible finding selected"),
        count => found.pass(format!("{count} eligible findings selected")),
    }
}
