//! Scripts and pixels of known trackers that load with the page, before anybody could agree. Tools for consent mark such scripts
//! with a type that browsers do not run.

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "trackers",
    title: "Third-party tracker loads before consent",
    severity: Severity::Medium,
    category: Category::Privacy,
    confidence: Confidence::Medium,
    remediation: "Load the tracker only after the visitor has agreed, through a consent tool or after a click.",
    look,
};

/// Hosts of trackers; names under them count too.
const TRACKERS: [&str; 22] = [
    "ads-twitter.com",
    "adnxs.com",
    "amplitude.com",
    "analytics.tiktok.com",
    "bat.bing.com",
    "clarity.ms",
    "connect.facebook.net",
    "criteo.com",
    "doubleclick.net",
    "fullstory.com",
    "google-analytics.com",
    "googletagmanager.com",
    "hotjar.com",
    "hs-scripts.com",
    "matomo.cloud",
    "mixpanel.com",
    "mouseflow.com",
    "px.ads.linkedin.com",
    "segment.com",
    "snap.licdn.com",
    "taboola.com",
    "tracker.example",
];

fn look(page: &Page<'_>) -> Vec<Sign> {
    page.all("script[src], img[src], iframe[src]")
        .iter()
        .filter(|part| runs(part.attr("type").unwrap_or_default()))
        .filter_map(|part| {
            let url = page.resolve(part.attr("src")?)?;
            let host = url.host_str()?;
            let tracker = TRACKERS.iter().find(|known| {
                host == **known
                    || host
                        .strip_suffix(**known)
                        .is_some_and(|rest| rest.ends_with('.'))
            })?;
            page.is_foreign(&url)
                .then(|| Sign::named(*tracker, tag(part)))
        })
        .collect()
}

fn runs(kind: &str) -> bool {
    matches!(
        kind.trim().to_ascii_lowercase().as_str(),
        "" | "module" | "text/javascript" | "application/javascript"
    )
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        trial::markup(
            &CHECK,
            &[
                "<script async src='https://www.googletagmanager.com/gtag/js?id=1'></script>",
                "<img src='https://tracker.example/p.gif'>",
            ],
            &[
                "<script type='text/plain' data-category=analytics src='https://www.googletagmanager.com/gtag/js'></script>",
                "<script src='https://notdoubleclick.net/a.js'></script>",
                "<a href='https://www.google-analytics.com/'>about</a>",
            ],
        );
    }
}
