//! Accounts beside each other, and an agency with its clients.

use crate::error::ApiError;
use crate::facts;
use crate::store::accounts::{self, Account};
use crate::store::{agencies, checkouts, people, subscriptions};
use domain::account::PackageKey;
use domain::catalogue::catalogue;
use domain::checkout::CheckoutState;
use domain::credits::CreditType;
use domain::id::UserId;
use domain::workspace::{AccountCard, AgencyView, Pool, Standing};
use sqlx::AnyConnection;

/// Every account of a person, by name.
pub async fn cards(conn: &mut AnyConnection, user: &UserId) -> Result<Vec<AccountCard>, ApiError> {
    let mut cards = Vec::new();
    for membership in people::memberships(conn, user).await? {
        let id = &membership.account_id;
        let account = facts::account(conn, id).await?;
        let subscription = subscriptions::of_account(conn, id).await?.status;
        // Only a payment that was handed in or is reported as paid is on its way.
        let unfinished = checkouts::unfinished(conn, id).await?;
        let pending = unfinished.iter().any(|checkout| {
            checkout.state == CheckoutState::ReturnedPending || checkout.times.paid_at.is_some()
        });
        let paid_by = match &account.agency {
            Some(agency) => Some(facts::account(conn, agency).await?.account.name),
            None => None,
        };
        cards.push(AccountCard {
            projects: agencies::owned_projects(conn, id).await?,
            standing: Standing::of(
                account.billing_state,
                subscription,
                account.unresolved_invoice.is_some(),
                pending,
                &membership.credit_balance,
            ),
            account_name: membership.account_name,
            account_type: membership.account_type,
            role: membership.role,
            package_key: account.package_key,
            subscription_status: subscription,
            credit_balance: membership.credit_balance,
            paid_by,
            account_id: membership.account_id,
        });
    }
    Ok(cards)
}

/// An agency: its pool, its client slots, and what each client took in the current period.
pub async fn agency(
    conn: &mut AnyConnection,
    user: &UserId,
    account: Account,
) -> Result<AgencyView, ApiError> {
    let id = &account.account.id;
    let (period_start, period_end) = agencies::period(conn, id).await?;
    let balances = accounts::balances(conn, id).await?;
    let spent = agencies::spent_since(conn, id, period_start).await?;
    let plan = catalogue().plan(account.package_key);
    let pool = |kind: &CreditType| {
        let grants = plan.map(|item| item.grants.as_slice()).unwrap_or_default();
        let allowance = grants.iter().find(|grant| grant.credit_type == *kind);
        let spent = spent.iter().find(|(of, _)| of == kind);
        Pool {
            credit_type: *kind,
            avail: balances.of(*kind).avail,
            held: balances.of(*kind).res,
            spent: spent.map_or(0, |(_, amount)| *amount),
            allowance: allowance.map_or(0, |grant| grant.credits),
        }
    };
    Ok(AgencyView {
        pools: CreditType::ALL.iter().map(pool).collect(),
        clients: agencies::clients(conn, id, user, period_start).await?,
        slots_used: accounts::client_count(conn, id).await?,
        slots: if account.package_key == PackageKey::AgencyPlan {
            catalogue().client_slots
        } else {
            0
        },
        period_start,
        period_end,
        package_key: account.package_key,
        account: account.account,
    })
}
