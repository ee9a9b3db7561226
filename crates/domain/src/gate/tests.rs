//! The gate against the behaviours, one fact changed at a time; groups of them lie in files of their own.

mod money;
mod order;
mod properties;

use super::*;
use crate::account::{AccountRef, BillingState, PackageKey, SubscriptionStatus};
use crate::credits::Balance;
use crate::fix::{DeliveryMode, PlanMessageKind, plan_message};
use crate::id::{AccountId, CheckoutId, FindingId, ProjectId, ReportId, ScanRunId};
use crate::project::{DomainStatus, ScopeStatus, ServiceKind, ServiceState};
use crate::reason::{NextKind, ReasonCode, WorkflowOwner};
use crate::report::{Gate, GateKey, GateStatus, PublicationStatus};
use crate::role::{Ability, Role};
use crate::scan::ScanStatus;
use proptest::prelude::*;

fn account(id: &str, name: &str) -> AccountRef {
    AccountRef {
        id: AccountId::parse(id).unwrap(),
        name: name.into(),
    }
}

fn scan_facts() -> Facts {
    Facts {
        action: Action::Scan,
        viewing: account("acc_a", "Alpha"),
        owner: account("acc_a", "Alpha"),
        role: Role::Owner,
        payer: Payer {
            account: account("acc_a", "Alpha"),
            package_key: Some(PackageKey::FixPlan),
            includes: PackageKey::FixPlan.into(),
            billing_state: BillingState::Active,
            owed: crate::credits::Owed::default(),
            unresolved_invoice: None,
            subscription_status: SubscriptionStatus::Active,
            balance: Balance {
                avail: 3,
                res: 1,
                spent: 4,
            },
            ever_granted: true,
            payment_pending: false,
            pending_checkout: None,
            plan_buyable: false,
            top_up_refusal: None,
            plan_credits: 2,
            is_member: true,
        },
        project: ProjectFacts {
            id: ProjectId::parse("prj_a").unwrap(),
            unsupported: None,
            setup_done: true,
            scope: ScopeStatus::Accepted,
            domain: DomainStatus::Verified,
            service: ServiceKind::ActivationScan,
            service_state: ServiceState::Enabled,
            has_baseline: true,
            pages: 40,
            page_limit: 500,
            running: None,
        },
        report: None,
        task: None,
    }
}

fn on_plan(facts: &mut Facts, package: PackageKey) {
    facts.payer.package_key = Some(package);
    facts.payer.includes = package.into();
}

fn with_payment(facts: &mut Facts) {
    facts.payer.payment_pending = true;
    facts.payer.pending_checkout = Some(CheckoutId::parse("chk_1").unwrap());
}

fn fix_facts() -> Facts {
    let finding = |n: u32| Selected {
        id: FindingId::parse(&format!("fnd_{n}")).unwrap(),
        eligible: true,
        cost: 1,
    };
    let mut facts = scan_facts();
    facts.action = Action::Fix;
    facts.project.service = ServiceKind::FixWorkflow;
    facts.report = Some(ReportFacts {
        id: ReportId::parse("rep_a").unwrap(),
        publication_status: PublicationStatus::Published,
        gates: GateKey::ALL
            .iter()
            .map(|key| Gate {
                key: *key,
                status: GateStatus::Passed,
                next: None,
            })
            .collect(),
        eligible_count: 3,
        selected: vec![finding(1), finding(2)],
        delivery_mode: DeliveryMode::ReviewOnlyPatch,
        mode_unavailable: None,
    });
    facts
}

fn monitoring_facts() -> Facts {
    let mut facts = scan_facts();
    facts.action = Action::Monitoring;
    facts.project.service = ServiceKind::Monitoring;
    facts
}

/// Facts of any action, all in place.
fn facts_of(action: Action) -> Facts {
    let mut facts = match action {
        Action::Fix | Action::Retest => fix_facts(),
        Action::Monitoring => monitoring_facts(),
        Action::Scan | Action::Ai => scan_facts(),
    };
    facts.action = action;
    facts
}

fn changed(mut facts: Facts, change: impl FnOnce(&mut Facts)) -> Facts {
    change(&mut facts);
    facts
}

fn report(facts: &mut Facts) -> &mut ReportFacts {
    facts.report.as_mut().unwrap()
}

fn primary(facts: &Facts) -> (ReasonCode, String, NextKind) {
    let verdict = evaluate(facts);
    let reason = verdict.primary().expect("a reason").clone();
    (reason.code, reason.label, reason.next_action.kind)
}

#[track_caller]
fn expect(facts: &Facts, code: ReasonCode, label: &str, next: NextKind) {
    assert_eq!(primary(facts), (code, label.to_owned(), next));
}

#[test]
fn s0_31_s1_28_everything_in_place_is_ready() {
    for facts in [scan_facts(), fix_facts(), monitoring_facts()] {
        let verdict = evaluate(&facts);
        assert!(verdict.is_ready(), "{verdict:?}");
        assert!(
            verdict
                .checks
                .iter()
                .all(|check| check.state == CheckState::Passed)
        );
    }
    assert_eq!(evaluate(&scan_facts()).cost, 1);
}

#[test]
fn s0_9_the_cost_is_the_sum_of_the_selected_eligible_findings() {
    let facts = changed(fix_facts(), |f| report(f).selected[1].cost = 4);
    assert_eq!((facts.selected_count(), facts.cost()), (2, 5));
    let none = changed(fix_facts(), |f| report(f).selected.clear());
    assert_eq!((none.selected_count(), none.cost()), (0, 0));
    expect(
        &none,
        ReasonCode::NoEligibleFindingSelected,
        "No eligible finding selected",
        NextKind::SelectFinding,
    );
}

#[test]
fn s0_8_a_draft_and_a_blocked_report_refuse_whatever_the_balance() {
    let rich = |f: &mut Facts| f.payer.balance.avail = 1000;
    let message = |facts: &Facts| evaluate(facts).primary().unwrap().message.clone();
    for (status, word) in [
        (PublicationStatus::Draft, "draft"),
        (PublicationStatus::Blocked, "blocked"),
        (PublicationStatus::ReadyForPublish, "ready for publish"),
    ] {
        let unpublished = changed(changed(fix_facts(), rich), |f| {
            report(f).publication_status = status;
        });
        expect(
            &unpublished,
            ReasonCode::ReportPublicationBlocked,
            "Report is not published",
            NextKind::ReadGates,
        );
        let message = message(&unpublished);
        assert!(
            message.contains(&format!("this one is {word}.")),
            "{message}"
        );
    }
    for status in [GateStatus::Blocked, GateStatus::Pending] {
        let gate = changed(changed(fix_facts(), rich), |f| {
            report(f).gates[3].status = status;
        });
        expect(
            &gate,
            ReasonCode::ReportPublicationBlocked,
            "Quality gates not passed",
            NextKind::ReadGates,
        );
        let message = message(&gate);
        assert!(message.contains("passed: Redaction."), "{message}");
    }
}

#[test]
fn s0_12_nothing_eligible_never_suggests_buying() {
    let facts = changed(fix_facts(), |f| {
        report(f).eligible_count = 0;
        report(f).selected.clear();
        f.payer.balance = Balance::default();
    });
    expect(
        &facts,
        ReasonCode::NoEligibleFindingSelected,
        "No eligible finding selected",
        NextKind::ReadGuidance,
    );
    assert!(
        evaluate(&facts)
            .blocked_reasons
            .iter()
            .all(|r| r.next_action.kind != NextKind::TopUp)
    );
}

#[test]
fn the_three_stops_win_over_any_balance() {
    let rich = |f: &mut Facts| f.payer.balance.avail = 1000;
    let access = changed(changed(fix_facts(), rich), |f| {
        report(f).mode_unavailable = Some("nothing is connected".into());
    });
    expect(
        &access,
        ReasonCode::ProviderAccessRequired,
        "Connected access unavailable",
        NextKind::TicketOnly,
    );
    let evidence = changed(changed(fix_facts(), rich), |f| {
        report(f).selected[0].eligible = false;
    });
    expect(
        &evidence,
        ReasonCode::NoEligibleFindingSelected,
        "No eligible finding selected",
        NextKind::SelectFinding,
    );
    let scope = changed(changed(fix_facts(), rich), |f| {
        f.project.unsupported = Some("login-only".into());
    });
    assert_eq!(evaluate(&scope).outcome, Outcome::Stop);
}

#[test]
fn s1_22_an_unsupported_target_stops() {
    let facts = changed(scan_facts(), |f| {
        f.project.unsupported = Some("it is behind a login".into());
    });
    expect(
        &facts,
        ReasonCode::UnsupportedTarget,
        "Unsupported target",
        NextKind::OpenProject,
    );
    assert_eq!(evaluate(&facts).outcome, Outcome::Stop);
}

#[test]
fn s3_27_the_wrong_account_is_named_first() {
    let facts = changed(scan_facts(), |f| {
        f.viewing = account("acc_b", "Beta");
        f.payer.balance = Balance::default();
    });
    expect(
        &facts,
        ReasonCode::WrongAccount,
        "Wrong account",
        NextKind::SwitchAccount,
    );
    assert_eq!(evaluate(&facts).outcome, Outcome::Stop);
}

#[test]
fn monitoring_needs_coverage_and_a_baseline() {
    let no_baseline = changed(monitoring_facts(), |f| f.project.has_baseline = false);
    expect(
        &no_baseline,
        ReasonCode::ProjectServiceBlocked,
        "Baseline report required",
        NextKind::OpenProject,
    );
    let no_cover = changed(monitoring_facts(), |f| {
        on_plan(f, PackageKey::ScanPlan);
    });
    expect(
        &no_cover,
        ReasonCode::MonitoringEntitlementMissing,
        "Monitoring not in this plan",
        NextKind::ChoosePlan,
    );
}

#[test]
fn one_scan_at_a_time_and_no_urge_to_buy_meanwhile() {
    let facts = changed(scan_facts(), |f| {
        f.project.running = Some((ScanRunId::parse("scn_1").unwrap(), ScanStatus::Queued));
    });
    expect(
        &facts,
        ReasonCode::WorkInProgress,
        "A scan is already under way",
        NextKind::FollowWork,
    );
}

#[test]
fn s2_4_the_way_to_billing_remembers_the_selection() {
    let facts = changed(fix_facts(), |f| {
        f.payer.balance = Balance {
            avail: 0,
            res: 0,
            spent: 9,
        }
    });
    let reason = evaluate(&facts).primary().unwrap().clone();
    assert_eq!(
        reason.next_action.href.as_deref(),
        Some("/billing?from=fix&ref=rep_a&select=fnd_1,fnd_2")
    );
    let stranger = changed(facts, |f| f.payer.is_member = false);
    assert_eq!(
        evaluate(&stranger).primary().unwrap().next_action.href,
        None
    );
}

#[test]
fn a_viewer_is_told_who_can_act() {
    let facts = changed(scan_facts(), |f| f.role = Role::Viewer);
    expect(
        &facts,
        ReasonCode::RoleNotAllowed,
        "Your role is read-only here",
        NextKind::AskOwner,
    );
    assert!(
        evaluate(&facts)
            .primary()
            .unwrap()
            .message
            .contains("an owner or admin")
    );
}

#[test]
fn a_billing_manager_is_never_told_that_the_role_only_reads() {
    for facts in [scan_facts(), fix_facts(), monitoring_facts()] {
        let facts = changed(facts, |f| f.role = Role::BillingManager);
        expect(
            &facts,
            ReasonCode::RoleNotAllowed,
            "Your role pays, and does not run work",
            NextKind::OpenBilling,
        );
        let verdict = evaluate(&facts);
        let reason = verdict.primary().unwrap();
        assert!(!reason.message.contains("read-only"));
        let href = reason.next_action.href.as_deref().unwrap_or_default();
        assert!(href.starts_with("/billing?from="), "{href}");
    }
}

#[test]
fn the_message_names_one_of_five_steps() {
    let kind = |facts: &Facts| plan_message(facts).kind;
    assert_eq!(kind(&fix_facts()), PlanMessageKind::FixPlan);
    let with = |package: PackageKey| changed(fix_facts(), |f| on_plan(f, package));
    assert_eq!(
        kind(&with(PackageKey::AgencyPlan)),
        PlanMessageKind::AgencyPlan
    );
    assert_eq!(
        kind(&with(PackageKey::ScanPlan)),
        PlanMessageKind::ExistingCredits
    );
    let access = changed(fix_facts(), |f| {
        report(f).mode_unavailable = Some("none".into());
    });
    assert_eq!(kind(&access), PlanMessageKind::SafeAccess);
    let ticket = changed(fix_facts(), |f| {
        report(f).delivery_mode = DeliveryMode::TicketOnly;
    });
    assert_eq!(kind(&ticket), PlanMessageKind::TicketOnly);
}

#[test]
fn s0_10_the_message_is_true_of_the_credits_that_are_left() {
    let left = |plan_credits: i64, avail: i64| {
        let facts = changed(fix_facts(), |f| {
            f.payer.plan_credits = plan_credits;
            f.payer.balance.avail = avail;
        });
        plan_message(&facts)
    };
    let plan = left(2, 3);
    assert_eq!(plan.kind, PlanMessageKind::FixPlan);
    assert!(
        plan.text.starts_with("Fix Plan: 2 of this month's"),
        "{}",
        plan.text
    );
    let bought = left(0, 3);
    assert_eq!(bought.kind, PlanMessageKind::ExistingCredits);
    assert!(
        bought.text.contains("used up; Alpha has 3 others"),
        "{}",
        bought.text
    );
    assert!(left(0, 0).text.contains("no others are left"));
}
