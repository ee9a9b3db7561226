//! Headers and markup that name the exact version of a program: a list of its known holes is one search away.

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "server_version",
    title: "The server tells which version it runs",
    severity: Severity::Low,
    category: Category::Exposure,
    confidence: Confidence::High,
    remediation: "Switch the version off in the server's settings and remove the header or the tag.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let mut signs: Vec<Sign> = [
        "server",
        "x-powered-by",
        "x-aspnet-version",
        "x-aspnetmvc-version",
        "x-generator",
    ]
    .iter()
    .filter_map(|name| Some((*name, page.header(name)?)))
    .filter(|(_, value)| names_version(value))
    .map(|(name, value)| Sign::named(name, format!("{name}: {value}")))
    .collect();
    let generators = page.all("meta[name=generator i][content]");
    signs.extend(
        generators
            .iter()
            .filter(|meta| meta.attr("content").is_some_and(names_version))
            .map(|meta| Sign::named("generator", tag(meta))),
    );
    signs
}

/// A digit, a dot and a digit, or a number after a slash.
fn names_version(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(3)
        .any(|three| matches!(three, [a, b'.', b] if a.is_ascii_digit() && b.is_ascii_digit()))
        || bytes
            .windows(2)
            .any(|two| matches!(two, [b'/', digit] if digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        trial::headers(
            &CHECK,
            &[
                &[("server", "nginx/1.18.0 (Ubuntu)")],
                &[("x-powered-by", "PHP/7")],
                &[("x-aspnet-version", "4.0.30319")],
            ],
            &[&[], &[("server", "nginx")], &[("x-powered-by", "Express")]],
        );
        trial::markup(
            &CHECK,
            &["<meta name=Generator content='WordPress 6.1'>"],
            &["<meta name=generator content=Hugo>", "<p>version 1.2"],
        );
    }
}
