//! What a page takes from a message of the stream: little of it, so that little code reads it.

use super::grants::Granted;
use domain::credits::{Balance, CreditType, EntryKind};
use domain::id::{AccountId, UserId};
use serde::Deserialize;

/// A message of `GET /events` ([`domain::live::PersonEvent`]), as far as pages look at it. What is of another kind has other
/// fields, and what a newer server adds is passed over.
#[derive(Debug, Deserialize)]
pub(super) struct Heard {
    /// What it is about.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// Whose stream it is.
    pub(super) user_id: Option<UserId>,
    /// Seconds between two beats.
    pub(super) beat_seconds: Option<u32>,
    /// In which account something changed.
    pub(super) account_id: Option<AccountId>,
    change: Option<Change>,
}

/// What changed ([`domain::live::LiveEvent`]); an entry of the ledger has its fields here.
#[derive(Debug, Deserialize)]
struct Change {
    kind: Option<EntryKind>,
    credit_type: Option<CreditType>,
    amount: Option<i64>,
    after: Option<Balance>,
}

impl Heard {
    /// The credits that arrived, when people are told of that.
    pub(super) fn granted(&self) -> Option<Granted> {
        let change = self.change.as_ref()?;
        let told = matches!(change.kind?, EntryKind::Grant | EntryKind::ServiceCredit);
        told.then_some(())?;
        Some(Granted {
            credit_type: change.credit_type?,
            amount: change.amount?,
            avail: change.after?.avail,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::checkout::CheckoutState;
    use domain::id::CheckoutId;
    use domain::live::{LiveEvent, PersonEvent};

    fn heard(event: &PersonEvent) -> Heard {
        serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap()
    }

    #[test]
    fn every_message_of_the_stream_reads() {
        let user_id = UserId::parse("usr_a").unwrap();
        let account_id = AccountId::parse("acc_a").unwrap();
        let first = heard(&PersonEvent::Snapshot {
            user_id: user_id.clone(),
            beat_seconds: 10,
        });
        assert_eq!(
            (first.kind.as_str(), first.beat_seconds),
            ("snapshot", Some(10))
        );
        let beat = heard(&PersonEvent::Beat { user_id });
        assert_eq!(beat.kind, "beat");
        assert!(beat.user_id.is_some());
        assert_eq!(heard(&PersonEvent::Access { ended: true }).kind, "access");
        let checkout = LiveEvent::Checkout {
            checkout_session_id: CheckoutId::parse("chk_a").unwrap(),
            state: CheckoutState::Confirmed,
        };
        for change in [
            LiveEvent::Snapshot { ledger_seq: 1 },
            LiveEvent::Billing { changed: true },
            checkout,
        ] {
            let told = heard(&PersonEvent::Change {
                account_id: account_id.clone(),
                change: Box::new(change),
            });
            assert_eq!(told.account_id.as_ref(), Some(&account_id));
            assert_eq!(told.granted(), None);
        }
    }

    #[test]
    fn a_grant_in_the_ledger_is_news_and_other_entries_are_not() {
        let json = include_str!("../../tests/answers/billing_lantern.json");
        let view: domain::billing::BillingView = serde_json::from_str(json).unwrap();
        let mut told = 0;
        for entry in view.latest_ledger {
            let granted = heard(&PersonEvent::Change {
                account_id: view.account_id.clone(),
                change: Box::new(LiveEvent::Ledger(Box::new(entry.clone()))),
            })
            .granted();
            let news = matches!(entry.kind, EntryKind::Grant | EntryKind::ServiceCredit);
            let expected = news.then_some(Granted {
                credit_type: entry.credit_type,
                amount: entry.amount,
                avail: entry.after.avail,
            });
            assert_eq!(granted, expected);
            told += usize::from(news);
        }
        assert!(told > 0, "the answer has a grant");
    }
}
