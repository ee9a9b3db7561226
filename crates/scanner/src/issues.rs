//! What checks found, gathered over the pages of a run: the same issue on many pages is one issue.

use crate::checks::Check;
use crate::sign::Sign;
use domain::audit::redact::redact;
use domain::audit::text::plain;
use domain::audit::{FoundIssue, LONGEST_EVIDENCE, LONGEST_LINE, MOST_FINDINGS, MOST_NAMED};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use url::Url;

/// Different issues that are remembered; a site with more is reported with these.
const MOST: usize = 2_000;
/// Letters of evidence that are looked at.
const MOST_SEEN: usize = 4 * LONGEST_EVIDENCE;
/// Pages that evidence names.
const NAMED: usize = 3;

#[derive(Debug)]
struct Gathered {
    check: &'static Check,
    name: Option<String>,
    seen: String,
    pages: Vec<String>,
    asked: Vec<String>,
    count: usize,
}

/// The issues of a run.
#[derive(Debug, Default)]
pub struct Issues {
    all: BTreeMap<(&'static str, String), Gathered>,
}

impl Issues {
    /// Takes a sign that a check saw on a page.
    pub fn add(&mut self, check: &'static Check, url: &Url, sign: Sign) {
        self.add_asked(check, url, url, sign);
    }

    /// The same for a page that was asked for by another address.
    pub fn add_asked(&mut self, check: &'static Check, url: &Url, asked: &Url, sign: Sign) {
        let key = (check.key, sign.subject);
        if self.all.len() >= MOST && !self.all.contains_key(&key) {
            return;
        }
        let page = url.as_str().to_owned();
        let gathered = self.all.entry(key).or_insert_with(|| Gathered {
            check,
            name: sign.name,
            seen: sign.seen,
            pages: Vec::new(),
            asked: Vec::new(),
            count: 0,
        });
        if gathered.pages.last() != Some(&page) {
            gathered.count += 1;
            if gathered.pages.len() < NAMED {
                gathered.pages.push(page);
            }
            if gathered.asked.len() < MOST_NAMED {
                gathered.asked.push(plain(asked.as_str(), LONGEST_LINE));
            }
        }
    }

    /// The findings, worst first, at most [`MOST_FINDINGS`].
    pub fn into_findings(self) -> Vec<FoundIssue> {
        let mut findings: Vec<FoundIssue> = self
            .all
            .into_iter()
            .map(|((_, subject), gathered)| gathered.finding(&subject))
            .collect();
        findings.sort_by_key(|finding| (finding.severity, finding.confidence));
        findings.truncate(MOST_FINDINGS);
        findings
    }
}

impl Gathered {
    fn finding(self, subject: &str) -> FoundIssue {
        let check = self.check;
        let title = self.name.map_or_else(
            || check.title.to_owned(),
            |name| format!("{}: {name}", check.title),
        );
        let first = self.pages.first().cloned().unwrap_or_default();
        let others = match self.count {
            0 | 1 => String::new(),
            count => format!(" | On {count} pages, first {}", self.pages.join(" ")),
        };
        FoundIssue {
            check: check.key.to_owned(),
            title: plain(&redact(&title), LONGEST_LINE),
            severity: check.severity,
            category: check.category,
            confidence: check.confidence,
            affected_url: plain(&first, LONGEST_LINE),
            pages: self.asked,
            // Covered before it is cut: half a secret is not seen for what it is.
            evidence: plain(
                &redact(&plain(&format!("{}{others}", self.seen), MOST_SEEN)),
                LONGEST_EVIDENCE,
            ),
            evidence_hash: hash(&self.seen),
            fingerprint: hash(&format!("{}\n{subject}", check.key)),
            remediation: check.remediation.to_owned(),
        }
    }
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::CHECKS;

    #[test]
    fn the_same_issue_on_many_pages_is_one_with_a_stable_fingerprint_and_no_secrets() {
        let check = CHECKS[0];
        let find = |pages: &[&str]| {
            let mut issues = Issues::default();
            for page in pages {
                let sign = Sign::named(
                    "sid\u{202e}",
                    "set-cookie: sid=9f8Ab7cD6eF5gH4iJ3kL2 for ada@mail.example.org\u{1b}[2J",
                );
                issues.add(check, &page.parse().unwrap(), sign);
            }
            issues.into_findings()
        };
        let once = find(&["https://shop.example/"]);
        let often = find(&[
            "https://shop.example/b",
            "https://shop.example/c",
            "https://shop.example/d",
            "https://shop.example/e",
        ]);
        assert_eq!((once.len(), often.len()), (1, 1));
        assert_eq!(
            (&once[0].fingerprint, &once[0].evidence_hash),
            (&often[0].fingerprint, &often[0].evidence_hash)
        );
        assert_eq!(
            once[0].evidence,
            "set-cookie: sid=[redacted] for [redacted][2J"
        );
        assert!(
            often[0].evidence.contains("On 4 pages"),
            "{}",
            often[0].evidence
        );
        assert!(!often[0].title.contains('\u{202e}'));
        assert_eq!(often[0].affected_url, "https://shop.example/b");
    }
}
