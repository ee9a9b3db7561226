//! How one process tells another of a change: a line of words that both ends of the channel keep to.

use super::{Change, Live};
use domain::checkout::CheckoutState;
use domain::id::AccountId;

impl Live {
    /// A change in words for the other processes on the same database.
    pub fn in_words(&self, account: &AccountId, change: &Change) -> String {
        let what = match change {
            Change::Ledger => "ledger".to_owned(),
            Change::Billing => "billing".to_owned(),
            Change::Checkout(id, state) => format!("checkout {id} {}", state.key()),
        };
        format!("{} {account} {what}", self.origin)
    }

    /// That somebody may see less or more than before, in words.
    pub fn access_in_words(&self) -> String {
        format!("{} access", self.origin)
    }

    /// Tells the pages of this process what another one said; its own words it knows already, others it lets be.
    pub fn hear(&self, said: &str) {
        let mut words = said.split(' ');
        if words.next() == Some(&*self.origin) {
            return;
        }
        match (words.next(), words.next()) {
            (Some("access"), None) => self.access_changed(),
            (Some(account), Some(what)) => {
                let change = match what {
                    "ledger" => Some(Change::Ledger),
                    "billing" => Some(Change::Billing),
                    "checkout" => checkout(words.next(), words.next()),
                    _ => None,
                };
                if let (Ok(account), Some(change)) = (account.parse::<AccountId>(), change) {
                    self.tell(account, change);
                }
            }
            _ => {}
        }
    }
}

fn checkout(id: Option<&str>, state: Option<&str>) -> Option<Change> {
    Some(Change::Checkout(
        id?.parse().ok()?,
        CheckoutState::parse(state?)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Heard;

    #[test]
    fn what_another_process_says_reaches_the_pages_and_nothing_else_does() {
        let live = Live::default();
        let paid: AccountId = "acc_b".parse().unwrap();
        let id = "chk_aaaaaaaaaaaaaaaaaaaa".parse().unwrap();
        let confirmed = Change::Checkout(id, CheckoutState::Confirmed);
        let mut heard = live.listen();
        for said in [
            format!("{} acc_a ledger", live.origin),
            String::new(),
            "other".to_owned(),
            "other acc_a weather".to_owned(),
            "other acc_a checkout chk_a nowhere".to_owned(),
            "other acc_a ledger".to_owned(),
            Live::default().in_words(&paid, &confirmed),
        ] {
            live.hear(&said);
        }
        let ledger = Heard::Change("acc_a".parse().unwrap(), Change::Ledger);
        assert_eq!(heard.try_recv().unwrap(), ledger);
        assert_eq!(heard.try_recv().unwrap(), Heard::Change(paid, confirmed));
        assert!(heard.try_recv().is_err());
    }
}
