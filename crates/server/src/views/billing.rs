//! The billing page: one consistent read of everything an account can use, waits for or is blocked by.

mod cards;
pub(super) mod status;

use super::transaction::second_plan;
use super::{checkout, plan_change, usage};
use crate::error::ApiError;
use crate::facts::account;
use crate::ledger;
use crate::paddle::events::money_text;
use crate::state::AppState;
use crate::store::accounts::{self, Account};
use crate::store::{checkouts, maybe_moment, subscriptions, transactions};
use cards::CardContext;
use domain::Timestamp;
use domain::account::{
    AccountType, BillingState, MonitoringStatus, PackageKey, SubscriptionStatus,
};
use domain::billing::{AgencyAllowance, AvailableCredits, BillingView};
use domain::catalogue::{Card, ItemKind, catalogue};
use domain::credits::{CreditBalances, CreditType};
use domain::id::UserId;
use domain::link::Origin;
use domain::past_due::PastDue;
use domain::plan_change::allowance;
use domain::role::Role;
use domain::ways::{Stock, ways};
use sqlx::AnyConnection;

pub use cards::card_for;

/// How many entries the page shows; the whole ledger has its own page.
const LATEST: i64 = 8;

/// Builds the page for a person with this role.
pub async fn view(
    state: &AppState,
    conn: &mut AnyConnection,
    (user, role): (&UserId, Role),
    account: Account,
    origin: Option<&Origin>,
    now: Timestamp,
) -> Result<BillingView, ApiError> {
    let id = account.account.id.clone();
    let balances = accounts::balances(conn, &id).await?;
    let sources = accounts::sources(conn, &id).await?;
    let subscription = subscriptions::of_account(conn, &id).await?;
    let unfinished = checkouts::unfinished(conn, &id).await?;
    let mut open_checkouts = Vec::with_capacity(unfinished.len());
    for session in &unfinished {
        open_checkouts.push(checkout::view(state, conn, session, role, now).await?);
    }
    let (standing, _) = plan_change::standing(conn, &account, &subscription, now).await?;
    let context = CardContext {
        account: &account,
        standing,
        subscription: &subscription,
        unfinished: &unfinished,
        role,
        sources,
        balances,
        project: cards::project_of(conn, &id, origin).await?,
        usable: cards::usable(conn, &id).await?,
    };
    let cards = context.cards(conn).await?;
    let renews_at = subscription.ends_while(SubscriptionStatus::Active);
    let mut credit_ways = Vec::with_capacity(CreditType::ALL.len());
    for kind in CreditType::ALL {
        let stock = Stock {
            package: account.package_key,
            avail: balances.of(*kind).avail,
            ever_granted: accounts::ever_granted(conn, &id, *kind).await?,
            cards: &cards,
            renews_at,
        };
        credit_ways.push(ways(*kind, &stock));
    }
    let payment_provider = status::provider(state, conn, &cards, &unfinished).await?;
    let (plans, top_ups): (Vec<Card>, Vec<Card>) = cards
        .into_iter()
        .partition(|card| card.kind == ItemKind::Plan);
    let account_reasons = status::reasons(&account, subscription.status, &balances);
    let monitored =
        account.package_key.includes_monitoring() && account.billing_state == BillingState::Active;
    Ok(BillingView {
        selected_package_key: status::selected_package(origin, account.package_key),
        package_entitlement_status: status::entitlement(&account, &unfinished),
        billing_state: account.billing_state,
        subscription_status: subscription.status,
        payment_status: status::payment(conn, &account, &unfinished).await?,
        monitoring_entitlement_status: if monitored {
            MonitoringStatus::Active
        } else {
            MonitoringStatus::Inactive
        },
        credit_balance: balances,
        remaining_fix_credits: balances.automated_fix.avail,
        ai_credit_balance: balances.ai.avail,
        available_credits: AvailableCredits {
            scan: balances.scan.avail,
            automated_fix: balances.automated_fix.avail,
            ai: balances.ai.avail,
        },
        plan_credits: plan_credits(account.package_key),
        credit_sources: sources,
        agency_allowance: agency_allowance(conn, &account, &balances).await?,
        payer_name: payer_name(conn, &account).await?,
        second_plans: second_plan::open(conn, &id).await?,
        past_due: past_due(conn, &account, subscription.status).await?,
        next_package_key: standing.next,
        plan_change_waiting: standing.waiting,
        payment_provider,
        holds: ledger::open_holds(conn, &id).await?,
        project_usage: usage::of(conn, user, &account).await?,
        latest_ledger: ledger::latest(conn, &account.account, LATEST).await?,
        ledger_seq: account.ledger_seq,
        credit_ways,
        renews_at,
        trial_ends_at: subscription.ends_while(SubscriptionStatus::Trialing),
        ends_at: subscription.ends_while(SubscriptionStatus::CancellationScheduled),
        summary: status::summary(&account, &balances, &open_checkouts, &account_reasons),
        account_reasons,
        open_checkouts,
        plans,
        top_ups,
        account_id: id,
        account_name: account.account.name,
        account_type: account.account_type,
        billing_email: account.billing_email,
        role,
        package_key: account.package_key,
        as_of: now,
    })
}

/// What the plan brings at each renewal, from the catalogue.
fn plan_credits(package: PackageKey) -> AvailableCredits {
    AvailableCredits {
        scan: allowance(package, CreditType::Scan),
        automated_fix: allowance(package, CreditType::AutomatedFix),
        ai: allowance(package, CreditType::Ai),
    }
}

/// What is due, while the subscription is past due.
async fn past_due(
    conn: &mut AnyConnection,
    account: &Account,
    status: SubscriptionStatus,
) -> Result<Option<PastDue>, ApiError> {
    if status != SubscriptionStatus::PastDue {
        return Ok(None);
    }
    let bill = transactions::past_due(conn, &account.account.id).await?;
    let Some(bill) = bill else {
        return Ok(Some(PastDue::new(None, None)));
    };
    let amount = money_text(&bill.grand_total, &bill.currency_code);
    Ok(Some(PastDue::new(amount, maybe_moment(bill.billed_at)?)))
}

async fn agency_allowance(
    conn: &mut AnyConnection,
    account: &Account,
    balances: &CreditBalances,
) -> Result<Option<AgencyAllowance>, ApiError> {
    if account.account_type != AccountType::Agency {
        return Ok(None);
    }
    Ok(Some(AgencyAllowance {
        scan_pool_avail: balances.scan.avail,
        fix_pool_avail: balances.automated_fix.avail,
        client_slots_used: accounts::client_count(conn, &account.account.id).await?,
        client_slots: catalogue().client_slots,
    }))
}

async fn payer_name(
    conn: &mut AnyConnection,
    client: &Account,
) -> Result<Option<String>, ApiError> {
    let Some(agency) = &client.agency else {
        return Ok(None);
    };
    Ok(Some(account(conn, agency).await?.account.name))
}
