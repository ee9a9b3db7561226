//! The gates, the score and the eligibility, by what they promise.

use super::*;
use crate::audit::{Category, ScannedPage, SkipReason, SkippedPage};
use proptest::prelude::*;

const DOMAIN: &str = "shop.example";

fn issue() -> FoundIssue {
    FoundIssue {
        check: "csp_missing".into(),
        title: "No content security policy".into(),
        severity: Severity::Medium,
        category: Category::Headers,
        confidence: Confidence::High,
        affected_url: "https://shop.example/".into(),
        pages: Vec::new(),
        evidence: "content-security-policy: absent".into(),
        evidence_hash: "a".repeat(64),
        fingerprint: "b".repeat(64),
        remediation: "Send the header.".into(),
    }
}

fn page(url: &str) -> ScannedPage {
    ScannedPage {
        url: url.into(),
        status: 200,
    }
}

fn outcome() -> AuditOutcome {
    AuditOutcome {
        pages: vec![
            page("https://shop.example/"),
            page("https://www.shop.example/about"),
        ],
        findings: vec![
            issue(),
            FoundIssue {
                fingerprint: "c".repeat(64),
                ..issue()
            },
        ],
        ..AuditOutcome::default()
    }
}

fn look(outcome: &AuditOutcome) -> Vec<GateKey> {
    let none = BTreeSet::new();
    let scope = Scope {
        domain: DOMAIN,
        page_limit: 5,
        false_positives: &none,
    };
    let gates = quality_gates(outcome, &scope);
    assert_eq!(gates.len(), GateKey::ALL.len());
    let blocked: Vec<GateKey> = gates
        .iter()
        .filter(|gate| gate.status != GateStatus::Passed)
        .map(|gate| gate.key)
        .collect();
    assert!(
        gates
            .iter()
            .all(|gate| (gate.status == GateStatus::Passed) == gate.next.is_none())
    );
    let published = publication(&gates) == PublicationStatus::Published;
    assert_eq!(published, blocked.is_empty());
    blocked
}

#[test]
fn each_gate_stops_what_it_is_there_for_and_nothing_else() {
    assert_eq!(look(&outcome()), []);
    let with = |change: &dyn Fn(&mut AuditOutcome)| {
        let mut outcome = outcome();
        change(&mut outcome);
        look(&outcome)
    };
    assert_eq!(
        with(&|o| o.findings.clear()),
        [],
        "a clean site has a report too"
    );
    assert_eq!(
        with(&|o| o.findings[0].evidence = "  ".into()),
        [GateKey::Evidence]
    );
    assert_eq!(
        with(&|o| o.findings[0].evidence_hash.clear()),
        [GateKey::Evidence]
    );
    assert_eq!(with(&|o| o.pages.clear()), [GateKey::Evidence]);
    assert_eq!(
        with(&|o| o.pages.push(page("https://other.example/"))),
        [GateKey::Scope]
    );
    assert_eq!(
        with(&|o| o.pages = vec![page("https://shop.example/"); 6]),
        [GateKey::Scope]
    );
    assert_eq!(
        with(&|o| o.findings[0].affected_url = "https://shop.example@evil.example/".into()),
        [GateKey::Scope]
    );
    assert_eq!(
        with(&|o| o.findings[0].evidence = "mail ada@mail.example.org".into()),
        [GateKey::Redaction]
    );
    assert_eq!(
        with(&|o| o.findings[0].remediation = "Then you are Certified.".into()),
        [GateKey::LegalBoundary]
    );
    assert_eq!(
        with(&|o| o
            .findings
            .iter_mut()
            .for_each(|f| f.confidence = Confidence::Low)),
        [GateKey::Confidence]
    );
    let guess = |o: &mut AuditOutcome| {
        o.findings[0].severity = Severity::High;
        o.findings[0].confidence = Confidence::Low;
    };
    assert_eq!(with(&guess), [GateKey::FalsePositives]);
}

#[test]
fn a_run_that_could_not_read_most_of_the_site_is_incomplete() {
    let mut outcome = outcome();
    let skipped = |reason| SkippedPage {
        url: "https://shop.example/x".into(),
        reason,
    };
    outcome.skipped = vec![skipped(SkipReason::PageLimit); 9];
    assert_eq!(look(&outcome), [], "left out on purpose");
    outcome.skipped = vec![skipped(SkipReason::TooSlow); 2];
    assert_eq!(look(&outcome), []);
    outcome.skipped.push(skipped(SkipReason::Unavailable));
    assert_eq!(look(&outcome), [GateKey::Scope]);
}

#[test]
fn only_what_is_certain_enough_in_scope_and_shown_can_become_fix_work() {
    let marked = BTreeSet::from(["d".repeat(64)]);
    let scope = Scope {
        domain: DOMAIN,
        page_limit: 5,
        false_positives: &marked,
    };
    let with = |change: &dyn Fn(&mut FoundIssue)| {
        let mut finding = issue();
        change(&mut finding);
        eligibility(&finding, &scope)
    };
    assert_eq!(with(&|_| {}), None);
    assert_eq!(with(&|f| f.confidence = Confidence::Medium), None);
    assert_eq!(
        with(&|f| f.confidence = Confidence::Low),
        Some(Ineligible::NeedsReview)
    );
    assert_eq!(
        with(&|f| f.evidence.clear()),
        Some(Ineligible::MissingEvidence)
    );
    assert_eq!(
        with(&|f| f.affected_url = "https://cdn.example/x.js".into()),
        Some(Ineligible::UnsupportedScope)
    );
    assert_eq!(
        with(&|f| f.fingerprint = "d".repeat(64)),
        Some(Ineligible::FalsePositive)
    );
}

fn severities() -> impl Strategy<Value = Vec<Severity>> {
    prop::collection::vec(prop::sample::select(Severity::ALL), 0..60)
}

proptest! {
    #[test]
    fn the_score_stays_in_its_range_and_another_finding_never_lowers_it(all in severities(), one in prop::sample::select(Severity::ALL)) {
        let mut findings: Vec<FoundIssue> = all.iter().map(|severity| FoundIssue { severity: *severity, ..issue() }).collect();
        let before = risk_score(&findings);
        prop_assert!((0..=100).contains(&before));
        prop_assert_eq!(before == 0, findings.is_empty());
        findings.push(FoundIssue { severity: one, ..issue() });
        prop_assert!(risk_score(&findings) >= before);
    }

    #[test]
    fn only_addresses_of_the_site_itself_are_in_scope(host in "[a-z]{1,8}\\.[a-z]{2,5}", path in "/[ -~]{0,20}") {
        let url = format!("https://{host}{path}");
        prop_assert!(in_scope(&url, &host));
        let longer = format!("{host}.evil.example");
        let inside = format!("x.{host}");
        let user = format!("https://{host}@evil.example/");
        prop_assert!(!in_scope(&url, &longer));
        prop_assert!(!in_scope(&url, &inside));
        prop_assert!(!in_scope(&user, &host));
    }
}
