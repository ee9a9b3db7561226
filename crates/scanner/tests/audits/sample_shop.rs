//! The sample shop: every flaw is found, and a repaired one is gone from the next audit, alone.

use crate::site::{DOMAIN, limits, look, paths, serve, skipped};
use domain::audit::gates::{Scope, publication, quality_gates, risk_score};
use domain::audit::{AuditOutcome, SkipReason};
use domain::report::PublicationStatus;
use scanner::sample_shop::{Flaw, Flaws, shop};
use std::collections::BTreeSet;

/// Flaws that no switch repairs: the shop is served on loopback, without a certificate.
const ALWAYS: [&str; 2] = ["no_https", "clear_forms"];

fn checks(outcome: &AuditOutcome) -> BTreeSet<&str> {
    outcome
        .findings
        .iter()
        .map(|finding| finding.check.as_str())
        .collect()
}

#[tokio::test]
async fn every_flaw_of_the_shop_is_found_and_the_report_of_it_is_published() {
    let addresses = serve(shop(Flaws::all())).await;
    let outcome = look(&addresses, limits(), 42).await.unwrap();
    let expected: BTreeSet<&str> = Flaw::ALL
        .iter()
        .map(|flaw| flaw.key())
        .chain(ALWAYS)
        .collect();
    assert_eq!(checks(&outcome), expected);
    assert!(outcome.pages.len() > 15, "{:?}", paths(&outcome));
    assert!(paths(&outcome).contains(&"/products/3"));
    assert_eq!(
        skipped(&outcome, SkipReason::PrivatePath),
        [
            "/account",
            "/admin",
            "/cart/add?product=1&add=1",
            "/cart/add?product=2&add=1",
            "/cart/add?product=3&add=1",
            "/cart/add?product=4&add=1",
            "/cart/add?product=5&add=1",
            "/cart/add?product=6&add=1",
            "/cart/add?product=7&add=1",
            "/cart/add?product=8&add=1"
        ]
    );
    assert_eq!(
        skipped(&outcome, SkipReason::Unavailable),
        ["/summer-offers"]
    );

    let none = BTreeSet::new();
    let gates = quality_gates(
        &outcome,
        &Scope {
            domain: DOMAIN,
            page_limit: 42,
            false_positives: &none,
        },
    );
    assert_eq!(
        publication(&gates),
        PublicationStatus::Published,
        "{gates:#?}"
    );
    assert!((50..100).contains(&risk_score(&outcome.findings)));
    let worst_first: Vec<_> = outcome
        .findings
        .iter()
        .map(|finding| finding.severity)
        .collect();
    assert!(worst_first.is_sorted());
    let broken = outcome
        .findings
        .iter()
        .find(|finding| finding.check == "broken_links")
        .unwrap();
    assert_eq!(
        broken.affected_url, "http://shop.example/",
        "the page with the link"
    );
}

#[tokio::test]
async fn a_repaired_flaw_is_the_only_one_gone_and_the_others_keep_their_fingerprints() {
    let flaws = Flaws::all();
    let addresses = serve(shop(flaws.clone())).await;
    let prints = |outcome: &AuditOutcome| -> BTreeSet<(String, String)> {
        outcome
            .findings
            .iter()
            .map(|finding| (finding.check.clone(), finding.fingerprint.clone()))
            .collect()
    };
    let all = prints(&look(&addresses, limits(), 42).await.unwrap());
    for flaw in Flaw::ALL {
        flaws.set(*flaw, false);
        let left = prints(&look(&addresses, limits(), 42).await.unwrap());
        let expected: BTreeSet<_> = all
            .iter()
            .filter(|(check, _)| check != flaw.key())
            .cloned()
            .collect();
        assert_eq!(left, expected, "{flaw}");
        flaws.set(*flaw, true);
    }
}

#[tokio::test]
async fn fewer_pages_are_scanned_when_fewer_are_allowed_and_the_others_are_named() {
    let addresses = serve(shop(Flaws::all())).await;
    let outcome = look(&addresses, limits(), 3).await.unwrap();
    assert_eq!(outcome.pages.len(), 3);
    assert!(skipped(&outcome, SkipReason::PageLimit).contains(&"/contact"));
}
