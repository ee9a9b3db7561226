//! A cookie without Secure travels over plain HTTP too, where others can read it.

use super::Check;
use super::cookies::cookies;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "cookie_secure",
    title: "Cookie without Secure",
    severity: Severity::Medium,
    category: Category::Cookies,
    confidence: Confidence::High,
    remediation: "Set Secure on the cookie.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    cookies(page)
        .iter()
        .filter(|cookie| !cookie.has("secure"))
        .map(|cookie| Sign::named(&cookie.name, cookie.shown()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        let name = "set-cookie";
        trial::headers(
            &CHECK,
            &[
                &[(name, "sid=1; Path=/; HttpOnly")],
                &[(name, "a=1; Secure"), (name, "b=securely")],
            ],
            &[&[], &[(name, "sid=1; path=/; secure")]],
        );
    }
}
