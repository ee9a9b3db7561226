//! A session cookie without `HttpOnly` can be read by every script on the page, also by one that was slipped in.

use super::Check;
use super::cookies::cookies;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "cookie_http_only",
    title: "Session cookie that scripts can read",
    severity: Severity::Medium,
    category: Category::Cookies,
    confidence: Confidence::Medium,
    remediation: "Set HttpOnly on the cookie.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    cookies(page)
        .iter()
        .filter(|cookie| cookie.is_session() && !cookie.has("httponly"))
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
                &[(name, "PHPSESSID=1; Secure")],
                &[(name, "auth_token=1; Path=/")],
            ],
            &[&[], &[(name, "sid=1; HttpOnly")], &[(name, "theme=dark")]],
        );
    }
}
