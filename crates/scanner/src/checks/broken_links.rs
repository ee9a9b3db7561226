//! Links to pages of the site that do not exist or do not work. The crawl asks for each linked page anyway; this says which
//! answers are broken.

use super::Check;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};
use url::Url;

/// The check. It has nothing to look for on a page: [`broken`] is told what a link's target answered.
pub(crate) const CHECK: Check = Check {
    key: "broken_links",
    title: "Broken link",
    severity: Severity::Low,
    category: Category::Content,
    confidence: Confidence::High,
    remediation: "Correct the link, restore the page, or redirect its address to the page that took its place.",
    look: |_| Vec::new(),
};

/// The sign of a broken link, when the answer says so: gone, never there, or an error of the server.
pub(crate) fn broken(target: &Url, status: u16) -> Option<Sign> {
    (matches!(status, 404 | 410) || (500..600).contains(&status)).then(|| {
        Sign::named(
            target.path(),
            format!("A link leads to {target}, which answers {status}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        let target = "https://shop.example/gone".parse().unwrap();
        for status in [404, 410, 500, 503] {
            assert!(broken(&target, status).is_some(), "{status}");
        }
        for status in [200, 301, 401, 403, 429] {
            assert_eq!(broken(&target, status), None, "{status}");
        }
    }
}
