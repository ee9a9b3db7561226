//! The billing page's answer: what an account can use, what is on its way and what is in the way (docs/product.md#billing).

use crate::account::{
    AccountType, BillingState, EntitlementStatus, MonitoringStatus, PackageKey, PaymentStatus,
    SubscriptionStatus,
};
use crate::catalogue::Card;
use crate::checkout::CheckoutView;
use crate::credits::{CreditBalances, CreditType, Owed};
use crate::id::{AccountId, ProjectId};
use crate::ledger::{Entry, Hold};
use crate::past_due::PastDue;
use crate::plan_change::PlanWish;
use crate::project::{ServiceBadge, ServiceKind};
use crate::reason::Reason;
use crate::role::Role;
use crate::second_plan::SecondPlan;
use crate::ways::CreditWays;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Why billing is blocked, what is owed and how it ends, for the sentence of the reason. Somebody who may not see what is
/// owed reads only where it is resolved.
pub fn blocked_detail(state: BillingState, owed: &Owed) -> String {
    if state == BillingState::Closed {
        return "the account is closed".to_owned();
    }
    if owed.is_none() {
        return "a disputed payment has to be resolved there first".to_owned();
    }
    let owed = owed.text();
    format!(
        "a payment was disputed at the bank after its credits were used, and {owed} are owed. \
         It opens by itself when {owed} are granted, by a top-up or a renewal, or when the dispute is won"
    )
}

/// `Available credits`: the figures that gates check (S1-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AvailableCredits {
    /// Scan credits.
    pub scan: i64,
    /// Automated fix credits.
    pub automated_fix: i64,
    /// AI credits.
    pub ai: i64,
}

impl AvailableCredits {
    /// The credits of one type.
    pub const fn of(&self, credit_type: CreditType) -> i64 {
        match credit_type {
            CreditType::Scan => self.scan,
            CreditType::AutomatedFix => self.automated_fix,
            CreditType::Ai => self.ai,
        }
    }
}

/// The available credits of one type that end next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EndingCredits {
    /// How many, at least 1.
    pub credits: i64,
    /// When what is left of them expires.
    pub at: DateTime<Utc>,
}

impl EndingCredits {
    /// Whether they end within [`ENDS_SOON`], seen at this moment.
    pub fn is_soon(&self, now: DateTime<Utc>) -> bool {
        self.at - now <= ENDS_SOON
    }
}

/// How long before their end credits are pointed out.
pub const ENDS_SOON: TimeDelta = TimeDelta::days(7);

/// Where available credits of one type came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AvailSources {
    /// From the plan; drawn first.
    pub plan: i64,
    /// From top-ups and everything else.
    pub other: i64,
    /// Those that end next, if any do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<EndingCredits>,
}

/// Where the available credits of each type came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreditSources {
    /// Scan credits.
    pub scan: AvailSources,
    /// Automated fix credits.
    pub automated_fix: AvailSources,
    /// AI credits.
    pub ai: AvailSources,
}

impl CreditSources {
    /// Where those of one type came from.
    pub const fn of(&self, credit_type: CreditType) -> AvailSources {
        match credit_type {
            CreditType::Scan => self.scan,
            CreditType::AutomatedFix => self.automated_fix,
            CreditType::Ai => self.ai,
        }
    }
}

/// Whether the payment provider is ready (S3-6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderStatus {
    /// `paddle`.
    pub name: String,
    /// Whether checkout can open for at least one item of this account.
    pub checkout_ready: bool,
    /// What keeps it from opening.
    pub checkout_message: String,
    /// Whether confirmations can arrive.
    pub webhook_ready: bool,
    /// How it stands with confirmations.
    pub webhook_message: String,
    /// When the last confirmation of the provider arrived, for any account.
    pub last_event_at: Option<DateTime<Utc>>,
    /// This account's payments that wait for confirmation.
    pub pending_payments: i64,
    /// Since when the one waits that has waited longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_since: Option<DateTime<Utc>>,
}

/// Answer to `POST /accounts/{a}/payment-provider/ask`: what asking the provider found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AskedProvider {
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Ledger entries of the account that were written meanwhile.
    pub entries: i64,
    /// What was asked, what it found and what it changed, in sentences.
    pub message: String,
}

/// What an agency's clients may use (S3-7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AgencyAllowance {
    /// Pooled scan credits that are free.
    pub scan_pool_avail: i64,
    /// Pooled fix credits that are free.
    pub fix_pool_avail: i64,
    /// Client workspaces in use.
    pub client_slots_used: i64,
    /// Client workspaces covered.
    pub client_slots: i64,
}

/// A service of a project that depends on this account's coverage (S3-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UsageRow {
    /// The project.
    pub project_id: ProjectId,
    /// Its name.
    pub project_name: String,
    /// Its site.
    pub domain: String,
    /// Who owns it.
    pub owner_name: String,
    /// Who pays for it.
    pub payer_name: String,
    /// Which service.
    pub service: ServiceKind,
    /// Its state.
    pub badge: ServiceBadge,
    /// What is in the way.
    pub reason: Option<Reason>,
}

/// Everything the billing page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BillingView {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// Its kind.
    pub account_type: AccountType,
    /// Where invoices go.
    pub billing_email: String,
    /// This person's role.
    pub role: Role,
    /// The plan.
    pub package_key: PackageKey,
    /// The plan that a block asks for.
    pub selected_package_key: Option<PackageKey>,
    /// The lower plan from the next renewal on, when one was chosen.
    pub next_package_key: Option<PackageKey>,
    /// A change of plan that was asked for and is not confirmed yet.
    pub plan_change_waiting: Option<PlanWish>,
    /// Whether the plan is in force.
    pub package_entitlement_status: EntitlementStatus,
    /// Whether billing lets paid work start.
    pub billing_state: BillingState,
    /// The subscription.
    pub subscription_status: SubscriptionStatus,
    /// The latest payment.
    pub payment_status: PaymentStatus,
    /// Whether monitoring is covered.
    pub monitoring_entitlement_status: MonitoringStatus,
    /// Avail, Res and Spent of each type.
    pub credit_balance: CreditBalances,
    /// Automated fix credits that are free.
    pub remaining_fix_credits: i64,
    /// AI credits that are free.
    pub ai_credit_balance: i64,
    /// The figures that gates check.
    pub available_credits: AvailableCredits,
    /// What the plan brings at each renewal.
    pub plan_credits: AvailableCredits,
    /// Where they came from.
    pub credit_sources: CreditSources,
    /// What clears each type when it is used up.
    pub credit_ways: Vec<CreditWays>,
    /// For agencies.
    pub agency_allowance: Option<AgencyAllowance>,
    /// The agency that pays for this account's projects, by name.
    #[serde(rename = "paid_by")]
    pub payer_name: Option<String>,
    /// The payment provider.
    pub payment_provider: ProviderStatus,
    /// Holds that have not ended.
    pub holds: Vec<Hold>,
    /// Checkout sessions that have not ended, newest first.
    pub open_checkouts: Vec<CheckoutView>,
    /// Services that depend on coverage.
    pub project_usage: Vec<UsageRow>,
    /// The plan ladder.
    pub plans: Vec<Card>,
    /// The top-ups.
    pub top_ups: Vec<Card>,
    /// The newest ledger entries.
    pub latest_ledger: Vec<Entry>,
    /// The number of the newest ledger entry.
    pub ledger_seq: i64,
    /// When the plan renews.
    pub renews_at: Option<DateTime<Utc>>,
    /// When the approved trial ends, while the plan is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_ends_at: Option<DateTime<Utc>>,
    /// When the plan ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// Plans that were paid beside the one that ran, until they have ended and their payments are returned.
    pub second_plans: Vec<SecondPlan>,
    /// What is due, while the subscription is past due.
    pub past_due: Option<PastDue>,
    /// What blocks all paid work of this account, if anything.
    pub account_reasons: Vec<Reason>,
    /// One sentence that says how the account stands.
    pub summary: String,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}
