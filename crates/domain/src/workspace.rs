//! Accounts beside each other, as a person who can open them sees them, and an agency with its clients
//! (docs/product.md#accounts, docs/product.md#agencies-and-clients).

use crate::account::{AccountRef, AccountType, BillingState, PackageKey, SubscriptionStatus};
use crate::credits::{CreditBalances, CreditType};
use crate::id::AccountId;
use crate::keyed;
use crate::role::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// The worst of what is to be said about an account, worst first.
    pub enum Standing {
        Blocked = "blocked", "Billing blocked";
        PastDue = "past_due", "Subscription past due";
        InvoiceUnresolved = "invoice_unresolved", "Invoice unresolved";
        Pending = "pending", "Payment confirmation pending";
        NothingLeft = "nothing_left", "No credits left";
        Active = "active", "Active";
    }
}

impl Standing {
    /// The worst that holds.
    pub const fn of(
        billing: BillingState,
        subscription: SubscriptionStatus,
        invoice_unresolved: bool,
        payment_pending: bool,
        balances: &CreditBalances,
    ) -> Self {
        match (billing, subscription) {
            (BillingState::Blocked | BillingState::Closed, _) => Self::Blocked,
            (BillingState::PastDue, _) | (_, SubscriptionStatus::PastDue) => Self::PastDue,
            _ if invoice_unresolved => Self::InvoiceUnresolved,
            (BillingState::PaymentPending, _) => Self::Pending,
            _ if payment_pending => Self::Pending,
            _ if balances.scan.avail == 0
                && balances.automated_fix.avail == 0
                && balances.ai.avail == 0 =>
            {
                Self::NothingLeft
            }
            _ => Self::Active,
        }
    }
}

/// An account that the person can open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountCard {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// Its kind.
    pub account_type: AccountType,
    /// The person's role in it.
    pub role: Role,
    /// Its plan.
    pub package_key: PackageKey,
    /// Its subscription.
    pub subscription_status: SubscriptionStatus,
    /// Its balances.
    pub credit_balance: CreditBalances,
    /// The agency that pays for its projects, by name.
    pub paid_by: Option<String>,
    /// How many projects it owns.
    pub projects: i64,
    /// The worst of what is to be said.
    pub standing: Standing,
}

impl AccountCard {
    /// Whether what somebody typed is in its name, kind, role, plan or standing.
    pub fn fits(&self, typed: &str) -> bool {
        let words = [
            self.account_name.as_str(),
            self.account_type.label(),
            self.role.label(),
            self.package_key.label(),
            self.standing.label(),
        ];
        let own = words.join("\n").to_lowercase();
        typed
            .to_lowercase()
            .split_whitespace()
            .all(|word| own.contains(word))
    }
}

/// Answer to `GET /accounts`: every account of the person, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountCards {
    /// The accounts.
    pub items: Vec<AccountCard>,
}

/// Credits of one type that clients took of an agency's pool in the current period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PoolUse {
    /// Held by running work.
    pub held: i64,
    /// Used by work that ended in the period.
    pub spent: i64,
}

/// One client of an agency: what it took of the pool, and nothing of its own books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ClientUse {
    /// The client.
    pub client: AccountRef,
    /// Whether the person can open its account, too.
    pub is_member: bool,
    /// Its projects that this agency pays for.
    pub projects: i64,
    /// Scan credits of the pool.
    pub scan: PoolUse,
    /// Automated fix credits of the pool.
    pub automated_fix: PoolUse,
    /// AI credits of the pool.
    pub ai: PoolUse,
}

impl ClientUse {
    /// The use of one type.
    pub const fn of_mut(&mut self, kind: CreditType) -> &mut PoolUse {
        match kind {
            CreditType::Scan => &mut self.scan,
            CreditType::AutomatedFix => &mut self.automated_fix,
            CreditType::Ai => &mut self.ai,
        }
    }
}

/// The pool of one type of credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Pool {
    /// Which credits.
    pub credit_type: CreditType,
    /// Free now.
    pub avail: i64,
    /// Held by running work.
    pub held: i64,
    /// Used in the period, by clients and the agency itself.
    pub spent: i64,
    /// What the plan brings each period.
    pub allowance: i64,
}

impl Pool {
    /// What was taken in the period beyond what the plan brings: it comes from top-ups and earlier periods.
    pub const fn overage(&self) -> i64 {
        let taken = self.spent.saturating_add(self.held);
        let over = taken.saturating_sub(self.allowance);
        if over > 0 { over } else { 0 }
    }
}

/// Answer to `GET /accounts/{account}/agency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AgencyView {
    /// The agency.
    pub account: AccountRef,
    /// Its plan.
    pub package_key: PackageKey,
    /// When the current period began; everything ever used where there is no period.
    pub period_start: Option<DateTime<Utc>>,
    /// When it ends.
    pub period_end: Option<DateTime<Utc>>,
    /// Client workspaces in use.
    pub slots_used: i64,
    /// Client workspaces covered by the plan; 0 without a plan that covers any.
    pub slots: i64,
    /// The pools.
    pub pools: Vec<Pool>,
    /// The clients, by name.
    pub clients: Vec<ClientUse>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credits::Balance;

    fn balances(avail: i64) -> CreditBalances {
        let mut balances = CreditBalances::default();
        *balances.of_mut(CreditType::Scan) = Balance {
            avail,
            res: 0,
            spent: 0,
        };
        balances
    }

    #[test]
    fn the_worst_is_told() {
        use BillingState::{Active, Blocked, PastDue};
        let of = |billing, invoice, pending, avail| {
            Standing::of(
                billing,
                SubscriptionStatus::Active,
                invoice,
                pending,
                &balances(avail),
            )
        };
        assert_eq!(of(Blocked, true, true, 0), Standing::Blocked);
        assert_eq!(of(PastDue, true, true, 0), Standing::PastDue);
        assert_eq!(of(Active, true, true, 0), Standing::InvoiceUnresolved);
        assert_eq!(of(Active, false, true, 0), Standing::Pending);
        assert_eq!(of(Active, false, false, 0), Standing::NothingLeft);
        assert_eq!(of(Active, false, false, 1), Standing::Active);
    }

    #[test]
    fn typing_finds_by_every_word() {
        let card = AccountCard {
            account_id: AccountId::parse("acc_a").unwrap(),
            account_name: "Harbor Bakery".into(),
            account_type: AccountType::Owner,
            role: Role::BillingManager,
            package_key: PackageKey::FixPlan,
            subscription_status: SubscriptionStatus::Active,
            credit_balance: CreditBalances::default(),
            paid_by: None,
            projects: 1,
            standing: Standing::PastDue,
        };
        for typed in ["", "bak", "HARBOR fix", "past due", "billing manager"] {
            assert!(card.fits(typed), "{typed}");
        }
        assert!(!card.fits("harbor agency"));
    }

    #[test]
    fn overage_is_what_goes_beyond_the_allowance() {
        let pool = |held, spent, allowance| {
            Pool {
                credit_type: CreditType::Scan,
                avail: 0,
                held,
                spent,
                allowance,
            }
            .overage()
        };
        assert_eq!([pool(1, 2, 5), pool(3, 4, 5), pool(0, 1, 0)], [0, 2, 1]);
    }
}
