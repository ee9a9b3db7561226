//! What holds for all facts, against an oracle of the tests' own.

use super::*;

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
        && (!matches!(action, Action::Scan | Action::Retest) || project.running.is_none())
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
    fn credits_never_bypass_a_prerequisite(facts in any_facts(), more in 0i64..100) {
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
    fn s0_24_s3_8_reserved_and_spent_are_never_capacity(facts in any_facts(), res in 0i64..100, spent in 0i64..100) {
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
