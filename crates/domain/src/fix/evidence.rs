//! What a customer tells of a change that they made: where and when, without secrets or personal data.

use crate::audit::gates::in_scope;
use crate::audit::redact::is_clean;
use crate::audit::text::is_plain;
use crate::id::AccountId;
use crate::keyed;
use crate::problem::FieldError;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// What a reference of evidence points to.
    pub enum EvidenceKind {
        ChangedUrl = "changed_url", "Changed URL";
        Component = "component", "Component";
        Configuration = "configuration", "Configuration";
        PullRequest = "pull_request", "Pull request";
        ReleaseNote = "release_note", "Release note";
        TicketReference = "ticket_reference", "External ticket reference";
    }
}

/// Letters of a reference at most.
pub const LONGEST_REFERENCE: usize = 500;
/// Letters of the note at most.
pub const LONGEST_NOTE: usize = 2_000;
/// References at most.
pub const MOST_REFERENCES: usize = 12;

/// Where the change can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EvidenceReference {
    /// What it points to.
    pub kind: EvidenceKind,
    /// The address, name or number, 1 to 500 letters.
    pub value: String,
}

/// Evidence as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaskEvidence {
    /// Where the change can be seen.
    pub references: Vec<EvidenceReference>,
    /// What was changed.
    pub note: String,
    /// When it was changed, as the customer says.
    pub applied_at: DateTime<Utc>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Body of `POST /fix-tasks/{f}/evidence`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecordEvidence {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
    /// Where the change can be seen, 1 to 12.
    pub references: Vec<EvidenceReference>,
    /// What was changed, 1 to 2000 letters.
    pub note: String,
    /// When it was changed; not in the future, but for a day that began earlier elsewhere.
    pub applied_at: DateTime<Utc>,
}

const SECRET: &str = "This looks like a secret or personal data. Describe the change without it.";

impl RecordEvidence {
    /// What does not fit; empty when all does.
    pub fn faults(&self, domain: &str, now: DateTime<Utc>) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |pointer: String, detail: &str| {
            faults.push(FieldError {
                pointer,
                detail: detail.to_owned(),
            });
        };
        if self.references.is_empty() || self.references.len() > MOST_REFERENCES {
            fault(
                "/references".into(),
                "Give 1 to 12 places where the change can be seen.",
            );
        }
        for (at, reference) in self.references.iter().enumerate() {
            let why = text_fault(&reference.value, LONGEST_REFERENCE).or_else(|| {
                let off = reference.kind == EvidenceKind::ChangedUrl
                    && !in_scope(reference.value.trim(), domain);
                off.then_some("Give an http or https address of the project's own site.")
            });
            if let Some(why) = why {
                fault(format!("/references/{at}/value"), why);
            }
        }
        if let Some(why) = text_fault(&self.note, LONGEST_NOTE) {
            fault("/note".into(), why);
        }
        if self.applied_at > now + Duration::days(1) {
            fault(
                "/applied_at".into(),
                "The change must have been made already.",
            );
        }
        faults
    }
}

fn text_fault(text: &str, longest: usize) -> Option<&'static str> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Some("This must not be empty.")
    } else if length > longest {
        Some("This is too long.")
    } else if !text.chars().all(|c| c == '\n' || is_plain(c)) {
        Some("This must be plain text.")
    } else {
        has_secret(text).then_some(SECRET)
    }
}

/// Names beside which a credential stands.
const NAMES: [&str; 9] = [
    "password", "passwd", "pwd", "secret", "api_key", "apikey", "api-key", "token", "bearer",
];

/// Whether the text seems to hold a credential or personal data.
pub fn has_secret(text: &str) -> bool {
    let small = text.to_lowercase();
    let named = |name: &&str| {
        small.match_indices(*name).any(|(at, _)| {
            let rest = small.get(at + name.len()..).unwrap_or_default();
            let given = rest.trim_start_matches(['"', '\'', ' ']);
            let given = given
                .strip_prefix(['=', ':'])
                .or_else(|| (*name == "bearer" && rest.starts_with(' ')).then_some(given));
            given.is_some_and(|value| {
                let word = value.split_whitespace().next();
                word.is_some_and(|word| word.chars().count() >= 6)
            })
        })
    };
    let signed_in = small.split("://").skip(1).any(|rest| {
        let host = rest.split(['/', '?', '#', ' ']).next().unwrap_or_default();
        host.contains('@')
    });
    small.contains("-----begin")
        || signed_in
        || NAMES.iter().any(named)
        || !is_clean(&uncommitted(text))
}

/// The text without the hashes of commits in addresses, which are no secrets.
fn uncommitted(text: &str) -> String {
    let mut parts = text.split("/commit/");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(part.len());
        out.push_str("/commit/");
        out.push_str(
            part.get(if end <= 40 { end } else { 0 }..)
                .unwrap_or_default(),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_credential_is_refused_and_plain_words_are_not() {
        for bad in [
            "password: hunter22",
            "PASSWORD=hunter22",
            "Authorization: Bearer abcdefgh",
            "https://me:pw@shop.example/",
            "-----BEGIN PRIVATE KEY-----",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "mail ada@shop.example",
            "api_key = \"abcdef123\"",
        ] {
            assert!(has_secret(bad), "{bad}");
        }
        for fine in [
            "Rotated the password form's autocomplete attribute.",
            "https://github.com/acme/shop/commit/0123456789abcdef0123456789abcdef01234567",
            "Release 4.2, nginx: add_header Strict-Transport-Security",
            "SHOP-1234",
        ] {
            assert!(!has_secret(fine), "{fine}");
        }
    }

    #[test]
    fn evidence_names_its_place_on_the_own_site_and_its_past_moment() {
        let now = DateTime::<Utc>::default() + Duration::days(20_000);
        let with = |kind, value: &str| RecordEvidence {
            account_id: "acc_a".parse().unwrap(),
            references: vec![EvidenceReference {
                kind,
                value: value.into(),
            }],
            note: "Sent the header.".into(),
            applied_at: now,
        };
        let faults = |body: &RecordEvidence| body.faults("shop.example", now).len();
        assert_eq!(
            faults(&with(EvidenceKind::ChangedUrl, "https://shop.example/a")),
            0
        );
        assert_eq!(
            faults(&with(EvidenceKind::ChangedUrl, "https://else.example/a")),
            1
        );
        assert_eq!(
            faults(&with(EvidenceKind::ChangedUrl, "javascript:alert(1)")),
            1
        );
        assert_eq!(faults(&with(EvidenceKind::Component, " ")), 1);
        let mut late = with(EvidenceKind::Component, "theme");
        late.applied_at = now + Duration::days(2);
        assert_eq!(faults(&late), 1);
        late.references.clear();
        late.note = "x".repeat(LONGEST_NOTE + 1);
        assert_eq!(faults(&late), 3);
    }
}
