//! `Was this page helpful?`: what readers answer, and the documentation review queue (I-31).

use super::Guide;
use crate::id::{AccountId, FeedbackId};
use crate::keyed;
use crate::role::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How many letters may tell what was missing.
pub const LONGEST_MISSING: usize = 1000;

/// What the one confirmation says (S0 to S3: `Feedback goes into the product documentation review queue`).
pub const THANKS: &str = "Thank you. Your answer is in the documentation review queue.";

keyed! {
    /// Where an answer stands in the review queue.
    pub enum FeedbackState {
        Open = "open", "Open";
        Resolved = "resolved", "Resolved";
    }
}

/// Body of `POST /guides/{section}/{name}/feedback`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GiveFeedback {
    /// Whether the page was helpful.
    pub helpful: bool,
    /// What was missing, in at most 1000 letters; nothing when it is empty.
    #[serde(default)]
    pub missing: String,
    /// Which text was read: the guide's `version`.
    pub version: String,
    /// The account in which it was read, for the reader's role; nobody's when it is absent.
    #[serde(default)]
    pub account_id: Option<AccountId>,
}

impl GiveFeedback {
    /// What was missing as it is kept, without space around it.
    pub fn missing(&self) -> &str {
        self.missing.trim()
    }

    /// What is wrong with it: where, and a sentence.
    pub fn wrong(&self) -> Option<(&'static str, &'static str)> {
        if self.missing().chars().count() > LONGEST_MISSING {
            return Some(("/missing", "Say it in at most 1000 letters."));
        }
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let version = self.version.len() == 12 && self.version.bytes().all(hex);
        (!version).then_some(("/version", "Send the version of the guide that was read."))
    }
}

/// Answer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GivenFeedback {
    /// Its name in the queue.
    pub feedback_id: FeedbackId,
}

/// An answer in the review queue. It tells nobody's name or address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FeedbackRow {
    /// Its name.
    pub feedback_id: FeedbackId,
    /// About which guide.
    pub guide: Guide,
    /// Which text of it was read.
    pub version: String,
    /// Whether that is the text of today.
    pub current: bool,
    /// The reader's role in the account they stood in; `None` for a visitor.
    pub role: Option<Role>,
    /// Whether the page was helpful.
    pub helpful: bool,
    /// What was missing; empty when nothing was said.
    pub missing: String,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// Where it stands.
    pub state: FeedbackState,
    /// Which operator resolved it.
    pub resolved_by: Option<String>,
    /// When.
    pub resolved_at: Option<DateTime<Utc>>,
}

/// A page of the review queue, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FeedbackPage {
    /// The answers.
    pub items: Vec<FeedbackRow>,
    /// The answer after which the list goes on; `None` at its end.
    pub next_cursor: Option<FeedbackId>,
    /// How many answers are open in all.
    pub open: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_or_about_no_version_is_named() {
        let given = |missing: &str, version: &str| GiveFeedback {
            helpful: false,
            missing: missing.to_owned(),
            version: version.to_owned(),
            account_id: None,
        };
        let fits = "\u{e9}".repeat(LONGEST_MISSING);
        assert_eq!(given(&fits, "0123456789ab").wrong(), None);
        assert_eq!(given(" a \n", "0123456789ab").missing(), "a");
        let long = given(&(fits + "x"), "0123456789ab").wrong();
        assert_eq!(long.map(|(place, _)| place), Some("/missing"));
        for version in ["", "0123456789a", "0123456789AB", "0123456789abc"] {
            assert_eq!(
                given("", version).wrong().map(|(place, _)| place),
                Some("/version"),
                "{version}"
            );
        }
    }
}
