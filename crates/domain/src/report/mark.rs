//! What a person says of findings: to be reviewed, or false positives. Marked findings are no fix work until the mark is taken back.

use super::Ineligible;
use crate::id::{AccountId, FindingId};
use crate::keyed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// What is said of findings.
    pub enum FindingMark {
        NeedsReview = "needs_review", "Needs review";
        FalsePositive = "false_positive", "Mark false positive";
        None = "none", "Take the mark back";
    }
}

impl FindingMark {
    /// Why a finding with this mark cannot become fix work.
    pub const fn ineligible(self) -> Option<Ineligible> {
        match self {
            Self::NeedsReview => Some(Ineligible::NeedsReview),
            Self::FalsePositive => Some(Ineligible::FalsePositive),
            Self::None => None,
        }
    }

    /// Whether a finding that stands like this takes the mark: what the scan itself left out stays as it is, and so does
    /// what is in work.
    pub const fn fits(self, ineligible: Option<Ineligible>, marked: bool) -> bool {
        match (self, ineligible) {
            (Self::None, _) | (_, Some(_)) => marked,
            (_, None) => true,
        }
    }
}

/// Who marked a finding, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Marked {
    /// By name.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Body of `POST /reports/{r}/finding-marks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MarkFindings {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
    /// Which findings, 1 to 50.
    pub finding_ids: Vec<FindingId>,
    /// What is said of them.
    pub mark: FindingMark,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_fix_work_is_marked_and_only_a_persons_mark_is_taken_back() {
        for mark in [FindingMark::NeedsReview, FindingMark::FalsePositive] {
            assert!(mark.fits(None, false));
            assert!(mark.fits(Some(Ineligible::NeedsReview), true));
            assert!(!mark.fits(Some(Ineligible::MissingEvidence), false));
            assert!(!mark.fits(Some(Ineligible::HasTask), false));
        }
        assert!(!FindingMark::None.fits(Some(Ineligible::FalsePositive), false));
        assert!(FindingMark::None.fits(Some(Ineligible::FalsePositive), true));
    }
}
