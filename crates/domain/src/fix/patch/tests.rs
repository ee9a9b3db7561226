//! Patches: what each remedy writes, that a draft applies to what it was made from, and that nothing unsafe gets in.

use super::*;
use crate::report::{Confidence, Severity};

fn finding(check: Option<&str>, evidence: &str) -> Finding {
    Finding {
        finding_id: "fnd_one".parse().unwrap(),
        title: "A title".into(),
        severity: Severity::Medium,
        category: "headers".into(),
        affected_url: "https://shop.example/a?id=1".into(),
        pages: Vec::new(),
        check: check.map(str::to_owned),
        evidence: evidence.into(),
        evidence_hash: None,
        confidence: Confidence::High,
        fingerprint: None,
        remediation: "Do this.\nThen that.".into(),
        fix_credit_cost: 1,
        ineligible: None,
        fix_task_id: None,
        marked: None,
        retest: None,
    }
}

fn marked(file: &PatchFile, mark: LineMark) -> Vec<&str> {
    let lines = file.lines.iter().filter(|line| line.mark == mark);
    lines.map(|line| line.text.as_str()).collect()
}

#[test]
fn headers_cookies_and_tags_are_mended_by_rule() {
    for (check, evidence, removed, added) in [
        (
            "hsts",
            "Response header strict-transport-security is absent",
            None,
            "strict-transport-security: max-age=63072000; includeSubDomains",
        ),
        (
            "hsts",
            "strict-transport-security: max-age=300",
            Some("strict-transport-security: max-age=300"),
            "strict-transport-security: max-age=63072000; includeSubDomains",
        ),
        (
            "cookie_same_site",
            "set-cookie: sid=[value]; path=/; samesite=none",
            Some("set-cookie: sid=[value]; path=/; samesite=none"),
            "set-cookie: sid=[value]; path=/; SameSite=Lax",
        ),
        (
            "cookie_http_only",
            "set-cookie: sid=[value]",
            Some("set-cookie: sid=[value]"),
            "set-cookie: sid=[value]; HttpOnly",
        ),
        (
            "alternative_text",
            "3 without alt, first <img src=\"a.png\">",
            Some("<img src=\"a.png\">"),
            "<img src=\"a.png\" alt=\"\">",
        ),
        (
            "clear_forms",
            "<form method=\"post\" action=\"http://shop.example/send\">",
            Some("<form method=\"post\" action=\"http://shop.example/send\">"),
            "<form method=\"post\" action=\"https://shop.example/send\">",
        ),
    ] {
        let one = finding(Some(check), evidence);
        let files = draft([&one].into_iter());
        let file = &files[0];
        assert!(file.mechanical, "{check}");
        assert_eq!(
            marked(file, LineMark::Remove),
            Vec::from_iter(removed),
            "{check}"
        );
        assert_eq!(marked(file, LineMark::Add), [added], "{check}");
        assert!(is_clear(&files), "{check}: {:?}", checks(&files));
    }
}

#[test]
fn what_no_rule_mends_becomes_an_instruction_in_a_file_of_its_own() {
    for (check, evidence) in [
        (None, "Screenshot"),
        (Some("subresource_integrity"), "<script src=x>"),
        (Some("cookie_secure"), "Response headers"),
        (
            Some("alternative_text"),
            "2 without alt, first <img src=cut",
        ),
    ] {
        let one = finding(check, evidence);
        let files = draft([&one].into_iter());
        assert!(!files[0].mechanical, "{check:?}");
        assert!(marked(&files[0], LineMark::Remove).is_empty());
        let text = unified(&files);
        assert!(
            text.starts_with("--- /dev/null\n+++ b/remediation/"),
            "{text}"
        );
        assert!(text.contains("+Then that.\n"), "{text}");
    }
}

#[test]
fn a_draft_is_a_unified_diff_with_right_counts() {
    let two = [
        finding(Some("cookie_secure"), "set-cookie: sid=[value]"),
        finding(
            Some("hsts"),
            "Response header strict-transport-security is absent",
        ),
    ];
    let files = draft(two.iter());
    assert_eq!(summary(&files), "2 places, 2 lines added, 1 removed");
    assert_eq!(
        unified(&files),
        "--- a/response-headers/cookie_secure-fnd_one.txt\n\
         +++ b/response-headers/cookie_secure-fnd_one.txt\n\
         @@ -1,1 +1,1 @@\n\
         -set-cookie: sid=[value]\n\
         +set-cookie: sid=[value]; Secure\n\
         --- a/response-headers/hsts-fnd_one.txt\n\
         +++ b/response-headers/hsts-fnd_one.txt\n\
         @@ -1,1 +1,2 @@\n \
         # Response headers of /a\n\
         +strict-transport-security: max-age=63072000; includeSubDomains\n"
    );
}

#[test]
fn secrets_and_odd_names_never_pass() {
    let mut leaking = draft([&finding(None, "x")].into_iter());
    leaking[0].lines.push(PatchLine {
        mark: LineMark::Add,
        text: "password: hunter22".into(),
    });
    assert!(!is_clear(&leaking));
    for path in ["../x", "a//b", "/etc/x", "a/.git/config", "A/B", ""] {
        let mut odd = draft([&finding(None, "x")].into_iter());
        odd[0].path = path.into();
        assert!(!is_clear(&odd), "{path}");
    }
    assert!(!is_clear(&[]));
    // What was seen on a site never writes a second line or leaves its line.
    let sly = finding(Some("cookie_secure"), "set-cookie: sid=[value]\r+evil");
    let files = draft([&sly].into_iter());
    assert!(
        files[0]
            .lines
            .iter()
            .all(|line| !line.text.contains(['\n', '\r']))
    );
}
