//! What the report page makes of selections.

use super::*;
use domain::report::Severity;

fn id(text: &str) -> FindingId {
    FindingId::parse(text).unwrap()
}

fn finding(text: &str, ineligible: Option<Ineligible>) -> Finding {
    Finding {
        finding_id: id(text),
        title: text.into(),
        severity: Severity::High,
        category: "headers".into(),
        affected_url: "/".into(),
        evidence: "Headers".into(),
        evidence_hash: None,
        confidence: domain::report::Confidence::High,
        fingerprint: None,
        remediation: "Mend it.".into(),
        fix_credit_cost: 1,
        ineligible,
        fix_task_id: None,
        marked: None,
        pages: Vec::new(),
        check: None,
        retest: None,
    }
}

#[test]
fn s0_9_only_findings_that_can_be_fixed_stay_selected() {
    let findings = [
        finding("fnd_a", None),
        finding("fnd_b", Some(Ineligible::HasTask)),
        finding("fnd_c", None),
    ];
    let asked = [id("fnd_c"), id("fnd_b"), id("fnd_a"), id("fnd_elsewhere")];
    assert_eq!(usable(&findings, &asked), [id("fnd_a"), id("fnd_c")]);
    assert_eq!(left_out(&findings, &asked), 1);
}

#[test]
fn s0_9_a_finding_is_put_in_once_and_taken_out() {
    let one = toggled(&[], &id("fnd_a"), true);
    assert_eq!(toggled(&one, &id("fnd_a"), true), one);
    assert_eq!(toggled(&one, &id("fnd_a"), false), []);
}

#[test]
fn s0_13_the_button_says_what_it_reserves() {
    assert_eq!(
        start_label(DeliveryMode::ReviewOnlyPatch, 1),
        "Reserve 1 credit and start"
    );
    assert_eq!(
        start_label(DeliveryMode::ReviewOnlyPatch, 2),
        "Reserve 2 credits and start"
    );
    assert_eq!(
        start_label(DeliveryMode::TicketOnly, 0),
        "Start without credits"
    );
    assert_eq!(
        start_label(DeliveryMode::ReviewOnlyPatch, 0),
        "Start automated fix workflow"
    );
}

#[test]
fn the_order_of_ticking_is_the_same_start_and_everything_else_is_another() {
    let report = ReportId::parse("rep_a").unwrap();
    let account = |text: &str| AccountRef {
        id: domain::id::AccountId::parse(text).unwrap(),
        name: String::new(),
    };
    let (a, b) = (id("fnd_a"), id("fnd_b"));
    let name = |account: &AccountRef, ids: &[FindingId], mode| {
        intent_name(&report, account, ids, mode, None)
    };
    let northwind = account("acc_northwind");
    let both = name(
        &northwind,
        &[a.clone(), b.clone()],
        DeliveryMode::ReviewOnlyPatch,
    );
    assert_eq!(
        both,
        name(&northwind, &[b, a.clone()], DeliveryMode::ReviewOnlyPatch)
    );
    assert_ne!(
        both,
        name(
            &northwind,
            std::slice::from_ref(&a),
            DeliveryMode::ReviewOnlyPatch
        )
    );
    assert_ne!(
        name(
            &northwind,
            std::slice::from_ref(&a),
            DeliveryMode::TicketOnly
        ),
        name(
            &northwind,
            std::slice::from_ref(&a),
            DeliveryMode::ReviewOnlyPatch
        )
    );
    assert_ne!(
        name(
            &account("acc_harbor"),
            std::slice::from_ref(&a),
            DeliveryMode::TicketOnly
        ),
        name(&northwind, &[a], DeliveryMode::TicketOnly)
    );
}

#[test]
fn s0_23_a_figure_after_the_hold_is_shown_only_when_it_is_covered() {
    assert_eq!(change(2, -2).as_deref(), Some("2 \u{2192} 0"));
    assert_eq!(change(2, -3), None);
    assert_eq!(change(1, 2).as_deref(), Some("1 \u{2192} 3"));
}

#[test]
fn s0_26_what_becomes_of_the_credits_is_said_before() {
    let [good, bad, cancelled] = outcomes(DeliveryMode::ReviewOnlyPatch, 2);
    assert_eq!(good.1, "The 2 credits are spent.");
    assert_eq!(bad.1, "The 2 credits return to Avail.");
    assert_eq!(cancelled.1, bad.1);
    assert_eq!(
        outcomes(DeliveryMode::ReviewOnlyPatch, 1)[0].1,
        "The 1 credit is spent."
    );
    assert!(
        outcomes(DeliveryMode::TicketOnly, 0)
            .iter()
            .all(|(_, then)| then == "No credits move.")
    );
}

#[test]
fn inv_23_work_that_starts_again_after_a_cancelled_task_is_another_start() {
    let report = ReportId::parse("rep_a").unwrap();
    let northwind = AccountRef {
        id: domain::id::AccountId::parse("acc_northwind").unwrap(),
        name: "Northwind Trading".into(),
    };
    let task = |text: &str| FixTaskRow {
        fix_task_id: domain::id::FixTaskId::parse(text).unwrap(),
        status: domain::fix::FixTaskStatus::Cancelled,
        delivery_mode: DeliveryMode::ReviewOnlyPatch,
        finding_count: 1,
        fix_credit_cost: 1,
        credit_state: domain::scan::CreditState::Restored,
        created_at: chrono::DateTime::UNIX_EPOCH,
    };
    let name = |newest: Option<&FixTaskRow>| {
        intent_name(
            &report,
            &northwind,
            &[id("fnd_a")],
            DeliveryMode::ReviewOnlyPatch,
            newest,
        )
    };
    assert_eq!(name(Some(&task("fix_a"))), name(Some(&task("fix_a"))));
    assert_ne!(name(None), name(Some(&task("fix_a"))));
}
