//! Billing, plan and balance of the account that pays.

use super::*;

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
fn s1_13_a_top_up_that_cannot_be_bought_is_not_offered_and_its_reason_is_said() {
    let unsold = changed(scan_facts(), |f| {
        f.payer.balance = Balance::default();
        f.payer.top_up_refusal = Some("Paddle has no price for it.".into());
    });
    expect(
        &unsold,
        ReasonCode::CreditBalanceExhausted,
        "Scan credit exhausted",
        NextKind::OpenBilling,
    );
    let verdict = evaluate(&unsold);
    let reason = verdict.primary().unwrap();
    assert!(reason.message.ends_with("Paddle has no price for it."));
    assert_eq!(reason.next_action.label, "Open Billing");
    assert!(reason.next_action.href.is_some());
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
fn ticket_only_needs_no_credits_and_no_plan() {
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
fn s1_31_scan_required_and_exhausted() {
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
fn a_scan_larger_than_the_plan_asks_for_a_change_only_where_one_can_be_made() {
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
fn s2_19_fix_work_without_its_plan_names_what_can_be_done() {
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
fn each_paid_action_is_blocked_by_billing_and_by_nothing_else() {
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
fn ai_work_waits_for_ai_credits_and_everything_else_goes_on_without() {
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
fn past_due_and_blocked_stop_paid_work_with_credits_left() {
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
fn s2_12_what_is_wrong_with_billing_is_resolved_in_the_transaction_history() {
    for state in [BillingState::Blocked, BillingState::PastDue] {
        let facts = changed(scan_facts(), |f| f.payer.billing_state = state);
        let verdict = evaluate(&facts);
        let next = &verdict.primary().unwrap().next_action;
        let href = next.href.as_deref().unwrap_or_default();
        assert!(
            href.starts_with("/billing/transactions?from=scan&ref="),
            "{href}"
        );
    }
}

#[test]
fn the_reason_of_a_block_says_what_is_owed_and_how_it_ends() {
    let facts = changed(scan_facts(), |f| {
        f.payer.billing_state = BillingState::Blocked;
        f.payer.owed.scan = 2;
    });
    let verdict = evaluate(&facts);
    let message = &verdict.primary().unwrap().message;
    assert!(
        message.contains("2 scan credits are owed") && message.contains("top-up"),
        "{message}"
    );
    // Somebody who may not open its billing reads nothing of its books.
    let outside = changed(facts, |f| f.payer = f.payer.clone().for_outsiders());
    let verdict = evaluate(&outside);
    let message = &verdict.primary().unwrap().message;
    assert!(!message.contains("scan credits"), "{message}");
}

#[test]
fn a_pending_payment_blocks_only_what_it_would_cover() {
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
        Some("/billing?from=scan&ref=prj_a")
    );
}

#[test]
fn s2_32_what_still_blocks_and_nothing_of_it_is_ready() {
    use crate::account::PackageKey;
    let unpaid = |f: &mut Facts| {
        f.payer.unresolved_invoice = Some(": 147.00 USD, invoice 12-34".into());
    };
    let plan_missing = changed(fix_facts(), |f| {
        on_plan(f, PackageKey::FreeSnapshot);
        f.payer.balance = Balance::default();
    });
    let pending = changed(changed(scan_facts(), with_payment), |f| {
        f.payer.balance = Balance::default();
    });
    let past_due = changed(scan_facts(), |f| {
        f.payer.billing_state = BillingState::PastDue;
    });
    let exhausted = changed(scan_facts(), |f| f.payer.balance = Balance::default());
    let no_monitoring = changed(monitoring_facts(), |f| on_plan(f, PackageKey::ScanPlan));
    let no_ai = changed(scan_facts(), |f| {
        f.action = Action::Ai;
        f.payer.balance = Balance::default();
    });
    let elsewhere = changed(scan_facts(), |f| f.viewing = account("acc_z", "Zulu"));
    for (facts, code) in [
        (plan_missing, ReasonCode::PackageEntitlementMissing),
        (pending, ReasonCode::CheckoutPaymentPending),
        (past_due, ReasonCode::SubscriptionPastDue),
        (
            changed(scan_facts(), unpaid),
            ReasonCode::BillingStateBlocked,
        ),
        (exhausted, ReasonCode::CreditBalanceExhausted),
        (no_monitoring, ReasonCode::MonitoringEntitlementMissing),
        (no_ai, ReasonCode::AiCreditLimitReached),
        (elsewhere, ReasonCode::WrongAccount),
    ] {
        let verdict = evaluate(&facts);
        assert!(!verdict.is_ready(), "{code}");
        assert_eq!(verdict.primary().unwrap().code, code);
    }
}

#[test]
fn an_invoice_that_was_not_paid_in_time_is_named_to_those_who_may_read_it() {
    let facts = changed(scan_facts(), |f| {
        f.payer.unresolved_invoice = Some(": 147.00 USD, invoice 12-34".into());
    });
    expect(
        &facts,
        ReasonCode::BillingStateBlocked,
        "Invoice unresolved",
        NextKind::ResolveBilling,
    );
    let message = |facts: &Facts| evaluate(facts).primary().unwrap().message.clone();
    assert!(message(&facts).contains("in time: 147.00 USD, invoice 12-34. "));
    let outside = changed(facts.clone(), |f| f.payer = f.payer.clone().for_outsiders());
    assert!(message(&outside).contains("not paid in time. "));
    // A subscription that is past due is the more telling word for its own invoice.
    let due = changed(facts, |f| f.payer.billing_state = BillingState::PastDue);
    assert_eq!(
        evaluate(&due).primary().unwrap().code,
        ReasonCode::SubscriptionPastDue
    );
}
