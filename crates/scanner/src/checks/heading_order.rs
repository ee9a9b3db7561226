//! Headings that skip a level, or a page without a first one: people who move by headings lose the thread (WCAG 1.3.1).

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "heading_order",
    title: "Headings skip a level",
    severity: Severity::Low,
    category: Category::Accessibility,
    confidence: Confidence::High,
    remediation: "Begin with one h1 and go down one level at a time.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let levels: Vec<u8> = page
        .all("h1, h2, h3, h4, h5, h6")
        .iter()
        .filter_map(|heading| heading.value().name().as_bytes().get(1).copied())
        .map(|digit| digit - b'0')
        .collect();
    let mut before = 0;
    for level in levels {
        if level > before + 1 {
            let seen = if before == 0 {
                format!("The first heading is h{level}")
            } else {
                format!("h{level} follows h{before}")
            };
            return vec![Sign::group(page.url, seen)];
        }
        before = level;
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        trial::markup(
            &CHECK,
            &["<h1>a</h1><h3>b</h3>", "<h2>a</h2>"],
            &[
                "<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>",
                "<p>none</p>",
                "<h1>a</h1><h2>b</h2><h1>c</h1>",
            ],
        );
    }
}
