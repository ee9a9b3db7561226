//! `Prove this is your domain`: where a proof must stand, what it says, and how long it holds (docs/states.md#scope-and-domain).

use crate::errand::ErrandState;
use crate::id::{AccountId, ProjectId};
use crate::keyed;
use crate::project::DomainStatus;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How many days a proof holds after it was found.
pub const HOLDS_DAYS: i64 = 365;

/// The name under which a proof stands, in a record, a tag and a file alike.
pub const NAME: &str = "webriskops-site-verification";

keyed! {
    /// Where the owner of a domain puts the proof.
    pub enum ProofMethod {
        DnsTxt = "dns_txt", "DNS TXT record";
        MetaTag = "meta_tag", "Meta tag";
        File = "file", "File upload";
    }
}

impl ProofMethod {
    /// What to do, in a sentence for people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::DnsTxt => {
                "Add this TXT record to the domain. It may take some minutes until it is seen everywhere."
            }
            Self::MetaTag => "Add this tag to the head of the site's first page.",
            Self::File => "Put a text file with this one line at this address of the site.",
        }
    }

    /// Where the proof stands for a site: the name of a record, or an address without its scheme.
    pub fn place(self, domain: &str) -> String {
        let host = domain.split(':').next().unwrap_or(domain);
        match self {
            Self::DnsTxt => format!("_webriskops.{host}"),
            Self::MetaTag => format!("{domain}/"),
            Self::File => format!("{domain}{}", file_path()),
        }
    }

    /// What is written there, whole.
    pub fn text(self, token: &str) -> String {
        match self {
            Self::DnsTxt => format!("{NAME}={token}"),
            Self::MetaTag => format!("<meta name=\"{NAME}\" content=\"{token}\">"),
            Self::File => token.to_owned(),
        }
    }

    /// The value that a look must find among those that stand there.
    pub fn expected(self, token: &str) -> String {
        match self {
            Self::DnsTxt => self.text(token),
            Self::MetaTag | Self::File => token.to_owned(),
        }
    }
}

/// The path of the file, on every site.
pub fn file_path() -> String {
    format!("/.well-known/{NAME}.txt")
}

/// Whether the proof is among the values that were found.
pub fn is_proven(method: ProofMethod, token: &str, found: &[String]) -> bool {
    let expected = method.expected(token);
    found.iter().any(|value| value.trim() == expected)
}

/// The status of a domain after a look; a proof that still holds outlives one that found nothing.
pub const fn after_look(before: DomainStatus, proven: bool) -> DomainStatus {
    match (before, proven) {
        (_, true) | (DomainStatus::Verified, false) => DomainStatus::Verified,
        (_, false) => DomainStatus::Failed,
    }
}

/// The status of a domain once a challenge was created.
pub const fn after_challenge(before: DomainStatus) -> DomainStatus {
    match before {
        DomainStatus::Verified => DomainStatus::Verified,
        _ => DomainStatus::ChallengeCreated,
    }
}

/// The challenge of a project and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Challenge {
    /// Where the proof goes.
    pub method: ProofMethod,
    /// The name of the record, or the address.
    pub place: String,
    /// What to write there.
    pub text: String,
    /// When the challenge was created.
    pub created_at: DateTime<Utc>,
    /// Where the newest look stands; `None` before the first.
    pub look: Option<ErrandState>,
    /// When was last looked.
    pub looked_at: Option<DateTime<Utc>>,
    /// The value that must be found.
    pub expected: String,
    /// The values that were found, at most 20.
    pub found: Vec<String>,
    /// Why nothing could be looked at.
    pub failure: Option<String>,
}

/// How a project's domain is proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProofView {
    /// The project.
    pub project_id: ProjectId,
    /// The site.
    pub domain: String,
    /// Where the proof stands.
    pub status: DomainStatus,
    /// The challenge; `None` before one was created.
    pub challenge: Option<Challenge>,
    /// When the proof was found.
    pub verified_at: Option<DateTime<Utc>>,
    /// Until when it holds.
    pub holds_until: Option<DateTime<Utc>>,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}

/// Body of `POST /projects/{p}/proof/challenge`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreateChallenge {
    /// The account that the page looks at.
    pub account_id: AccountId,
    /// Where the proof goes.
    pub method: ProofMethod,
}

/// Body of `POST /projects/{p}/proof/check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CheckProof {
    /// The account that the page looks at.
    pub account_id: AccountId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_the_whole_value_at_its_place() {
        use ProofMethod as M;
        assert_eq!(
            M::DnsTxt.place("shop.example:8443"),
            "_webriskops.shop.example"
        );
        assert_eq!(
            M::File.place("shop.example:8443"),
            "shop.example:8443/.well-known/webriskops-site-verification.txt"
        );
        let found = |text: &str| vec!["v=spf1 -all".to_owned(), text.to_owned()];
        assert!(is_proven(
            M::DnsTxt,
            "abc",
            &found("webriskops-site-verification=abc")
        ));
        assert!(!is_proven(M::DnsTxt, "abc", &found("abc")));
        assert!(is_proven(M::MetaTag, "abc", &found(" abc ")));
        assert!(!is_proven(M::File, "abc", &found("abcd")));
        assert!(!is_proven(M::File, "abc", &[]));
    }

    #[test]
    fn a_proof_that_holds_is_not_lost_by_looking_again() {
        use DomainStatus as D;
        assert_eq!(after_look(D::ChallengeCreated, true), D::Verified);
        assert_eq!(after_look(D::ChallengeCreated, false), D::Failed);
        assert_eq!(after_look(D::Verified, false), D::Verified);
        assert_eq!(after_challenge(D::Failed), D::ChallengeCreated);
        assert_eq!(after_challenge(D::Verified), D::Verified);
    }
}
