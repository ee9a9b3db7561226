//! Without X-Frame-Options or frame-ancestors, another site can show this one in a frame and let people click on it unseen.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "frame_protection",
    title: "Other sites can show the pages in a frame",
    severity: Severity::Medium,
    category: Category::Headers,
    confidence: Confidence::High,
    remediation: "Send Content-Security-Policy with frame-ancestors 'self', or X-Frame-Options: SAMEORIGIN.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let policy = page
        .header("content-security-policy")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let ancestors = policy
        .split([';', ','])
        .map(str::trim)
        .find_map(|directive| directive.strip_prefix("frame-ancestors"))
        .map(|sources| sources.split_whitespace().all(|source| source != "*"));
    let option = page
        .header("x-frame-options")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let framed = matches!(option.trim(), "deny" | "sameorigin");
    if ancestors.unwrap_or(framed) {
        return Vec::new();
    }
    vec![Sign::site(if option.is_empty() {
        "Response headers x-frame-options and content-security-policy frame-ancestors are absent or allow every site".to_owned()
    } else {
        format!("x-frame-options: {option}")
    })]
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        let (csp, xfo) = ("content-security-policy", "x-frame-options");
        trial::headers(
            &CHECK,
            &[
                &[],
                &[(xfo, "ALLOW-FROM https://a.example")],
                &[(csp, "frame-ancestors *")],
                &[(csp, "default-src 'self'")],
            ],
            &[
                &[(xfo, "DENY")],
                &[(xfo, "SameOrigin")],
                &[(csp, "default-src *; frame-ancestors 'none'")],
            ],
        );
    }
}
