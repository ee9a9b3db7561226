//! A redirect from HTTPS to plain HTTP: the visit loses its protection on the way.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "redirect_to_http",
    title: "An HTTPS address redirects to plain HTTP",
    severity: Severity::High,
    category: Category::Transport,
    confidence: Confidence::High,
    remediation: "Let redirects lead to https addresses only.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    page.hops
        .windows(2)
        .filter(
            |pair| matches!(pair, [from, to] if from.scheme() == "https" && to.scheme() == "http"),
        )
        .filter_map(|pair| Some((pair.first()?, pair.last()?)))
        .map(|(from, to)| Sign::named(from.path(), format!("{from} redirects to {to}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        let hops = ["https://shop.example/old", "http://shop.example/new"];
        assert_eq!(trial::signs_after(&CHECK, &hops, &[], "").len(), 1);
        let hops = [
            "http://shop.example/old",
            "https://shop.example/old",
            "https://shop.example/new",
        ];
        assert_eq!(trial::signs_after(&CHECK, &hops, &[], ""), []);
    }
}
