//! Permissions-Policy says whether the site and the frames in it may use camera, microphone, place and the like.

use super::Check;
use crate::page::Page;
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "permissions_policy",
    title: "Camera, microphone and place are not ruled out",
    severity: Severity::Low,
    category: Category::Headers,
    confidence: Confidence::High,
    remediation: "Send Permissions-Policy: camera=(), microphone=(), geolocation=() and allow only what the site uses.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    if page
        .header("permissions-policy")
        .is_some_and(|policy| policy.contains('='))
    {
        Vec::new()
    } else {
        vec![Sign::site("Response header permissions-policy is absent")]
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        let name = "permissions-policy";
        trial::headers(
            &CHECK,
            &[&[], &[("feature-policy", "camera 'none'")], &[(name, "")]],
            &[&[(name, "camera=()")]],
        );
    }
}
