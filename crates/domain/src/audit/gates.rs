//! The quality gates of a report, its risk score, and which findings can become fix work: computed from what a run found,
//! never decided by hand (docs/states.md#report).

use super::redact::is_clean;
use super::{AuditOutcome, FoundIssue};
use crate::report::{
    Confidence, Gate, GateKey, GateStatus, Ineligible, PublicationStatus, Severity,
};
use std::collections::BTreeSet;

/// Words with which a text would promise what no automated check can.
const CLAIMS: [&str; 9] = [
    "certified",
    "certification",
    "fully compliant",
    "guarantee",
    "guaranteed",
    "hack-proof",
    "legal advice",
    "proven secure",
    "unhackable",
];

/// What the gates look at besides the outcome.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The site: a host name, with a port where it is not the usual one.
    pub domain: &'a str,
    /// Pages that were allowed.
    pub page_limit: u32,
    /// Fingerprints of findings of this project that were marked as false positives before.
    pub false_positives: &'a BTreeSet<String>,
}

/// The host of an http or https address with its port, in small letters; `None` for anything else.
pub fn site_of(url: &str) -> Option<String> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let site = rest.get(..end)?;
    (!site.is_empty() && !site.contains('@')).then(|| site.to_ascii_lowercase())
}

/// Whether an address belongs to the site; `www.` in front of either name makes no difference.
pub fn in_scope(url: &str, domain: &str) -> bool {
    let bare = |name: &str| name.trim_start_matches("www.").to_ascii_lowercase();
    site_of(url).is_some_and(|site| bare(&site) == bare(domain))
}

/// Why a finding cannot become fix work; `None` when it can.
pub fn eligibility(finding: &FoundIssue, scope: &Scope<'_>) -> Option<Ineligible> {
    if scope.false_positives.contains(&finding.fingerprint) {
        Some(Ineligible::FalsePositive)
    } else if !has_evidence(finding) {
        Some(Ineligible::MissingEvidence)
    } else if !in_scope(&finding.affected_url, scope.domain) {
        Some(Ineligible::UnsupportedScope)
    } else if finding.confidence == Confidence::Low {
        Some(Ineligible::NeedsReview)
    } else {
        None
    }
}

fn has_evidence(finding: &FoundIssue) -> bool {
    let hexadecimal = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    !finding.evidence.trim().is_empty()
        && hexadecimal(&finding.evidence_hash)
        && hexadecimal(&finding.fingerprint)
}

/// Every gate with its state, in the order of [`GateKey::ALL`].
pub fn quality_gates(outcome: &AuditOutcome, scope: &Scope<'_>) -> Vec<Gate> {
    GateKey::ALL
        .iter()
        .map(|key| {
            let next = match key {
                GateKey::Evidence => evidence(outcome),
                GateKey::Scope => scope_gate(outcome, scope),
                GateKey::Confidence => confidence(outcome),
                GateKey::Redaction => redaction(outcome),
                GateKey::LegalBoundary => legal_boundary(outcome),
                GateKey::FalsePositives => false_positives(outcome),
            };
            Gate {
                key: *key,
                status: if next.is_none() {
                    GateStatus::Passed
                } else {
                    GateStatus::Blocked
                },
                next: next.map(str::to_owned),
            }
        })
        .collect()
}

/// Published when every gate passed, blocked otherwise; nobody approves by hand.
pub fn publication(gates: &[Gate]) -> PublicationStatus {
    if gates.iter().all(|gate| gate.status == GateStatus::Passed) {
        PublicationStatus::Published
    } else {
        PublicationStatus::Blocked
    }
}

fn evidence(outcome: &AuditOutcome) -> Option<&'static str> {
    let whole = !outcome.pages.is_empty() && outcome.findings.iter().all(has_evidence);
    (!whole).then_some("Evidence is missing. The next scan collects it again.")
}

/// Incomplete is a run that could not read at least half of the pages that it wanted.
fn scope_gate(outcome: &AuditOutcome, scope: &Scope<'_>) -> Option<&'static str> {
    let pages_fit = outcome.pages.len() <= usize::try_from(scope.page_limit).unwrap_or(usize::MAX);
    let inside = outcome
        .pages
        .iter()
        .map(|page| &page.url)
        .chain(outcome.findings.iter().map(|finding| &finding.affected_url));
    if !pages_fit || !inside.into_iter().all(|url| in_scope(url, scope.domain)) {
        return Some(
            "Something outside the accepted scope was looked at. Review the scope and scan again.",
        );
    }
    let missing = outcome
        .skipped
        .iter()
        .filter(|page| page.reason.is_missing())
        .count();
    (missing > outcome.pages.len()).then_some("More pages could not be read than were scanned: the report is incomplete. Scan again when the site answers.")
}

fn confidence(outcome: &AuditOutcome) -> Option<&'static str> {
    let low = outcome
        .findings
        .iter()
        .filter(|finding| finding.confidence == Confidence::Low)
        .count();
    (low * 2 > outcome.findings.len())
        .then_some("Most findings are uncertain. The next scan looks again.")
}

fn redaction(outcome: &AuditOutcome) -> Option<&'static str> {
    let clean = outcome
        .findings
        .iter()
        .all(|finding| is_clean(&finding.evidence) && is_clean(&finding.title));
    (!clean).then_some("Evidence shows something that looks like a secret or personal data. The next scan redacts it.")
}

fn legal_boundary(outcome: &AuditOutcome) -> Option<&'static str> {
    let claims = |text: &str| {
        let text = text.to_lowercase();
        CLAIMS.iter().any(|claim| text.contains(claim))
    };
    let claimed = outcome
        .findings
        .iter()
        .any(|finding| claims(&finding.title) || claims(&finding.remediation));
    claimed.then_some(
        "A finding claims more than an automated check can know. The report stays private.",
    )
}

/// A grave finding that rests on a guess waits: it may be a false alarm.
fn false_positives(outcome: &AuditOutcome) -> Option<&'static str> {
    let guess = |finding: &FoundIssue| {
        finding.confidence == Confidence::Low && finding.severity <= Severity::High
    };
    outcome.findings.iter().any(guess).then_some(
        "A grave finding is uncertain and may be a false positive. The next scan looks again.",
    )
}

/// 0 to 100, higher is worse: each finding takes its share of what the others left, so that many small ones never
/// outweigh what cannot be outweighed.
pub fn risk_score(findings: &[FoundIssue]) -> i64 {
    let safe = findings.iter().fold(1000_i64, |safe, finding| {
        let share = match finding.severity {
            Severity::Critical => 400,
            Severity::High => 200,
            Severity::Medium => 70,
            Severity::Low => 15,
        };
        safe - safe * share / 1000
    });
    100 - safe / 10
}

#[cfg(test)]
#[path = "gates_tests.rs"]
mod tests;
