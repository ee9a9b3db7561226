//! X-Content-Type-Options: nosniff keeps browsers from running a file as something else than it was sent as.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "mime_sniffing",
    title: "Browsers may guess what files are",
    severity: Severity::Low,
    category: Category::Headers,
    confidence: Confidence::High,
    remediation: "Send X-Content-Type-Options: nosniff.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    match page.header("x-content-type-options") {
        Some(value) if value.trim().eq_ignore_ascii_case("nosniff") => Vec::new(),
        Some(value) => vec![Sign::site(format!("x-content-type-options: {value}"))],
        None => vec![Sign::site(
            "Response header x-content-type-options is absent",
        )],
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        let name = "x-content-type-options";
        trial::headers(
            &CHECK,
            &[&[], &[(name, "sniff")]],
            &[&[(name, "nosniff")], &[(name, "NoSniff")]],
        );
    }
}
