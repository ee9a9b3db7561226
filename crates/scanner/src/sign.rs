//! What a check sees on one page.

use url::Url;

/// One sign of an issue on one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// What tells this issue from others of the same check: nothing for the whole site, a group of pages, a name.
    pub subject: String,
    /// Said after the title, where the check finds things that have a name.
    pub name: Option<String>,
    /// What was seen, raw.
    pub seen: String,
}

impl Sign {
    /// Of the whole site: one issue, on however many pages.
    pub fn site(seen: impl Into<String>) -> Self {
        Self {
            subject: String::new(),
            name: None,
            seen: seen.into(),
        }
    }

    /// Of pages of one kind: one issue a group.
    pub fn group(url: &Url, seen: impl Into<String>) -> Self {
        Self {
            subject: domain::audit::paths::group_of(url.path()),
            name: None,
            seen: seen.into(),
        }
    }

    /// Of something with a name: one issue a name.
    pub fn named(name: impl Into<String>, seen: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            subject: name.clone(),
            name: Some(name),
            seen: seen.into(),
        }
    }
}
