//! Strict-Transport-Security tells browsers never to try plain HTTP again; without it, or for less than half a year, a first
//! visit over a strange network can be kept on plain HTTP.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "hsts",
    title: "Browsers are not told to stay on HTTPS",
    severity: Severity::Medium,
    category: Category::Transport,
    confidence: Confidence::High,
    remediation: "Send Strict-Transport-Security with a max-age of at least 15768000 (half a year), better 63072000 with includeSubDomains.",
    look,
};

const HALF_A_YEAR: u64 = 15_768_000;

fn look(page: &Page<'_>) -> Vec<Sign> {
    if page.url.scheme() != "https" {
        return Vec::new();
    }
    let Some(header) = page.header("strict-transport-security") else {
        return vec![Sign::site(
            "Response header strict-transport-security is absent",
        )];
    };
    let age = header
        .split(';')
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))
        .and_then(|(_, age)| age.trim().trim_matches('"').parse::<u64>().ok());
    if age.is_some_and(|age| age >= HALF_A_YEAR) {
        Vec::new()
    } else {
        vec![Sign::site(format!("strict-transport-security: {header}"))]
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        let name = "strict-transport-security";
        trial::headers(
            &CHECK,
            &[
                &[],
                &[(name, "max-age=300")],
                &[(name, "includeSubDomains")],
                &[(name, "max-age=many")],
            ],
            &[
                &[(name, "max-age=63072000; includeSubDomains")],
                &[(name, "Max-Age=\"15768000\"")],
            ],
        );
        assert_eq!(trial::signs(&CHECK, "http://shop.example/", &[], ""), []);
    }
}
