//! Referrer-Policy keeps whole addresses of the site from travelling to every other site that a page loads from or links to.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "referrer_policy",
    title: "Addresses of pages are told to other sites",
    severity: Severity::Low,
    category: Category::Privacy,
    confidence: Confidence::High,
    remediation: "Send Referrer-Policy: strict-origin-when-cross-origin, or a stricter value.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let in_markup = page
        .all("meta[name=referrer i][content]")
        .first()
        .and_then(|meta| meta.attr("content"))
        .map(str::to_owned);
    let Some(policy) = page.header("referrer-policy").or(in_markup) else {
        return vec![Sign::site("Response header referrer-policy is absent")];
    };
    // The last value that a browser knows counts.
    let last = policy
        .rsplit(',')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if matches!(
        last.as_str(),
        "unsafe-url" | "no-referrer-when-downgrade" | ""
    ) {
        vec![Sign::site(format!("referrer-policy: {policy}"))]
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
        let name = "referrer-policy";
        trial::headers(
            &CHECK,
            &[
                &[],
                &[(name, "unsafe-url")],
                &[(name, "no-referrer, no-referrer-when-downgrade")],
            ],
            &[
                &[(name, "no-referrer")],
                &[(name, "unsafe-url, strict-origin-when-cross-origin")],
            ],
        );
        trial::markup(
            &CHECK,
            &["<meta name=referrer content=unsafe-url>"],
            &["<meta name=referrer content=same-origin>"],
        );
    }
}
