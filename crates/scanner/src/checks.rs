//! The passive checks: each reads what a page sent anyway, one file each, with what it looks for and why.

mod alternative_text;
pub(crate) mod broken_links;
mod clear_forms;
mod control_labels;
mod cookie_http_only;
mod cookie_same_site;
mod cookie_secure;
mod cookies;
mod csp_missing;
mod csp_weak;
mod frame_protection;
mod heading_order;
mod hsts;
mod inline_contrast;
mod lang_missing;
mod link_names;
mod mime_sniffing;
mod mixed_content;
mod no_https;
mod password_in_address;
mod permissions_policy;
mod redirect_to_http;
mod referrer_policy;
mod server_version;
mod subresource_integrity;
mod title_missing;
mod trackers;
mod zoom_disabled;

use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// A check.
#[derive(Debug)]
pub struct Check {
    /// Its stable name; part of every fingerprint.
    pub key: &'static str,
    /// What it finds, as a title.
    pub title: &'static str,
    /// How bad that is.
    pub severity: Severity,
    /// The area.
    pub category: Category,
    /// How sure it can be.
    pub confidence: Confidence,
    /// How to mend it by hand.
    pub remediation: &'static str,
    /// Looks at a page.
    pub look: fn(&Page<'_>) -> Vec<Sign>,
}

/// Every check that looks at pages, and the one about links, which the crawl itself answers.
pub const CHECKS: &[&Check] = &[
    &no_https::CHECK,
    &redirect_to_http::CHECK,
    &hsts::CHECK,
    &mixed_content::CHECK,
    &clear_forms::CHECK,
    &password_in_address::CHECK,
    &csp_missing::CHECK,
    &csp_weak::CHECK,
    &frame_protection::CHECK,
    &mime_sniffing::CHECK,
    &referrer_policy::CHECK,
    &permissions_policy::CHECK,
    &cookie_secure::CHECK,
    &cookie_http_only::CHECK,
    &cookie_same_site::CHECK,
    &subresource_integrity::CHECK,
    &trackers::CHECK,
    &server_version::CHECK,
    &title_missing::CHECK,
    &lang_missing::CHECK,
    &alternative_text::CHECK,
    &control_labels::CHECK,
    &link_names::CHECK,
    &heading_order::CHECK,
    &inline_contrast::CHECK,
    &zoom_disabled::CHECK,
    &broken_links::CHECK,
];

/// Signs of one check on one page that are looked at; a page with more is no better known by them.
const MOST_SIGNS: usize = 200;

/// What every check sees on a page.
pub fn run(page: &Page<'_>) -> Vec<(&'static Check, Sign)> {
    CHECKS
        .iter()
        .flat_map(|check| {
            (check.look)(page)
                .into_iter()
                .take(MOST_SIGNS)
                .map(move |sign| (*check, sign))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_more_than_twenty_checks_each_with_a_name_of_its_own_and_advice() {
        let keys: BTreeSet<_> = CHECKS.iter().map(|check| check.key).collect();
        assert_eq!(keys.len(), CHECKS.len());
        assert!(keys.len() >= 20, "{}", keys.len());
        assert!(
            CHECKS
                .iter()
                .all(|check| check.title.len() > 10 && check.remediation.len() > 20)
        );
    }
}

/// What a check says about a page that a test writes.
#[cfg(test)]
pub(crate) mod trial {
    use super::{Check, Page, Sign};
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use url::Url;

    /// The signs on a page at this address with these headers and this markup.
    pub(crate) fn signs(
        check: &Check,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Vec<Sign> {
        signs_after(check, &[url], headers, body)
    }

    /// The same after redirects.
    pub(crate) fn signs_after(
        check: &Check,
        hops: &[&str],
        headers: &[(&str, &str)],
        body: &str,
    ) -> Vec<Sign> {
        let hops: Vec<Url> = hops.iter().map(|hop| hop.parse().unwrap()).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        (check.look)(&Page::new(hops.last().unwrap(), &hops, &map, body))
    }

    /// The check finds something in each of the first and nothing in each of the others; headers are one `name: value`.
    pub(crate) fn headers(check: &Check, found: &[&[(&str, &str)]], passed: &[&[(&str, &str)]]) {
        for lines in found {
            assert!(
                !signs(check, "https://shop.example/a", lines, "").is_empty(),
                "nothing found in {lines:?}"
            );
        }
        for lines in passed {
            assert_eq!(
                signs(check, "https://shop.example/a", lines, ""),
                [],
                "found in {lines:?}"
            );
        }
    }

    /// The same with markup.
    pub(crate) fn markup(check: &Check, found: &[&str], passed: &[&str]) {
        for body in found {
            assert!(
                !signs(check, "https://shop.example/a", &[], body).is_empty(),
                "nothing found in {body}"
            );
        }
        for body in passed {
            assert_eq!(
                signs(check, "https://shop.example/a", &[], body),
                [],
                "found in {body}"
            );
        }
    }
}
