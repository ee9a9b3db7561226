//! The scan scope of a project: which of its pages are known, selected and accepted (docs/states.md#scope-and-domain).

mod page;

pub use page::{PageProblem, page};

use crate::audit::paths::group_of;
use crate::audit::{MOST_PAGES, SkippedPage};
use crate::errand::ErrandState;
use crate::id::{AccountId, ProjectId};
use crate::project::ScopeStatus;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Pages that may be added by hand at most.
pub const MOST_MANUAL: usize = 50;

/// What somebody accepts, letter for letter beside its checkbox.
pub const ACCEPTANCE: &str = "I accept the plan scope, assumptions, exclusions, and legal-boundary disclaimer for this automated workflow";

/// What holds of every accepted scope: its name and what it says.
pub const TERMS: [(&str, &str); 4] = [
    (
        "Plan scope",
        "Exactly the selected pages are fetched, each once a scan, as a visitor without signing in sees them. Nothing else of the site is asked for but its robots.txt.",
    ),
    (
        "Assumptions",
        "The site is public, its owner agrees to these scans, and its pages can be read without a password, a payment or a form.",
    ),
    (
        "Exclusions",
        "Sign-in, administration, account and submitting pages, other sites, private networks, and whatever robots.txt asks to leave alone.",
    ),
    (
        "Legal boundary",
        "The checks are automated and passive. They are no legal advice, no certification and no penetration test, and they cannot find everything.",
    ),
];

/// Where a scope stands, from what is selected and what was accepted last; each names its pages by one digest.
pub fn status(selected: Option<&str>, accepted: Option<&str>) -> ScopeStatus {
    match (selected, accepted) {
        (None, None) => ScopeStatus::None,
        (Some(_), None) => ScopeStatus::Selected,
        (Some(now), Some(then)) if now == then => ScopeStatus::Accepted,
        (_, Some(_)) => ScopeStatus::Stale,
    }
}

/// Pages of one part of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlGroup {
    /// What they have in common: `/`, `/about`, `/products/*`.
    pub name: String,
    /// The pages, as paths.
    pub pages: Vec<String>,
}

/// The groups that pages fall into, in the order of their first pages.
pub fn groups(pages: &[String]) -> Vec<UrlGroup> {
    let mut groups: Vec<UrlGroup> = Vec::new();
    for page in pages {
        let path = page.split('?').next().unwrap_or_default();
        let name = group_of(path);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.pages.push(page.clone()),
            None => groups.push(UrlGroup {
                name,
                pages: vec![page.clone()],
            }),
        }
    }
    groups
}

/// The pages of a selection as they are kept: each once, sorted, at most [`MOST_PAGES`]; the page and its problem when one is
/// none of the site's.
///
/// # Errors
/// The text and what is wrong with it.
pub fn selection(texts: &[String], domain: &str) -> Result<Vec<String>, (String, PageProblem)> {
    let mut pages = texts
        .iter()
        .map(|text| page(text, domain).map_err(|problem| (text.clone(), problem)))
        .collect::<Result<Vec<_>, _>>()?;
    pages.sort();
    pages.dedup();
    if pages.len() > MOST_PAGES {
        return Err((String::new(), PageProblem::TooMany));
    }
    Ok(pages)
}

/// What the site's crawl found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Discovery {
    /// Where it stands.
    pub state: ErrandState,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub failure: Option<String>,
    /// Pages that were found, as paths; those of the last crawl that succeeded.
    pub pages: Vec<String>,
    /// Addresses that were left out, with the reasons.
    pub skipped: Vec<SkippedPage>,
    /// How many more were left out than `skipped` names.
    pub skipped_more: u32,
}

/// Who accepted exactly what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Acceptance {
    /// Who.
    pub accepted_by: String,
    /// When.
    pub accepted_at: DateTime<Utc>,
    /// Exactly these pages, as paths.
    pub pages: Vec<String>,
}

/// The scope of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScopeView {
    /// The project.
    pub project_id: ProjectId,
    /// Where it stands.
    pub status: ScopeStatus,
    /// Pages that the plan allows in one scan.
    pub page_limit: i64,
    /// The name of that plan; `None` for people who are no members of the paying account.
    pub plan: Option<String>,
    /// What the site's crawl found; `None` before one was asked for.
    pub discovery: Option<Discovery>,
    /// The selected pages, as paths; those that were added by hand among them.
    pub selected: Vec<String>,
    /// The pages that were added by hand.
    pub manual: Vec<String>,
    /// Names the selection; send it along to accept exactly this one. Empty when nothing is selected.
    pub digest: String,
    /// The acceptance that counts, or the one before the selection changed.
    pub accepted: Option<Acceptance>,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}

/// Body of `POST /projects/{p}/scope/discovery`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DiscoverPages {
    /// The account that the page looks at.
    pub account_id: AccountId,
}

/// Body of `POST /projects/{p}/scope/selection`: replaces what is selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SelectScope {
    /// The account that the page looks at.
    pub account_id: AccountId,
    /// Found pages, as paths.
    pub pages: Vec<String>,
    /// Pages added by hand: whole addresses of the site, or paths.
    pub manual: Vec<String>,
}

/// Body of `POST /projects/{p}/scope/accept`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AcceptScope {
    /// The account that the page looks at.
    pub account_id: AccountId,
    /// The selection that was looked at: `digest` of the scope.
    pub digest: String,
    /// Whether the person accepts the terms.
    pub accept: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_selection_makes_the_acceptance_stale_and_the_same_one_makes_it_good_again() {
        assert_eq!(status(None, None), ScopeStatus::None);
        assert_eq!(status(Some("a"), None), ScopeStatus::Selected);
        assert_eq!(status(Some("a"), Some("a")), ScopeStatus::Accepted);
        assert_eq!(status(Some("b"), Some("a")), ScopeStatus::Stale);
        assert_eq!(status(None, Some("a")), ScopeStatus::Stale);
    }

    #[test]
    fn pages_fall_into_groups_in_the_order_they_were_found() {
        let pages = ["/", "/tea/green", "/about", "/tea/black?size=2"].map(str::to_owned);
        let found = groups(&pages);
        let names: Vec<&str> = found.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["/", "/tea/*", "/about"]);
        assert_eq!(found[1].pages, ["/tea/green", "/tea/black?size=2"]);
    }

    #[test]
    fn a_selection_has_each_page_once_and_names_what_is_none() {
        let texts = ["/b", "https://shop.example/a#top", "/b"].map(str::to_owned);
        assert_eq!(
            selection(&texts, "shop.example"),
            Ok(vec!["/a".into(), "/b".into()])
        );
        let bad = ["/a", "https://else.example/"].map(str::to_owned);
        assert_eq!(
            selection(&bad, "shop.example"),
            Err((bad[1].clone(), PageProblem::OtherHost))
        );
        let many: Vec<String> = (0..=MOST_PAGES).map(|n| format!("/{n}")).collect();
        assert_eq!(
            selection(&many, "shop.example"),
            Err((String::new(), PageProblem::TooMany))
        );
    }
}
