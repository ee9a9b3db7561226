//! Which reason comes first when several things are in the way (docs/gate.md#order).

use super::*;

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
