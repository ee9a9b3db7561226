//! Notices: what happened to an account that those who pay for it should know, once each, until they have read it.

use crate::account::AccountRef;
use crate::credits::CreditType;
use crate::id::NoticeId;
use crate::keyed;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// What happened.
    pub enum NoticeKind {
        CreditsLow = "credits_low", "Credits are running low";
        CreditsUsedUp = "credits_used_up", "Credits are used up";
        CreditsEnding = "credits_ending", "Credits end soon";
        PaymentFailed = "payment_failed", "A payment failed";
        CardEnding = "card_ending", "A card is about to expire";
    }
}

/// How long before its end a card is spoken of: the whole of its last month, wherever it is still that month.
pub const CARD_ENDS_SOON: TimeDelta = TimeDelta::days(33);

/// What a notice says of a card that can be charged until the moment.
pub fn card_sentence(ends_at: DateTime<Utc>) -> String {
    // The end lies in the month after the one that stands on the card.
    let last = ends_at - TimeDelta::days(2);
    format!(
        "The card that pays for the plan expires at the end of {}. Change the payment method before the plan renews.",
        last.format("%B %Y")
    )
}

/// `Avail` at and below which credits of a type run low: a fifth of what the plan brings each period, and 1 at least.
pub fn threshold(allowance: i64) -> i64 {
    (allowance / 5).max(1)
}

/// What a change of `Avail` crosses on its way down; nothing on its way up, and nothing twice before it was up again.
pub fn crossed(before: i64, after: i64, allowance: i64) -> Option<NoticeKind> {
    let low = threshold(allowance);
    if before > 0 && after <= 0 {
        Some(NoticeKind::CreditsUsedUp)
    } else if before > low && after <= low {
        Some(NoticeKind::CreditsLow)
    } else {
        None
    }
}

/// What a notice says of credits.
pub fn credits_sentence(kind: NoticeKind, credit_type: CreditType, left: i64) -> String {
    let name = credit_type.label();
    match kind {
        NoticeKind::CreditsUsedUp => {
            format!("{name}: none are available. What takes one cannot start.")
        }
        NoticeKind::CreditsEnding => {
            format!("{name}: {left} of the plan's credits end with their period.")
        }
        _ => format!("{name}: {left} left."),
    }
}

/// A notice to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notice {
    /// Its id.
    pub notice_id: NoticeId,
    /// Which account it is about.
    pub account: AccountRef,
    /// What happened.
    pub kind: NoticeKind,
    /// The same in a sentence, as it was then.
    pub sentence: String,
    /// Where something can be done about it.
    pub href: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When it ends or is due, where that is another moment.
    pub until: Option<DateTime<Utc>>,
}

/// Answer to `GET /notices`: what this person has not read yet, the newest first, 100 at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NoticeList {
    /// The notices.
    pub items: Vec<Notice>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_balance_that_goes_down_crosses_each_threshold_once() {
        use NoticeKind as K;
        assert_eq!(threshold(0), 1);
        assert_eq!(threshold(50), 10);
        assert_eq!(crossed(3, 2, 5), None);
        assert_eq!(crossed(2, 1, 5), Some(K::CreditsLow));
        assert_eq!(crossed(1, 0, 5), Some(K::CreditsUsedUp));
        assert_eq!(crossed(0, 0, 5), None);
        assert_eq!(crossed(0, 7, 5), None);
        assert_eq!(crossed(11, 0, 50), Some(K::CreditsUsedUp));
    }

    #[test]
    fn a_card_is_named_by_the_month_that_stands_on_it() {
        let ends = "2027-01-01T12:00:00Z".parse().unwrap();
        assert!(card_sentence(ends).contains("at the end of December 2026."));
    }

    proptest! {
        #[test]
        fn going_down_step_by_step_says_low_once_and_used_up_once(start in 0i64..60, allowance in 0i64..60) {
            let steps = (0..start).rev().filter_map(|after| crossed(after + 1, after, allowance));
            let said: Vec<NoticeKind> = steps.collect();
            let low = said.iter().filter(|kind| **kind == NoticeKind::CreditsLow).count();
            prop_assert_eq!(low, usize::from(start > threshold(allowance)));
            let out = said.iter().filter(|kind| **kind == NoticeKind::CreditsUsedUp).count();
            prop_assert_eq!(out, usize::from(start > 0));
        }
    }
}
