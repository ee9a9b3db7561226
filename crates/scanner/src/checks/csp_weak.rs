//! A content security policy that allows inline scripts, evaluated text or any source stops little.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "csp_weak",
    title: "The content security policy allows too much",
    severity: Severity::Medium,
    category: Category::Headers,
    confidence: Confidence::High,
    remediation: "Remove 'unsafe-inline', 'unsafe-eval', wildcards and whole schemes from the sources of scripts; use nonces or hashes for inline scripts.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    // Several policies apply all at once: one that is strict is enough.
    let policies: Vec<String> = page
        .header_lines("content-security-policy")
        .iter()
        .flat_map(|line| line.split(','))
        .map(str::to_owned)
        .collect();
    if policies.is_empty() || policies.iter().any(|policy| !is_weak(policy)) {
        return Vec::new();
    }
    vec![Sign::site(format!(
        "content-security-policy: {}",
        policies.join(", ")
    ))]
}

fn is_weak(policy: &str) -> bool {
    let policy = policy.to_ascii_lowercase();
    let directive = |wanted: &str| {
        policy
            .split(';')
            .map(str::split_whitespace)
            .find_map(|mut words| (words.next() == Some(wanted)).then(|| words.collect::<Vec<_>>()))
    };
    let Some(sources) = directive("script-src").or_else(|| directive("default-src")) else {
        return true;
    };
    let trusted = sources
        .iter()
        .any(|source| source.starts_with("'nonce-") || source.starts_with("'sha"));
    sources.iter().any(|source| match *source {
        // Browsers that know nonces and hashes ignore it beside them.
        "'unsafe-inline'" => !trusted,
        "'unsafe-eval'" | "*" | "http:" | "https:" | "data:" => {
            !sources.contains(&"'strict-dynamic'")
        }
        _ => false,
    })
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
                &[(name, "default-src * 'unsafe-inline'")],
                &[(name, "script-src 'self' 'unsafe-eval'")],
                &[(name, "img-src 'self'")],
                &[(name, "default-src 'self'; Script-Src https:")],
            ],
            &[
                &[],
                &[(name, "default-src 'self'; style-src 'unsafe-inline'")],
                &[(
                    name,
                    "script-src 'nonce-abc' 'unsafe-inline' 'strict-dynamic' https:",
                )],
                &[(name, "default-src *"), (name, "script-src 'none'")],
            ],
        );
    }
}
