//! A viewport that forbids zooming: people who need larger letters cannot have them (WCAG 1.4.4).

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "zoom_disabled",
    title: "Zooming is switched off",
    severity: Severity::Medium,
    category: Category::Accessibility,
    confidence: Confidence::High,
    remediation: "Remove user-scalable=no and maximum-scale from the viewport.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    page.all("meta[name=viewport i][content]")
        .iter()
        .filter(|meta| meta.attr("content").is_some_and(forbids))
        .map(|meta| Sign::site(tag(meta)))
        .collect()
}

/// Zooming to twice the size must stay possible.
fn forbids(content: &str) -> bool {
    content
        .split([',', ';'])
        .filter_map(|part| part.split_once('='))
        .any(|(name, value)| {
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "user-scalable" => value == "0" || value.eq_ignore_ascii_case("no"),
                "maximum-scale" => value.parse::<f64>().is_ok_and(|scale| scale < 2.0),
                _ => false,
            }
        })
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
                "<meta name=viewport content='width=device-width, user-scalable=no'>",
                "<meta name=viewport content='maximum-scale=1.0'>",
            ],
            &[
                "<meta name=viewport content='width=device-width, initial-scale=1'>",
                "<meta name=viewport content='maximum-scale=5'>",
            ],
        );
    }
}
