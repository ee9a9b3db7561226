//! What is said aloud when credits arrive.

use domain::credits::{CreditType, amount_text};

/// Credits that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Granted {
    /// Of which type.
    pub(super) credit_type: CreditType,
    /// How many.
    pub(super) amount: i64,
    /// `Avail` of the type afterwards.
    pub(super) avail: i64,
}

/// "3 automated fix credits added to Harbor Bakery. Available: 3."
pub(super) fn grant_text(grants: &[Granted], account: &str) -> Option<String> {
    if grants.is_empty() {
        return None;
    }
    let mut text = String::new();
    for kind in CreditType::ALL {
        let of_kind: Vec<&Granted> = grants
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
        text.push_str(&last.avail.to_string());
        text.push('.');
    }
    Some(text)
}
