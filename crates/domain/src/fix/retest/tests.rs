use super::*;
use crate::audit::{Category, FoundIssue, ScannedPage, SkipReason, SkippedPage};
use crate::fix::task::first_status;
use crate::report::{Confidence, Severity};

fn found(fingerprint: &str) -> FoundIssue {
    FoundIssue {
        check: "csp_missing".into(),
        title: "No policy".into(),
        severity: Severity::Medium,
        category: Category::Headers,
        confidence: Confidence::High,
        affected_url: "https://shop.example/a".into(),
        pages: Vec::new(),
        evidence: "no header".into(),
        evidence_hash: "e".into(),
        fingerprint: fingerprint.into(),
        remediation: "Send it.".into(),
    }
}

fn outcome(read: &[&str], skipped: &[&str], findings: Vec<FoundIssue>) -> AuditOutcome {
    let page = |path: &&str| format!("https://shop.example{path}");
    AuditOutcome {
        pages: read
            .iter()
            .map(|path| ScannedPage {
                url: page(path),
                status: 200,
            })
            .collect(),
        skipped: skipped
            .iter()
            .map(|path| SkippedPage {
                url: page(path),
                reason: SkipReason::TooSlow,
            })
            .collect(),
        skipped_more: 0,
        findings,
    }
}

fn finding<'a>(fingerprint: Option<&'a str>, pages: &[&str]) -> Retested<'a> {
    Retested {
        fingerprint,
        pages: pages.iter().map(|page| (*page).to_owned()).collect(),
    }
}

#[test]
fn gone_needs_every_page_read_again_and_the_fingerprint_in_nothing_that_was_found() {
    let both = finding(Some("f"), &["/a", "/b?x=1"]);
    let passed = judge(
        &both,
        &outcome(&["/a", "/b?x=1"], &[], vec![found("other")]),
    );
    assert_eq!(passed.status, RetestStatus::Passed);
    assert!(
        passed
            .evidence
            .is_some_and(|text| text.contains("/a /b?x=1"))
    );
    let again = judge(&both, &outcome(&["/a"], &["/b?x=1"], vec![found("f")]));
    assert_eq!(
        (again.status, again.evidence.as_deref()),
        (RetestStatus::Failed, Some("no header"))
    );
    let half = judge(&both, &outcome(&["/a"], &["/b?x=1"], Vec::new()));
    assert_eq!(half.status, RetestStatus::Inconclusive);
    assert!(
        half.reason
            .is_some_and(|why| why.contains("did not answer in time"))
    );
    let moved = judge(&both, &outcome(&["/a", "/elsewhere"], &[], Vec::new()));
    assert_eq!(moved.status, RetestStatus::Inconclusive);
}

#[test]
fn what_cannot_be_recognised_or_was_cut_is_never_called_gone() {
    let unknown = judge(&finding(None, &["/a"]), &outcome(&["/a"], &[], Vec::new()));
    assert_eq!(unknown.status, RetestStatus::Inconclusive);
    let many = vec![found("other"); MOST_FINDINGS];
    let cut = judge(&finding(Some("f"), &["/a"]), &outcome(&["/a"], &[], many));
    assert_eq!(cut.status, RetestStatus::Inconclusive);
}

#[test]
fn a_run_has_passed_only_if_everything_has() {
    use RetestStatus::{Failed, Inconclusive, Passed};
    for (all, whole) in [
        (vec![Passed, Passed], Passed),
        (vec![Passed, Inconclusive], Inconclusive),
        (vec![Inconclusive, Failed], Failed),
        (vec![], Inconclusive),
    ] {
        assert_eq!(RetestStatus::of_all(&all), whole, "{all:?}");
    }
}

#[test]
fn a_retest_waits_for_the_change_in_every_mode() {
    for mode in DeliveryMode::ALL {
        assert!(not_yet(first_status(*mode), *mode).is_some());
        assert!(not_yet(FixTaskStatus::AwaitingApproval, *mode).is_some());
        assert!(not_yet(FixTaskStatus::Cancelled, *mode).is_some());
        assert_eq!(not_yet(FixTaskStatus::Completed, *mode), None);
    }
}

#[test]
fn paths_are_cut_from_addresses() {
    for (url, path) in [
        ("https://shop.example", "/"),
        ("https://shop.example/a?b=1#c", "/a?b=1"),
        ("http://shop.example:81/", "/"),
    ] {
        assert_eq!(path_of(url), path);
    }
}
