//! A page without a title has no name in tabs, bookmarks, search results and for people who listen to it.

use super::Check;
use crate::page::{Page, words};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "title_missing",
    title: "Page without a title",
    severity: Severity::Medium,
    category: Category::Content,
    confidence: Confidence::High,
    remediation: "Give the page a title that says what it is about.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let titles = page.all("head > title");
    if titles.iter().any(|title| !words(title).is_empty()) {
        Vec::new()
    } else {
        vec![Sign::group(
            page.url,
            if titles.is_empty() {
                "There is no title element"
            } else {
                "The title element is empty"
            },
        )]
    }
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
                "<p>",
                "<title>  </title>",
                "<body><svg><title>Drawing</title></svg>",
            ],
            &[
                "<title>Tea</title>",
                "<html><head><title>\n Tea \n</title></head>",
            ],
        );
    }
}
