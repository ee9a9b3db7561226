//! Forms whose content travels unencrypted.

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "clear_forms",
    title: "A form sends its content in clear",
    severity: Severity::High,
    category: Category::Forms,
    confidence: Confidence::High,
    remediation: "Serve the page and the form's address over HTTPS.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    page.all("form")
        .iter()
        .filter_map(|form| {
            let target = page.resolve(form.attr("action").unwrap_or_default())?;
            let posts = form
                .attr("method")
                .is_some_and(|method| method.eq_ignore_ascii_case("post"));
            let clear = target.scheme() == "http" && (posts || page.url.scheme() == "https");
            clear.then(|| Sign::named(target.path(), tag(form)))
        })
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
                "<form method=post action='http://shop.example/send'></form>",
                "<form action='http://other.example/search'></form>",
            ],
            &[
                "<form method=post action='/send'></form>",
                "<form method=post></form>",
            ],
        );
        let post = "<form method=POST></form>";
        assert_eq!(
            trial::signs(&CHECK, "http://shop.example/contact", &[], post).len(),
            1
        );
        assert_eq!(
            trial::signs(
                &CHECK,
                "http://shop.example/",
                &[],
                "<form action='/search'></form>"
            ),
            []
        );
    }
}
