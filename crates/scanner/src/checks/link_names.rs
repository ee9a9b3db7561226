//! Links and buttons without words, such as a bare icon: people who listen to the page hear only "link" (WCAG 2.4.4, 4.1.2).

use super::Check;
use crate::page::{Page, tag, words};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};
use scraper::ElementRef;

/// The check.
pub(super) const CHECK: Check = Check {
    key: "link_names",
    title: "Links or buttons without a name",
    severity: Severity::Medium,
    category: Category::Accessibility,
    confidence: Confidence::High,
    remediation: "Put words into the link or button, give its image an alt text, or add an aria-label.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let silent: Vec<_> = page
        .all("a[href]:not([aria-hidden=true]), button:not([aria-hidden=true])")
        .into_iter()
        .filter(|control| {
            let said = |element: &ElementRef<'_>| {
                ["aria-label", "aria-labelledby", "title", "alt"]
                    .iter()
                    .any(|name| {
                        element
                            .attr(name)
                            .is_some_and(|text| !text.trim().is_empty())
                    })
                    || element.value().name() == "title"
            };
            let inside = control.descendent_elements().any(|element| said(&element));
            words(control).is_empty() && !inside
        })
        .collect();
    let Some(first) = silent.first() else {
        return Vec::new();
    };
    vec![Sign::group(
        page.url,
        format!("{} without a name, first {}", silent.len(), tag(first)),
    )]
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
                "<a href=/cart><i class=icon></i></a>",
                "<button></button>",
                "<a href=/><img src=logo.png alt=''></a>",
            ],
            &[
                "<a href=/cart>Basket</a>",
                "<a href=/><img src=logo.png alt=Home></a>",
                "<button aria-label=Close></button>",
                "<button><svg><title>Close</title></svg></button>",
                "<a name=top></a>",
            ],
        );
    }
}
