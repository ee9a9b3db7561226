//! Content-Security-Policy says which scripts may run; without it, a script that somebody slips in runs like the site's own.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "csp_missing",
    title: "No content security policy",
    severity: Severity::Medium,
    category: Category::Headers,
    confidence: Confidence::High,
    remediation: "Send a Content-Security-Policy header that allows only the sources that the site uses, beginning with default-src 'self'.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let in_markup = page.all("meta[http-equiv='content-security-policy' i]");
    if page.header("content-security-policy").is_some() || !in_markup.is_empty() {
        Vec::new()
    } else {
        vec![Sign::site(
            "Response header content-security-policy is absent",
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        let name = "content-security-policy";
        trial::headers(
            &CHECK,
            &[
                &[],
                &[("content-security-policy-report-only", "default-src 'self'")],
            ],
            &[&[(name, "default-src 'self'")]],
        );
        trial::markup(
            &CHECK,
            &["<p>"],
            &["<meta http-equiv='Content-Security-Policy' content=\"default-src 'self'\">"],
        );
    }
}
