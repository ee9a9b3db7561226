//! The proposal against every other selection.

use super::*;
use crate::report::Ineligible;
use proptest::prelude::*;

fn finding(number: usize, severity: Severity, confidence: Confidence, cost: i64) -> Finding {
    let json = serde_json::json!({
        "finding_id": format!("fnd_{number}"), "title": format!("Finding {number}"), "severity": severity, "category": "headers",
        "affected_url": "https://shop.example/", "evidence": "seen", "confidence": confidence, "remediation": "Mend it.",
        "fix_credit_cost": cost, "ineligible": null, "fix_task_id": null,
    });
    serde_json::from_value(json).unwrap()
}

/// The most points, and the fewest credits for them, of all selections.
fn by_trying(findings: &[Finding], credits: i64) -> (i64, i64) {
    let mut top = (0, 0);
    for mask in 0_u32..1 << findings.len() {
        let chosen = findings
            .iter()
            .enumerate()
            .filter(|(index, _)| mask & (1 << index) != 0);
        let (points, cost) = chosen.fold((0, 0), |(points, cost), (_, one)| {
            let weight = risk_points(one.severity, one.confidence);
            (points + weight, cost + one.fix_credit_cost)
        });
        if cost <= credits {
            top = top.max((points, -cost));
        }
    }
    (top.0, -top.1)
}

proptest! {
    #[test]
    fn no_other_selection_removes_more(
        kinds in prop::collection::vec((0..4_usize, 0..3_usize, 0..4_i64), 1..9),
        credits in 0..12_i64,
    ) {
        let findings: Vec<Finding> = kinds
            .iter()
            .enumerate()
            .map(|(number, (severity, confidence, cost))| {
                finding(number, Severity::ALL[*severity], Confidence::ALL[*confidence], *cost)
            })
            .collect();
        let costs = findings.iter().map(|one| one.fix_credit_cost).sum::<i64>();
        match propose(&findings, credits) {
            Some(proposal) => {
                prop_assert!(costs > credits);
                prop_assert_eq!((proposal.points, proposal.cost), by_trying(&findings, credits));
                prop_assert_eq!(proposal.all_count, findings.len());
            }
            None => prop_assert!(costs <= credits || by_trying(&findings, credits).0 == 0),
        }
    }
}

#[test]
fn one_dear_finding_gives_way_to_cheap_ones_that_remove_more() {
    let mut findings = vec![
        finding(1, Severity::High, Confidence::High, 3),
        finding(2, Severity::High, Confidence::Medium, 1),
        finding(3, Severity::Medium, Confidence::High, 1),
        finding(4, Severity::Medium, Confidence::High, 1),
        finding(5, Severity::Critical, Confidence::High, 1),
    ];
    findings[4].ineligible = Some(Ineligible::UnsafeAccess);
    let proposal = propose(&findings, 3).unwrap();
    let ids: Vec<&str> = proposal.picks.iter().map(|pick| pick.id.as_str()).collect();
    assert_eq!(ids, ["fnd_2", "fnd_3", "fnd_4"]);
    assert_eq!((proposal.points, proposal.cost), (36, 3));
    assert_eq!((proposal.all_points, proposal.all_count), (63, 4));
}

#[test]
fn among_equals_the_first_of_the_report_and_never_more_than_one_start_takes() {
    let findings: Vec<Finding> = (0..400)
        .map(|number| finding(number, Severity::Low, Confidence::High, 1))
        .collect();
    let proposal = propose(&findings, 60).unwrap();
    assert_eq!(proposal.picks.len(), MOST_SELECTED);
    assert_eq!(proposal.picks[0].id.as_str(), "fnd_0");
    assert_eq!(proposal.picks[49].id.as_str(), "fnd_49");
}

#[test]
fn nothing_is_proposed_when_all_is_covered_or_nothing_is() {
    let findings = [
        finding(1, Severity::High, Confidence::High, 2),
        finding(2, Severity::Low, Confidence::High, 2),
    ];
    assert_eq!(propose(&findings, 4), None);
    assert_eq!(propose(&findings, 1), None);
    assert_eq!(propose(&[], 0), None);
}
