//! What Billing says about a blocked action, from recorded answers.

use super::*;
use domain::id::FindingId;
use domain::reason::ReasonCode;

fn billing(json: &str) -> BillingView {
    serde_json::from_str(json).unwrap()
}

fn report(json: &str, most: usize) -> (PlaceView, Origin) {
    let report: ReportView = serde_json::from_str(json).unwrap();
    let findings = report.fix_workflow.findings.iter();
    let eligible = findings.filter(|finding| finding.ineligible.is_none());
    let select: Vec<FindingId> = eligible
        .map(|finding| finding.finding_id.clone())
        .take(most)
        .collect();
    let place = domain::link::Place::Report(report.report_id.clone());
    let origin = Origin {
        from: Action::Fix,
        place,
        select,
    };
    (PlaceView::Report(Box::new(report)), origin)
}

fn project(json: &str, from: Action) -> (PlaceView, Origin) {
    let project: ProjectView = serde_json::from_str(json).unwrap();
    let origin = Origin {
        from,
        place: domain::link::Place::Project(project.project_id.clone()),
        select: Vec::new(),
    };
    (PlaceView::Project(Box::new(project)), origin)
}

fn code_and_remedy(blocked: Blocked) -> (ReasonCode, Remedy) {
    match blocked.state {
        ActionState::Blocked { reason, remedy } => (reason.code, remedy),
        other => panic!("{other:?}"),
    }
}

const HARBOR: &str = include_str!("../../../tests/answers/billing_harbor.json");
const CORNER: &str = include_str!("../../../tests/answers/billing_corner.json");
const BEACON: &str = include_str!("../../../tests/answers/billing_beacon.json");
const REPORT_HARBOR: &str = include_str!("../../../tests/answers/report_harbor.json");
const REPORT_CORNER: &str = include_str!("../../../tests/answers/report_corner.json");

#[test]
fn s2_11_a_shortage_leads_to_the_fitting_top_up() {
    let (work, origin) = report(REPORT_HARBOR, 2);
    let blocked = blocked(&billing(HARBOR), &origin, &work, |_| true);
    let need = blocked.need.unwrap();
    assert_eq!((need.need, need.have), (2, 0));
    let (code, remedy) = code_and_remedy(blocked);
    assert_eq!(code, ReasonCode::CreditBalanceExhausted);
    assert_eq!(remedy, Remedy::Buy("automated_fix_credits".into()));
}

#[test]
fn s0_1_a_top_up_that_cannot_be_bought_is_words_and_never_a_purchase() {
    const WHY: &str = "Your role is Viewer. Ask an owner, admin or billing manager to buy this.";
    let (work, origin) = report(REPORT_HARBOR, 2);
    let mut view = billing(HARBOR);
    let mut cards = view.top_ups.iter_mut();
    let fix = cards
        .find(|card| card.credit_type == Some(CreditType::AutomatedFix))
        .unwrap();
    assert!(fix.checkout_route.take().is_some());
    fix.disabled_reason = Some(WHY.into());
    let blocked = blocked(&view, &origin, &work, |_| true);
    let (code, remedy) = code_and_remedy(blocked);
    assert_eq!(code, ReasonCode::CreditBalanceExhausted);
    assert_eq!(remedy, Remedy::Words(WHY.into()));
}

#[test]
fn s0_32_without_a_selection_there_is_nothing_to_buy() {
    let (work, origin) = report(REPORT_HARBOR, 0);
    let blocked = blocked(&billing(HARBOR), &origin, &work, |_| true);
    let (code, remedy) = code_and_remedy(blocked);
    assert_eq!(code, ReasonCode::NoEligibleFindingSelected);
    assert_eq!(remedy, Remedy::GoBack);
}

#[test]
fn s3_21_nothing_is_sold_to_an_account_that_does_not_pay() {
    let (work, origin) = report(REPORT_CORNER, 2);
    let member = blocked(&billing(CORNER), &origin, &work, |_| true);
    let payer = member.payer.clone();
    assert_eq!(payer.name, "Beacon Agency");
    assert_eq!(code_and_remedy(member).1, Remedy::SwitchTo(payer));
    let stranger = blocked(&billing(CORNER), &origin, &work, |_| false);
    assert!(
        matches!(code_and_remedy(stranger).1, Remedy::Words(words) if words.contains("Ask Beacon Agency"))
    );
}

#[test]
fn s3_21_the_payer_buys_in_its_own_billing() {
    let (work, origin) = report(REPORT_CORNER, 2);
    let blocked = blocked(&billing(BEACON), &origin, &work, |_| true);
    assert_eq!(
        code_and_remedy(blocked).1,
        Remedy::Buy("automated_fix_credits".into())
    );
}

#[test]
fn another_account_is_told_whose_it_is() {
    let northwind = billing(include_str!(
        "../../../tests/answers/billing_northwind.json"
    ));
    let (work, origin) = report(REPORT_HARBOR, 2);
    let blocked = blocked(&northwind, &origin, &work, |_| true);
    let (code, remedy) = code_and_remedy(blocked);
    assert_eq!(code, ReasonCode::WrongAccount);
    assert!(matches!(remedy, Remedy::SwitchTo(owner) if owner.name == "Harbor Bakery"));
}

#[test]
fn a_project_prerequisite_is_cleared_at_the_project() {
    let northwind = billing(include_str!(
        "../../../tests/answers/billing_northwind.json"
    ));
    for (json, from) in [
        (
            include_str!("../../../tests/answers/project_scope.json"),
            Action::Scan,
        ),
        (
            include_str!("../../../tests/answers/project_baseline.json"),
            Action::Monitoring,
        ),
    ] {
        let (work, origin) = project(json, from);
        let blocked = blocked(&northwind, &origin, &work, |_| true);
        let (code, remedy) = code_and_remedy(blocked);
        assert_eq!(
            (code, remedy),
            (ReasonCode::ProjectServiceBlocked, Remedy::GoBack)
        );
    }
}

#[test]
fn s3_22_a_payment_on_its_way_is_waited_for_and_never_sold_again() {
    let quayside = billing(include_str!("../../../tests/answers/billing_quayside.json"));
    let (work, origin) = project(
        include_str!("../../../tests/answers/project_quayside.json"),
        Action::Scan,
    );
    let blocked = blocked(&quayside, &origin, &work, |_| true);
    let (code, remedy) = code_and_remedy(blocked);
    assert_eq!(code, ReasonCode::CheckoutPaymentPending);
    assert!(
        matches!(remedy, Remedy::Wait(href) if href.starts_with("/billing/checkout?checkout_session_id="))
    );
}

#[test]
fn s2_15_it_says_when_nothing_is_in_the_way_any_more() {
    let (mut work, origin) = report(REPORT_HARBOR, 2);
    if let PlaceView::Report(report) = &mut work {
        report.fix_workflow.facts.payer.balance.avail = 3;
    }
    let blocked = blocked(&billing(HARBOR), &origin, &work, |_| true);
    assert_eq!(blocked.state, ActionState::Ready);
}

#[test]
fn what_a_page_cannot_tell_is_not_guessed() {
    let (work, mut origin) = report(REPORT_HARBOR, 2);
    origin.from = Action::Retest;
    let blocked = blocked(&billing(HARBOR), &origin, &work, |_| true);
    assert_eq!(blocked.state, ActionState::Elsewhere);
}
