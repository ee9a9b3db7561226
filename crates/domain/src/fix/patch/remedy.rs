//! What mends a finding by rule, from its check and its evidence: a header, an attribute of a cookie, an attribute of a tag.
//! Where no rule fits, a written instruction takes the place of a change.

use super::{LineMark, PatchFile, PatchLine};
use crate::report::Finding;

/// A change before it has a place.
struct Change {
    folder: &'static str,
    ending: &'static str,
    lines: Vec<PatchLine>,
    rationale: String,
}

fn line(mark: LineMark, text: impl Into<String>) -> PatchLine {
    // A line of a patch is one line, whatever was seen.
    let text: String = text.into();
    PatchLine {
        mark,
        text: text.replace(['\n', '\r'], " "),
    }
}

/// The page of an address: its path alone, because what stands behind it may be a person's.
fn page_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or("/")
}

/// The change for a finding.
pub(super) fn of(finding: &Finding) -> PatchFile {
    let check = finding.check.as_deref().unwrap_or_default();
    let change = header(check, finding)
        .or_else(|| cookie(check, finding))
        .or_else(|| markup(check, finding));
    let mechanical = change.is_some();
    let change = change.unwrap_or_else(|| instruction(finding));
    PatchFile {
        finding_id: finding.finding_id.clone(),
        path: format!("{}/{}.{}", change.folder, name(finding), change.ending),
        mechanical,
        rationale: change.rationale,
        lines: change.lines,
    }
}

/// A name for the place, from the finding: its check where it has one, and its id, so that two never share one.
fn name(finding: &Finding) -> String {
    let check = finding.check.as_deref().unwrap_or("finding");
    let letters = format!("{check}-{}", finding.finding_id.as_str());
    letters
        .to_ascii_lowercase()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .take(120)
        .collect()
}

/// The header that a check misses, and what to look at before it is sent.
const fn header_of(check: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match check.as_bytes() {
        b"hsts" => (
            "strict-transport-security",
            "max-age=63072000; includeSubDomains",
            "Browsers stay on HTTPS for two years. Every subdomain must answer over HTTPS before it is sent.",
        ),
        b"csp_missing" => (
            "content-security-policy",
            "default-src 'self'",
            "Only the site's own scripts and files may run and load. Add the hosts that the site uses before it is sent, or send it as content-security-policy-report-only first.",
        ),
        b"frame_protection" => (
            "x-frame-options",
            "SAMEORIGIN",
            "Other sites can no longer show the page in a frame of theirs.",
        ),
        b"mime_sniffing" => (
            "x-content-type-options",
            "nosniff",
            "Browsers take each file for what it is declared to be. Every file must be sent with its right content-type.",
        ),
        b"referrer_policy" => (
            "referrer-policy",
            "strict-origin-when-cross-origin",
            "Other sites see the origin and no longer the whole address that a visitor came from.",
        ),
        b"permissions_policy" => (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
            "Scripts can no longer ask for camera, place and microphone. Leave out what the site uses.",
        ),
        _ => return None,
    })
}

fn header(check: &str, finding: &Finding) -> Option<Change> {
    let (name, value, why) = header_of(check)?;
    let mut lines = vec![line(
        LineMark::Keep,
        format!("# Response headers of {}", page_of(&finding.affected_url)),
    )];
    // What is sent today, where the evidence shows it.
    let seen = finding.evidence.lines().next().unwrap_or_default().trim();
    let sent = seen
        .split_once(':')
        .is_some_and(|(sent, _)| sent.trim().eq_ignore_ascii_case(name));
    if sent {
        lines.push(line(LineMark::Remove, seen));
    }
    lines.push(line(LineMark::Add, format!("{name}: {value}")));
    Some(Change {
        folder: "response-headers",
        ending: "txt",
        lines,
        rationale: why.to_owned(),
    })
}

fn cookie(check: &str, finding: &Finding) -> Option<Change> {
    let (attribute, why) = match check {
        "cookie_secure" => ("Secure", "The cookie is sent over HTTPS alone."),
        "cookie_http_only" => (
            "HttpOnly",
            "Scripts can no longer read the cookie. One that the site's own scripts read must be replaced first.",
        ),
        "cookie_same_site" => (
            "SameSite=Lax",
            "The cookie no longer goes along with requests that other sites start, but for links that are followed.",
        ),
        _ => return None,
    };
    let seen = finding.evidence.lines().next()?.trim();
    let rest = seen.strip_prefix("set-cookie:")?.trim();
    let named = attribute.split('=').next().unwrap_or(attribute);
    // A value of the same attribute gives way; the others stay as they are.
    let kept: Vec<&str> = rest
        .split(';')
        .map(str::trim)
        .filter(|part| {
            let name = part.split('=').next().unwrap_or(part);
            !name.trim().eq_ignore_ascii_case(named)
        })
        .collect();
    Some(Change {
        folder: "response-headers",
        ending: "txt",
        lines: vec![
            line(LineMark::Remove, seen),
            line(
                LineMark::Add,
                format!("set-cookie: {}; {attribute}", kept.join("; ")),
            ),
        ],
        rationale: why.to_owned(),
    })
}

fn markup(check: &str, finding: &Finding) -> Option<Change> {
    let (tag, mended, why) = match check {
        "alternative_text" => {
            let tag = tag_of(&finding.evidence, "<img")?;
            let mended = with_attribute(tag, "alt=\"\"")?;
            (
                tag,
                mended,
                "An empty alternative text is right for decoration alone: write what the image shows where it is not, here and at the others that the finding counts.",
            )
        }
        "clear_forms" => {
            let tag = tag_of(&finding.evidence, "<form")?;
            let mended = tag.replacen("http://", "https://", 1);
            (mended != tag).then_some(())?;
            (
                tag,
                mended,
                "The form is sent encrypted. Its address must answer over HTTPS before this is applied.",
            )
        }
        _ => return None,
    };
    Some(Change {
        folder: "pages",
        ending: "html",
        lines: vec![
            line(
                LineMark::Keep,
                format!("<!-- {} -->", page_of(&finding.affected_url)),
            ),
            line(LineMark::Remove, tag),
            line(LineMark::Add, mended),
        ],
        rationale: why.to_owned(),
    })
}

/// The first tag of this name in the evidence, when it is there whole.
fn tag_of<'a>(evidence: &'a str, begin: &str) -> Option<&'a str> {
    let from = evidence.get(evidence.find(begin)?..)?;
    let end = from.find('>')?;
    from.get(..=end)
}

fn with_attribute(tag: &str, attribute: &str) -> Option<String> {
    let inside = tag.strip_suffix('>')?;
    Some(match inside.strip_suffix('/') {
        Some(inside) => format!("{} {attribute} />", inside.trim_end()),
        None => format!("{} {attribute}>", inside.trim_end()),
    })
}

/// What a person has to do where no rule fits: a file of its own, so that it can be reviewed and handed on like a change.
fn instruction(finding: &Finding) -> Change {
    let mut lines = vec![
        line(LineMark::Add, format!("# {}", finding.title)),
        line(LineMark::Add, ""),
        line(
            LineMark::Add,
            format!("Seen on {}.", page_of(&finding.affected_url)),
        ),
        line(LineMark::Add, ""),
    ];
    let steps = finding.remediation.lines();
    lines.extend(steps.map(|step| line(LineMark::Add, step)));
    Change {
        folder: "remediation",
        ending: "md",
        lines,
        rationale: "No rule mends this from its evidence alone. The patch adds the instruction for whoever mends it by hand.".to_owned(),
    }
}
