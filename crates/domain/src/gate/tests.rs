//! The gate against the behaviours of the seeds, one fact changed at a time, and against random facts.

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
fn s0_33_s0_34_required_and_exhausted_are_told_apart() {
    let empty = changed(fix_facts(), |f| {
        f.payer.balance = Balance {
            avail: 0,
            res: 2,
            spent: 3,
        }
    });
    expect(
        &empty,
        ReasonCode::CreditBalanceExhausted,
        "Automated fix credit exhausted",
        NextKind::TopUp,
    );
    let message = evaluate(&empty).primary().unwrap().message.clone();
    assert_eq!(
        message,
        "Alpha has no automated fix credits left: 2 automated fix credits needed, 0 available, 2 reserved and 3 spent."
    );
    let short = changed(fix_facts(), |f| f.payer.balance.avail = 1);
    expect(
        &short,
        ReasonCode::CreditBalanceExhausted,
        "Automated fix credit required",
        NextKind::TopUp,
    );
    let never = changed(fix_facts(), |f| {
        f.payer.balance = Balance::default();
        f.payer.ever_granted = false;
    });
    expect(
        &never,
        ReasonCode::CreditBalanceExhausted,
        "Automated fix credit required",
        NextKind::TopUp,
    );
}

#[test]
fn s2_19_existing_credits_carry_the_work_without_the_plan() {
    let scan_plan = |f: &mut Facts| on_plan(f, PackageKey::ScanPlan);
    let covered = changed(fix_facts(), scan_plan);
    assert!(
        evaluate(&covered).is_ready(),
        "existing credits carry the work"
    );
}

#[test]
fn s0_30_the_three_stops_win_over_any_balance() {
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
fn s0_27_ticket_only_needs_no_credits_and_no_plan() {
    let facts = changed(fix_facts(), |f| {
        report(f).delivery_mode = DeliveryMode::TicketOnly;
        f.payer.balance = Balance::default();
        on_plan(f, PackageKey::FreeSnapshot);
    });
    let verdict = evaluate(&facts);
    assert!(verdict.is_ready(), "{verdict:?}");
    assert_eq!(verdict.cost, 0);
}

#[test]
fn s1_30_s1_31_scan_required_and_exhausted() {
    let exhausted = changed(scan_facts(), |f| {
        f.payer.balance = Balance {
            avail: 0,
            res: 1,
            spent: 6,
        }
    });
    expect(
        &exhausted,
        ReasonCode::CreditBalanceExhausted,
        "Scan credit exhausted",
        NextKind::TopUp,
    );
    let new = changed(scan_facts(), |f| {
        on_plan(f, PackageKey::FreeSnapshot);
        f.payer.balance = Balance::default();
        f.payer.ever_granted = false;
    });
    expect(
        &new,
        ReasonCode::PackageEntitlementMissing,
        "Scan credit required",
        NextKind::TopUp,
    );
    let one_credit = changed(new, |f| f.payer.balance.avail = 1);
    assert!(
        evaluate(&one_credit).is_ready(),
        "a credit is coverage, also without a plan"
    );
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
fn s1_33_s2_20_a_scan_larger_than_the_plan_asks_for_a_change_only_where_one_can_be_made() {
    let large = |buyable: bool, subscription: SubscriptionStatus| {
        changed(scan_facts(), move |f| {
            f.project.pages = 900;
            f.payer.plan_buyable = buyable;
            f.payer.subscription_status = subscription;
        })
    };
    let change = large(true, SubscriptionStatus::Active);
    expect(
        &change,
        ReasonCode::PlanChangeRequired,
        "Plan does not include this scan",
        NextKind::ChoosePlan,
    );
    let message = evaluate(&change).primary().unwrap().message.clone();
    assert!(
        message.contains("900") && message.contains("500"),
        "{message}"
    );
    for (facts, next) in [
        (large(true, SubscriptionStatus::None), NextKind::ChoosePlan),
        (
            large(true, SubscriptionStatus::Cancelled),
            NextKind::ChoosePlan,
        ),
        (
            large(false, SubscriptionStatus::None),
            NextKind::OpenProject,
        ),
        (
            large(false, SubscriptionStatus::Active),
            NextKind::OpenProject,
        ),
    ] {
        expect(
            &facts,
            ReasonCode::PackageEntitlementMissing,
            "Plan does not include this scan",
            next,
        );
    }
}

#[test]
fn s0_5_s2_19_s2_20_fix_work_without_its_plan_names_what_can_be_done() {
    let poor = |buyable: bool, subscription: SubscriptionStatus| {
        changed(fix_facts(), move |f| {
            on_plan(f, PackageKey::ScanPlan);
            f.payer.balance = Balance::default();
            f.payer.plan_buyable = buyable;
            f.payer.subscription_status = subscription;
        })
    };
    expect(
        &poor(true, SubscriptionStatus::None),
        ReasonCode::PackageEntitlementMissing,
        "Automated fix credit required",
        NextKind::ChoosePlan,
    );
    expect(
        &poor(true, SubscriptionStatus::Active),
        ReasonCode::PlanChangeRequired,
        "Automated fix credit required",
        NextKind::ChoosePlan,
    );
    expect(
        &poor(false, SubscriptionStatus::Active),
        ReasonCode::PackageEntitlementMissing,
        "Fix Plan unavailable",
        NextKind::TicketOnly,
    );
}

#[test]
fn s1_34_s3_27_the_wrong_account_is_named_first() {
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
fn s3_18_project_prerequisites_come_before_money() {
    let poor = |f: &mut Facts| f.payer.balance = Balance::default();
    let scope = changed(changed(scan_facts(), poor), |f| {
        f.project.scope = ScopeStatus::None;
    });
    expect(
        &scope,
        ReasonCode::ProjectServiceBlocked,
        "Scope acceptance required",
        NextKind::AcceptScope,
    );
    let domain = changed(changed(scan_facts(), poor), |f| {
        f.project.domain = DomainStatus::Failed;
    });
    expect(
        &domain,
        ReasonCode::ProjectServiceBlocked,
        "Domain authorization required",
        NextKind::VerifyDomain,
    );
    let paused = changed(changed(scan_facts(), poor), |f| {
        f.project.service_state = ServiceState::Paused;
    });
    expect(
        &paused,
        ReasonCode::ProjectServiceBlocked,
        "Project service blocked",
        NextKind::ResumeService,
    );
    let off = changed(changed(fix_facts(), poor), |f| {
        f.project.service_state = ServiceState::NotEnabled;
    });
    expect(
        &off,
        ReasonCode::ProjectServiceBlocked,
        "Project service blocked",
        NextKind::EnableService,
    );
}

#[test]
fn s3_18_setup_comes_before_scope_domain_and_money() {
    let facts = changed(scan_facts(), |f| {
        f.project.setup_done = false;
        f.payer.balance = Balance::default();
    });
    expect(
        &facts,
        ReasonCode::ProjectServiceBlocked,
        "Project setup comes first",
        NextKind::OpenProject,
    );
}

/// Everything about the project, its service and the money wrong at once.
fn spoil(f: &mut Facts) {
    f.viewing = account("acc_b", "Beta");
    f.role = Role::Viewer;
    f.project.unsupported = Some("it is behind a login".into());
    f.project.setup_done = false;
    f.project.scope = ScopeStatus::None;
    f.project.domain = DomainStatus::None;
    f.project.has_baseline = false;
    f.project.service_state = ServiceState::Paused;
    f.project.running = Some((ScanRunId::parse("scn_1").unwrap(), ScanStatus::Running));
    f.project.pages = 900;
    on_plan(f, PackageKey::ScanPlan);
    f.payer.plan_buyable = true;
    f.payer.billing_state = BillingState::Blocked;
    f.payer.balance = Balance::default();
}

fn labels(facts: &Facts) -> Vec<String> {
    let reasons = evaluate(facts).blocked_reasons;
    reasons.into_iter().map(|reason| reason.label).collect()
}

#[test]
fn s3_18_s0_32_with_everything_wrong_the_reasons_come_in_the_order_of_evaluation() {
    const PROJECT: [&str; 6] = [
        "Wrong account",
        "Your role is read-only here",
        "Unsupported target",
        "Project setup comes first",
        "Scope acceptance required",
        "Domain authorization required",
    ];
    let expected = |rest: &[&str]| {
        let all = PROJECT.iter().chain(rest).copied();
        all.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        labels(&changed(scan_facts(), spoil)),
        expected(&[
            "Project service blocked",
            "A scan is already under way",
            "Billing blocked",
            "Plan does not include this scan",
            "Scan credit exhausted",
        ])
    );
    assert_eq!(
        labels(&changed(monitoring_facts(), spoil)),
        expected(&[
            "Baseline report required",
            "Project service blocked",
            "Billing blocked",
            "Monitoring not in this plan",
        ])
    );
    let fix = changed(changed(fix_facts(), spoil), |f| {
        let report = report(f);
        report.gates[0].status = GateStatus::Blocked;
        report.publication_status = PublicationStatus::Draft;
        report.selected[0].eligible = false;
        report.mode_unavailable = Some("nothing is connected".into());
    });
    assert_eq!(
        labels(&fix),
        expected(&[
            "Quality gates not passed",
            "Report is not published",
            "No eligible finding selected",
            "Connected access unavailable",
            "Project service blocked",
            "Billing blocked",
            "Automated fix credit required",
        ])
    );
}

#[test]
fn s2_1_each_paid_action_is_blocked_by_billing_and_by_nothing_else() {
    for action in Action::ALL {
        let free = changed(facts_of(*action), |f| {
            on_plan(f, PackageKey::FreeSnapshot);
            f.payer.subscription_status = SubscriptionStatus::None;
            f.payer.plan_buyable = true;
            f.payer.balance = Balance::default();
            f.payer.ever_granted = false;
        });
        let verdict = evaluate(&free);
        assert_eq!(verdict.outcome, Outcome::Blocked, "{action}");
        assert!(
            verdict
                .blocked_reasons
                .iter()
                .all(|reason| reason.owner == WorkflowOwner::Billing),
            "{action}: {:?}",
            verdict.blocked_reasons
        );
        let blocked = changed(facts_of(*action), |f| {
            f.payer.billing_state = BillingState::Blocked;
        });
        let codes: Vec<ReasonCode> = evaluate(&blocked)
            .blocked_reasons
            .iter()
            .map(|reason| reason.code)
            .collect();
        assert_eq!(codes, [ReasonCode::BillingStateBlocked], "{action}");
        assert!(evaluate(&facts_of(*action)).is_ready(), "{action}");
    }
}

#[test]
fn s2_23_ai_work_waits_for_ai_credits_and_everything_else_goes_on_without() {
    let empty = changed(facts_of(Action::Ai), |f| f.payer.balance.avail = 0);
    expect(
        &empty,
        ReasonCode::AiCreditLimitReached,
        "AI credit limit reached",
        NextKind::WaitForRenewal,
    );
    let message = evaluate(&empty).primary().unwrap().message.clone();
    assert_eq!(
        message,
        "Alpha has used up its AI credits. AI work waits for renewal; everything else works without AI."
    );
    let one = changed(empty, |f| f.payer.balance.avail = 1);
    assert!(evaluate(&one).is_ready());
}

#[test]
fn s3_20_monitoring_needs_coverage_and_a_baseline() {
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
fn s2_14_past_due_and_blocked_stop_paid_work_with_credits_left() {
    for facts in [scan_facts(), fix_facts(), monitoring_facts()] {
        let due = changed(facts.clone(), |f| {
            f.payer.billing_state = BillingState::PastDue;
        });
        expect(
            &due,
            ReasonCode::SubscriptionPastDue,
            "Subscription past due",
            NextKind::ResolveBilling,
        );
        let blocked = changed(facts, |f| f.payer.billing_state = BillingState::Blocked);
        expect(
            &blocked,
            ReasonCode::BillingStateBlocked,
            "Billing blocked",
            NextKind::ResolveBilling,
        );
    }
}

#[test]
fn s0_37_s1_32_a_pending_payment_blocks_only_what_it_would_cover() {
    let pending = with_payment;
    assert!(
        evaluate(&changed(scan_facts(), pending)).is_ready(),
        "confirmed credits still work (I-1)"
    );
    let empty = changed(changed(scan_facts(), pending), |f| {
        f.payer.balance = Balance::default();
    });
    expect(
        &empty,
        ReasonCode::CheckoutPaymentPending,
        "Payment confirmation pending",
        NextKind::WaitForPayment,
    );
    let verdict = evaluate(&empty);
    assert!(
        verdict
            .checks
            .iter()
            .any(|check| check.state == CheckState::Waiting)
    );
    assert_eq!(
        verdict.primary().unwrap().next_action.href.as_deref(),
        Some("/billing/checkout?checkout_session_id=chk_1")
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
fn s0_10_the_message_names_one_of_five_steps() {
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

/// Facts in which most things are in place, so that ready ones come up too.
fn any_facts() -> impl Strategy<Value = Facts> {
    let flags = (
        proptest::collection::vec(proptest::bool::weighted(0.94), 17),
        proptest::sample::select(PackageKey::ALL),
        proptest::sample::select(BillingState::ALL),
        proptest::sample::select(SubscriptionStatus::ALL),
        proptest::sample::select(Action::ALL),
        proptest::sample::select(Role::ALL),
    );
    let either = (proptest::bool::ANY, proptest::bool::ANY);
    (flags, either, 0i64..4, 0i64..4, 0usize..4).prop_map(
        |(
            (flags, package, billing, subscription, action, role),
            (pending, buyable),
            avail,
            res,
            chosen,
        )| {
            let mut facts = facts_of(action);
            facts.role = role;
            on_plan(&mut facts, package);
            facts.payer.billing_state = billing;
            facts.payer.subscription_status = subscription;
            facts.payer.balance = Balance {
                avail,
                res,
                spent: 0,
            };
            facts.payer.ever_granted = flags[0];
            facts.payer.plan_buyable = buyable;
            if pending {
                with_payment(&mut facts);
            }
            put(&mut facts.project, &flags);
            if !flags[7] {
                facts.viewing = account("acc_z", "Zeta");
            }
            if let Some(report) = facts.report.as_mut() {
                report.selected.truncate(chosen);
                put_report(report, &flags);
            }
            facts
        },
    )
}

fn put(project: &mut ProjectFacts, flags: &[bool]) {
    project.setup_done = flags[2];
    if !flags[3] {
        project.scope = ScopeStatus::Stale;
    }
    if !flags[4] {
        project.domain = DomainStatus::None;
    }
    project.unsupported = (!flags[5]).then(|| "private".into());
    project.has_baseline = flags[6];
    if !flags[10] {
        project.service_state = if flags[11] {
            ServiceState::Paused
        } else {
            ServiceState::NotEnabled
        };
    }
    project.running =
        (!flags[12]).then(|| (ScanRunId::parse("scn_1").unwrap(), ScanStatus::Queued));
    if !flags[13] {
        project.pages = project.page_limit + 1;
    }
}

fn put_report(report: &mut ReportFacts, flags: &[bool]) {
    if !flags[8] {
        report.publication_status = PublicationStatus::Draft;
    }
    if !flags[9] {
        report.delivery_mode = DeliveryMode::TicketOnly;
    }
    if !flags[14] {
        report.gates[1].status = GateStatus::Pending;
    }
    report.mode_unavailable = (!flags[15]).then(|| "nothing is connected".into());
    if let (false, Some(finding)) = (flags[16], report.selected.first_mut()) {
        finding.eligible = false;
    }
}

/// Whether the account, the project and the report let the work start; said again here, apart from the gate.
fn workflow_agrees(facts: &Facts) -> bool {
    let (action, project) = (facts.action, &facts.project);
    let ability = match action {
        Action::Scan | Action::Monitoring => Ability::RunProjects,
        Action::Fix | Action::Retest | Action::Ai => Ability::RunFixes,
    };
    let report = facts.report.as_ref().is_none_or(|report| {
        report.publication_status == PublicationStatus::Published
            && report.mode_unavailable.is_none()
            && !report.selected.is_empty()
            && report.selected.iter().all(|finding| finding.eligible)
            && report
                .gates
                .iter()
                .all(|gate| gate.status == GateStatus::Passed)
    });
    report
        && facts.viewing == facts.owner
        && facts.role.can(ability)
        && project.unsupported.is_none()
        && project.setup_done
        && project.scope == ScopeStatus::Accepted
        && project.domain == DomainStatus::Verified
        && (action != Action::Monitoring || project.has_baseline)
        && project.service_state == ServiceState::Enabled
        && (action != Action::Scan || project.running.is_none())
}

/// Whether billing, plan and balance let the work start.
fn billing_agrees(facts: &Facts) -> bool {
    let payer = &facts.payer;
    let mode = facts.report.as_ref().map(|report| report.delivery_mode);
    if facts.action == Action::Fix && mode == Some(DeliveryMode::TicketOnly) {
        return true;
    }
    let covered = match facts.action {
        Action::Scan => facts.project.pages <= facts.project.page_limit && payer.balance.avail >= 1,
        Action::Ai => payer.balance.avail >= 1,
        Action::Fix => payer.balance.avail >= facts.cost(),
        Action::Retest => payer.includes.fixes,
        Action::Monitoring => payer.includes.monitoring,
    };
    covered
        && payer.subscription_status != SubscriptionStatus::PastDue
        && matches!(
            payer.billing_state,
            BillingState::Active | BillingState::PaymentPending
        )
}

proptest! {
    /// Ready exactly when both sides agree; every reason whole.
    #[test]
    fn s2_30_ready_means_billing_and_workflow_agree(facts in any_facts()) {
        let verdict = evaluate(&facts);
        prop_assert_eq!(verdict.is_ready(), workflow_agrees(&facts) && billing_agrees(&facts), "{:?}", facts);
        let clean = verdict.checks.iter().all(|check| check.state == CheckState::Passed);
        prop_assert_eq!(verdict.is_ready(), clean);
        for reason in &verdict.blocked_reasons {
            prop_assert!(!reason.message.is_empty());
            prop_assert_eq!(reason.message.find('{'), None);
            prop_assert!(!reason.next_action.label.is_empty());
        }
    }

    /// More credits never open a gate that a prerequisite keeps shut (S0-19).
    #[test]
    fn s0_19_credits_never_bypass_a_prerequisite(facts in any_facts(), more in 0i64..100) {
        let before = evaluate(&facts);
        let billing = [
            ReasonCode::CreditBalanceExhausted, ReasonCode::PackageEntitlementMissing,
            ReasonCode::CheckoutPaymentPending, ReasonCode::AiCreditLimitReached, ReasonCode::PlanChangeRequired,
        ];
        if before.blocked_reasons.iter().any(|reason| !billing.contains(&reason.code)) {
            let richer = changed(facts, |f| f.payer.balance.avail += more);
            prop_assert!(!evaluate(&richer).is_ready());
        }
    }

    /// Only the balance matters, never Res or Spent (S3-8).
    #[test]
    fn s0_24_s0_25_s3_8_reserved_and_spent_are_never_capacity(facts in any_facts(), res in 0i64..100, spent in 0i64..100) {
        let other = changed(facts.clone(), |f| {
            f.payer.balance.res = res;
            f.payer.balance.spent = spent;
        });
        prop_assert_eq!(evaluate(&facts).is_ready(), evaluate(&other).is_ready());
    }

    /// Who works for a client of the agency gets the same verdict without the agency's books (S3-21).
    #[test]
    fn s3_21_outsiders_get_the_same_verdict_and_none_of_the_payers_books(facts in any_facts()) {
        let outside = changed(facts.clone(), |f| f.payer = f.payer.clone().for_outsiders());
        let (inside, outside) = (evaluate(&facts), evaluate(&outside));
        prop_assert_eq!(inside.outcome, outside.outcome);
        prop_assert_eq!(inside.cost, outside.cost);
        let states = |verdict: &Verdict| verdict.checks.iter().map(|check| check.state).collect::<Vec<_>>();
        prop_assert_eq!(states(&inside), states(&outside));
        let keys = |verdict: &Verdict| {
            let reasons = verdict.blocked_reasons.iter();
            reasons.map(|reason| (reason.code, reason.label.clone(), reason.next_action.kind)).collect::<Vec<_>>()
        };
        prop_assert_eq!(keys(&inside), keys(&outside));
        let text = serde_json::to_string(&outside).unwrap();
        // Sentences may name the plan that would help, never the one there is.
        let named = |package: &PackageKey| {
            ["of", "includes", "does not"].iter().any(|then| text.contains(&[package.label(), then].join(" ")))
        };
        prop_assert!(!PackageKey::ALL.iter().any(named));
        prop_assert!(!text.contains("/billing") && !text.contains("chk_1") && !text.contains(" reserved and "));
    }
}
