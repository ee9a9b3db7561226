//! Images without alternative text say nothing to people who cannot see them (WCAG 1.1.1). An empty one is right for decoration.

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "alternative_text",
    title: "Images without alternative text",
    severity: Severity::Medium,
    category: Category::Accessibility,
    confidence: Confidence::High,
    remediation: "Describe each image in its alt attribute; give pure decoration an empty one.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let images = page.all("img:not([alt]):not([aria-label]):not([aria-labelledby]):not([role=presentation]):not([role=none]):not([aria-hidden=true]), input[type=image i]:not([alt]):not([aria-label])");
    let Some(first) = images.first() else {
        return Vec::new();
    };
    vec![Sign::group(
        page.url,
        format!("{} without alt, first {}", images.len(), tag(first)),
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
            &["<img src=a.png>", "<input type=image src=go.png>"],
            &[
                "<img src=a.png alt=Tea>",
                "<img src=line.png alt=''>",
                "<img src=a.png aria-label=Tea>",
                "<img src=a.png role=presentation>",
            ],
        );
    }
}
