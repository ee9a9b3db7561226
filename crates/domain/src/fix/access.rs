//! Connected access: the repository of a project, what may be read and written there, and who granted or revoked it (S0-36).

use crate::id::AccountId;
use crate::keyed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Characters of a repository's name at most.
pub const LONGEST_REPOSITORY: usize = 200;
/// Characters of a branch's name at most.
pub const LONGEST_BRANCH: usize = 100;

keyed! {
    /// Where a repository is.
    pub enum RepositoryProvider {
        Git = "git", "Git repository on this server";
        GitHub = "github", "GitHub";
    }
}

keyed! {
    /// How connected access stands.
    pub enum AccessStatus {
        None = "none", "Not connected";
        Requested = "requested", "Requested, not granted";
        Granted = "granted", "Granted";
        Revoked = "revoked", "Revoked";
    }
}

/// What the access is for, and nothing else, in sentences.
pub const REQUIRED_SCOPES: [&str; 3] = [
    "Read the base branch",
    "Write branches that begin with webriskops/, after a patch was approved",
    "Open pull requests into the base branch; never merge them",
];

/// The file of the base branch that shows to whom a repository belongs; it holds the line of its project and nothing else.
pub const PROOF_FILE: &str = ".webriskops-verification";

/// Whether what stands in [`PROOF_FILE`] is the line of this project.
pub fn is_proven(token: &str, found: &str) -> bool {
    !token.is_empty() && found.trim() == token
}

/// What shows that the repository belongs to those who connect it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RepositoryProof {
    /// The file of the base branch.
    pub file: String,
    /// The line that it holds.
    pub text: String,
}

/// A provider and whether it can be connected here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderOffer {
    /// Which.
    pub provider: RepositoryProvider,
    /// Why it cannot be connected; `None` when it can.
    pub unavailable: Option<String>,
}

/// Connected access of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccessView {
    /// How it stands.
    pub connected_access_status: AccessStatus,
    /// What it is for.
    pub required_scopes: Vec<String>,
    /// What was granted, in a sentence; only while it is.
    pub approved_scope: Option<String>,
    /// Where the repository is.
    pub repository_provider: Option<RepositoryProvider>,
    /// Which repository.
    pub repository_id: Option<String>,
    /// Into which branch pull requests go.
    pub base_branch: Option<String>,
    /// What to commit before it can be granted; only while that waits.
    pub proof: Option<RepositoryProof>,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// When.
    pub requested_at: Option<DateTime<Utc>>,
    /// Who granted it.
    pub granted_by: Option<String>,
    /// When.
    pub granted_at: Option<DateTime<Utc>>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
    /// When.
    pub revoked_at: Option<DateTime<Utc>>,
    /// What can be connected here.
    pub offers: Vec<ProviderOffer>,
    /// Why this person cannot change it; `None` when they can.
    pub unavailable: Option<String>,
}

/// Body of `POST /projects/{p}/access`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RequestAccess {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
    /// Where the repository is.
    pub provider: RepositoryProvider,
    /// Which repository: `owner/name` at GitHub, a path below the server's folder of repositories otherwise.
    pub repository_id: String,
    /// Into which branch pull requests go.
    pub base_branch: String,
}

/// Body of `POST /projects/{p}/access/{grant|revoke}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DecideAccess {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
}

impl RequestAccess {
    /// What does not fit, as field and sentence; `None` when all of it fits.
    pub fn fault(&self) -> Option<(&'static str, &'static str)> {
        if !is_path(&self.repository_id, LONGEST_REPOSITORY) {
            return Some((
                "/repository_id",
                "Name the repository with letters, digits, dots, hyphens and underscores between slashes.",
            ));
        }
        let parts = self.repository_id.split('/').count();
        if self.provider == RepositoryProvider::GitHub && parts != 2 {
            return Some(("/repository_id", "At GitHub a repository is owner/name."));
        }
        if !is_path(&self.base_branch, LONGEST_BRANCH) {
            return Some((
                "/base_branch",
                "Name the branch with letters, digits, dots, hyphens and underscores between slashes.",
            ));
        }
        None
    }
}

/// Plain names between slashes, none of which begins with a dot or a hyphen: no way out of a folder, no option of a program.
pub fn is_path(text: &str, longest: usize) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && !part.ends_with('.')
            && !part.to_ascii_lowercase().ends_with(".lock")
            && !part.contains("..")
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    text.len() <= longest && text.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_proven_by_the_whole_line_of_its_project() {
        assert!(is_proven("abc", "abc\n") && is_proven("abc", " abc"));
        assert!(!is_proven("abc", "abcd") && !is_proven("abc", "") && !is_proven("", ""));
    }

    #[test]
    fn a_name_never_leads_out_of_its_folder() {
        for good in ["theme", "northwind/theme.git", "feature/x-1_2"] {
            assert!(is_path(good, 50), "{good}");
        }
        for bad in [
            "", "/etc", "a//b", "../b", "a/../b", "a/.git", "-x", "a b", "a\\b", "a/", "x.lock",
            "a..b", "é",
        ] {
            assert!(!is_path(bad, 50), "{bad}");
        }
        assert!(!is_path(&"a".repeat(51), 50));
    }
}
