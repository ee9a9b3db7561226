//! A site that answers without encryption: whoever sits on the way reads and changes everything.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "no_https",
    title: "The site is served without HTTPS",
    severity: Severity::High,
    category: Category::Transport,
    confidence: Confidence::High,
    remediation: "Get a certificate and serve every page over HTTPS; redirect plain HTTP there.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    if page.url.scheme() == "http" {
        vec![Sign::site(format!("{} answered over plain HTTP", page.url))]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        assert_eq!(
            trial::signs(&CHECK, "http://shop.example/", &[], "").len(),
            1
        );
        assert_eq!(trial::signs(&CHECK, "https://shop.example/", &[], ""), []);
    }
}
