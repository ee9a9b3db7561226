//! Without a language on the html element, screen readers read the page in the wrong voice (WCAG 3.1.1).

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "lang_missing",
    title: "The language of the page is not said",
    severity: Severity::Low,
    category: Category::Accessibility,
    confidence: Confidence::High,
    remediation: "Set the lang attribute of the html element, for example lang=\"en\".",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    page.all("html")
        .iter()
        .filter(|html| !html.attr("lang").is_some_and(is_language))
        .map(|html| Sign::site(tag(html)))
        .collect()
}

/// A language begins with two or three letters.
fn is_language(text: &str) -> bool {
    let first = text.trim().split('-').next().unwrap_or_default();
    (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic())
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
                "<html><p>",
                "<p>",
                "<html lang=''>",
                "<html lang='english'>",
            ],
            &["<html lang=en><p>", "<html lang='de-CH'>"],
        );
    }
}
