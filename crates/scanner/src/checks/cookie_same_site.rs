//! A cookie without `SameSite`, or with None and without Secure, goes along with requests that other sites start.

use super::Check;
use super::cookies::cookies;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "cookie_same_site",
    title: "Cookie without SameSite",
    severity: Severity::Medium,
    category: Category::Cookies,
    confidence: Confidence::High,
    remediation: "Set SameSite=Lax on the cookie, or Strict where no link from outside needs it.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    cookies(page)
        .iter()
        .filter(|cookie| match cookie.value("samesite").as_deref() {
            Some("lax" | "strict") => false,
            Some("none") => !cookie.has("secure"),
            _ => true,
        })
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
                &[(name, "sid=1")],
                &[(name, "sid=1; SameSite=None")],
                &[(name, "sid=1; SameSite=maybe")],
            ],
            &[
                &[],
                &[(name, "sid=1; samesite=lax")],
                &[(name, "sid=1; SameSite=None; Secure")],
            ],
        );
    }
}
