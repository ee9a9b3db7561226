//! A form that asks for a password and puts it into the address, where histories and logs keep it.

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "password_in_address",
    title: "A password travels in the address",
    severity: Severity::High,
    category: Category::Forms,
    confidence: Confidence::High,
    remediation: "Give the form method=\"post\".",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    page.all("form:has(input[type=password i])")
        .iter()
        .filter(|form| {
            !form.attr("method").is_some_and(|method| {
                method.eq_ignore_ascii_case("post") || method.eq_ignore_ascii_case("dialog")
            })
        })
        .map(|form| Sign::group(page.url, tag(form)))
        .collect()
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
                "<form><input type=password></form>",
                "<form method=get><p><input type='PASSWORD'></p></form>",
            ],
            &[
                "<form method=post><input type=password></form>",
                "<form><input type=search></form>",
            ],
        );
    }
}
