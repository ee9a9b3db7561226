//! What is said aloud when credits arrive.

use domain::credits::{CreditType, EntryKind, amount_text};
use domain::ledger::Entry;

/// Whether people are told of an entry.
pub fn is_news(entry: &Entry) -> bool {
    matches!(entry.kind, EntryKind::Grant | EntryKind::ServiceCredit)
}

/// "3 automated fix credits added to Harbor Bakery. Available: 3."
pub fn grant_text(grants: &[Entry], account: &str) -> Option<String> {
    if grants.is_empty() {
        return None;
    }
    let mut text = String::new();
    for kind in CreditType::ALL {
        let of_kind: Vec<&Entry> = grants
            .iter()
            .filter(|entry| entry.credit_type == *kind)
            .collect();
        let (Some(last), sum) = (
            of_kind.last(),
            of_kind.iter().map(|entry| entry.amount).sum(),
        ) else {
            continue;
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&amount_text(sum, *kind));
        text.push_str(" added to ");
        text.push_str(account);
        text.push_str(". Available: ");
        text.push_str(&last.after.avail.to_string());
        text.push('.');
    }
    Some(text)
}
