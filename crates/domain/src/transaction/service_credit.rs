//! Service credits: credits given as amends for credits that were used and brought nothing. They are asked for from a
//! transaction, decided on by those who run the console, and stay in the account (docs/payments.md#service-credits).

use super::refund::RefundReason;
use super::{PaidCredits, TransactionStatus};
use crate::account::AccountRef;
use crate::credits::{CreditType, amount_text};
use crate::id::{ServiceCreditId, TransactionId};
use crate::keyed;
use crate::role::{Ability, Role};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// How far a request is.
    pub enum ServiceCreditState {
        Asked = "asked", "In review";
        Approved = "approved", "Approved";
        Rejected = "rejected", "Rejected";
    }
}

keyed! {
    /// What an operator decides.
    pub enum Decision {
        Approve = "approve", "Approve";
        Reject = "reject", "Reject";
    }
}

/// Body of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AskServiceCredit {
    /// Why.
    pub reason: RefundReason,
    /// Which credits.
    pub credit_type: CreditType,
    /// How many, at least 1.
    pub credits: i64,
}

/// A request with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceCredit {
    /// Its id.
    pub service_credit_id: ServiceCreditId,
    /// Whose.
    pub account: AccountRef,
    /// The payment whose credits were used.
    pub transaction_id: TransactionId,
    /// Why.
    pub reason: RefundReason,
    /// Which credits.
    pub credit_type: CreditType,
    /// How many.
    pub credits: i64,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// How far it is.
    pub state: ServiceCreditState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
}

/// How many credits of one type can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceCreditOffer {
    /// Which credits.
    pub credit_type: CreditType,
    /// At most so many.
    pub most: i64,
}

/// What a transaction's page says of service credits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceCredits {
    /// What can be asked for.
    pub offers: Vec<ServiceCreditOffer>,
    /// Why none can be asked for; `None` when it can.
    pub unavailable: Option<String>,
    /// What was asked for, oldest first.
    pub requests: Vec<ServiceCredit>,
}

/// The queue of those who decide, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceCreditQueue {
    /// The requests; those that wait stand first.
    pub items: Vec<ServiceCredit>,
    /// How many wait.
    pub open: i64,
}

/// What can be asked for: credits that were used, each once.
pub fn offers(paid: &[PaidCredits], requests: &[ServiceCredit]) -> Vec<ServiceCreditOffer> {
    let offer = |kind: &CreditType| {
        let of_type = paid.iter().filter(|one| one.credit_type == *kind);
        let used = of_type.fold(0_i64, |sum, one| sum.saturating_add(one.used));
        let counts = |one: &&ServiceCredit| {
            one.credit_type == *kind && one.state != ServiceCreditState::Rejected
        };
        let asked = requests.iter().filter(counts);
        let asked = asked.fold(0_i64, |sum, one| sum.saturating_add(one.credits));
        ServiceCreditOffer {
            credit_type: *kind,
            most: used.saturating_sub(asked).max(0),
        }
    };
    let all = CreditType::ALL.iter().map(offer);
    all.filter(|one| one.most > 0).collect()
}

/// Why a person with this role cannot ask; `None` when they can.
pub fn unavailable(
    status: TransactionStatus,
    role: Role,
    offers: &[ServiceCreditOffer],
) -> Option<String> {
    let why = if status != TransactionStatus::Completed {
        "Only credits of a confirmed payment can be made good."
    } else if offers.is_empty() {
        "No credit of this payment was used without being asked for already. What is not used can be refunded."
    } else if !role.can(Ability::ManageRenewal) {
        let holders = Ability::ManageRenewal.holders();
        let label = role.label();
        return Some(format!(
            "Your role is {label}. Ask {holders} to ask for a service credit."
        ));
    } else {
        return None;
    };
    Some(why.to_owned())
}

/// Whether a request fits what is offered.
///
/// # Errors
/// A sentence for people.
pub fn fits(ask: &AskServiceCredit, offers: &[ServiceCreditOffer]) -> Result<(), String> {
    let offer = offers.iter().find(|one| one.credit_type == ask.credit_type);
    let most = offer.map_or(0, |one| one.most);
    if (1..=most).contains(&ask.credits) {
        return Ok(());
    }
    let most = amount_text(most, ask.credit_type);
    Err(format!("At least 1 and at most {most} can be asked for."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::AccountId;

    fn paid(used: i64) -> Vec<PaidCredits> {
        vec![PaidCredits {
            credit_type: CreditType::Scan,
            brought: 9,
            avail: 9 - used,
            held: 0,
            used,
            taken_back: 0,
            expired: 0,
            owed: 0,
        }]
    }

    fn request(credits: i64, state: ServiceCreditState) -> ServiceCredit {
        ServiceCredit {
            service_credit_id: ServiceCreditId::parse("svc_a").unwrap(),
            account: AccountRef {
                id: AccountId::parse("acc_a").unwrap(),
                name: "A".into(),
            },
            transaction_id: TransactionId::parse("txn_a").unwrap(),
            reason: RefundReason::QualityGateBlocked,
            credit_type: CreditType::Scan,
            credits,
            asked_by: "Dana".into(),
            asked_at: DateTime::UNIX_EPOCH,
            state,
            decided_by: None,
            decided_at: None,
        }
    }

    #[test]
    fn each_used_credit_is_made_good_once() {
        use ServiceCreditState::{Approved, Asked, Rejected};
        let most = |used, requests: &[ServiceCredit]| {
            let offers = offers(&paid(used), requests);
            offers.first().map_or(0, |one| one.most)
        };
        assert_eq!(most(0, &[]), 0);
        assert_eq!(most(3, &[]), 3);
        assert_eq!(most(3, &[request(1, Asked), request(1, Approved)]), 1);
        assert_eq!(most(3, &[request(3, Rejected)]), 3);
        assert_eq!(most(3, &[request(3, Approved)]), 0);
    }

    #[test]
    fn who_may_ask_and_for_how_many() {
        let offers = offers(&paid(2), &[]);
        let ask = |credit_type, credits| AskServiceCredit {
            reason: RefundReason::QualityGateBlocked,
            credit_type,
            credits,
        };
        assert!(fits(&ask(CreditType::Scan, 2), &offers).is_ok());
        for (kind, credits) in [
            (CreditType::Scan, 0),
            (CreditType::Scan, 3),
            (CreditType::Scan, -1),
            (CreditType::Ai, 1),
        ] {
            assert!(fits(&ask(kind, credits), &offers).is_err());
        }
        let done = TransactionStatus::Completed;
        assert_eq!(unavailable(done, Role::BillingManager, &offers), None);
        assert!(unavailable(done, Role::Admin, &offers).is_some());
        assert!(unavailable(done, Role::Owner, &[]).is_some());
        assert!(unavailable(TransactionStatus::Paid, Role::Owner, &offers).is_some());
    }
}
