//! Form controls without a label: people who listen to the page do not learn what to type (WCAG 1.3.1, 4.1.2).

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};
use std::collections::HashSet;

/// The check.
pub(super) const CHECK: Check = Check {
    key: "control_labels",
    title: "Form controls without a label",
    severity: Severity::Medium,
    category: Category::Accessibility,
    confidence: Confidence::High,
    remediation: "Give each control a label element whose for names its id, or an aria-label.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let labelled: HashSet<&str> = page
        .all("label[for]")
        .iter()
        .filter_map(|label| label.attr("for"))
        .collect();
    let wrapped: HashSet<_> = page
        .all("label input, label select, label textarea")
        .iter()
        .map(|control| control.id())
        .collect();
    let controls = page.all("input:not([type]), input[type]:not([type=hidden i]):not([type=submit i]):not([type=button i]):not([type=reset i]):not([type=image i]), select, textarea");
    let silent: Vec<_> = controls
        .iter()
        .filter(|control| {
            let named = ["aria-label", "aria-labelledby", "title"]
                .iter()
                .any(|name| {
                    control
                        .attr(name)
                        .is_some_and(|text| !text.trim().is_empty())
                });
            let by_id = control.attr("id").is_some_and(|id| labelled.contains(id));
            !named && !by_id && !wrapped.contains(&control.id())
        })
        .collect();
    let Some(first) = silent.first() else {
        return Vec::new();
    };
    vec![Sign::group(
        page.url,
        format!("{} without a label, first {}", silent.len(), tag(first)),
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
                "<input name=q placeholder=Search>",
                "<label for=other>Name</label><input id=name>",
                "<select><option>1</select>",
                "<textarea></textarea>",
            ],
            &[
                "<label for=name>Name</label><input id=name>",
                "<label>Name <input></label>",
                "<input aria-label=Name><input type=hidden><input type=Submit>",
            ],
        );
    }
}
