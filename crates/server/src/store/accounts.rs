//! Accounts with their balances, subscription and prices.

use super::{StoreError, id, keyed, maybe_moment};
use domain::Timestamp;
use domain::account::{AccountRef, AccountType, BillingState, PackageKey, SubscriptionStatus};
use domain::billing::{AvailSources, CreditSources};
use domain::credits::{Balance, CreditBalances, CreditType};
use domain::id::AccountId;
use sqlx::{Row, SqliteConnection};

/// An account as stored.
#[derive(Clone, Debug)]
pub struct Account {
    /// Id and name.
    pub account: AccountRef,
    /// Its kind.
    pub account_type: AccountType,
    /// Where invoices go.
    pub billing_email: String,
    /// Its plan.
    pub package_key: PackageKey,
    /// Whether billing lets paid work start.
    pub billing_state: BillingState,
    /// The prices it buys from.
    pub price_list: String,
    /// The agency whose client it is.
    pub agency: Option<AccountId>,
    /// The number of its newest ledger entry.
    pub ledger_seq: i64,
}

/// Loads an account.
pub async fn load(
    conn: &mut SqliteConnection,
    account: &AccountId,
) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query("SELECT * FROM accounts WHERE id = $1")
        .bind(account.as_str())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let agency: Option<String> = row.try_get("agency_account_id")?;
    Ok(Some(Account {
        account: AccountRef {
            id: account.clone(),
            name: row.try_get("name")?,
        },
        account_type: keyed(
            "account type",
            row.try_get("account_type")?,
            AccountType::parse,
        )?,
        billing_email: row.try_get("billing_email")?,
        package_key: keyed("package", row.try_get("package_key")?, PackageKey::parse)?,
        billing_state: keyed(
            "billing state",
            row.try_get("billing_state")?,
            BillingState::parse,
        )?,
        price_list: row.try_get("price_list")?,
        agency: agency
            .as_deref()
            .map(|text| id("account", text))
            .transpose()?,
        ledger_seq: row.try_get("ledger_seq")?,
    }))
}

/// The balances of all types; zeros where nothing ever happened.
pub async fn balances(
    conn: &mut SqliteConnection,
    account: &AccountId,
) -> Result<CreditBalances, StoreError> {
    let rows = sqlx::query(
        "SELECT credit_type, avail, res, spent FROM credit_balances WHERE account_id = $1",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    let mut balances = CreditBalances::default();
    for row in &rows {
        let kind = keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?;
        *balances.of_mut(kind) = Balance {
            avail: row.try_get("avail")?,
            res: row.try_get("res")?,
            spent: row.try_get("spent")?,
        };
    }
    Ok(balances)
}

/// Whether credits of this type were ever granted.
pub async fn ever_granted(
    conn: &mut SqliteConnection,
    account: &AccountId,
    kind: CreditType,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM credit_lots WHERE account_id = $1 AND credit_type = $2)",
    )
    .bind(account.as_str())
    .bind(kind.key())
    .fetch_one(conn)
    .await
}

/// Where the free credits came from.
pub async fn sources(
    conn: &mut SqliteConnection,
    account: &AccountId,
) -> Result<CreditSources, StoreError> {
    let rows = sqlx::query(
        "SELECT credit_type, sum(CASE WHEN source = 'plan_period' THEN avail ELSE 0 END) AS plan, \
         sum(CASE WHEN source = 'plan_period' THEN 0 ELSE avail END) AS other FROM credit_lots WHERE account_id = $1 GROUP BY credit_type",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    let mut sources = CreditSources::default();
    for row in &rows {
        let found = AvailSources {
            plan: row.try_get("plan")?,
            other: row.try_get("other")?,
        };
        match keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )? {
            CreditType::Scan => sources.scan = found,
            CreditType::AutomatedFix => sources.automated_fix = found,
            CreditType::Ai => sources.ai = found,
        }
    }
    Ok(sources)
}

/// The subscription as its badge says it.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Its state.
    pub status: SubscriptionStatus,
    /// End of the current period.
    pub period_end: Option<Timestamp>,
}

/// The account's newest subscription.
pub async fn subscription(
    conn: &mut SqliteConnection,
    account: &AccountId,
) -> Result<Subscription, StoreError> {
    let row = sqlx::query(
        "SELECT status, scheduled_action, period_end FROM paddle_subscriptions WHERE account_id = $1 \
         ORDER BY status = 'canceled', state_at DESC LIMIT 1",
    )
    .bind(account.as_str())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(Subscription {
            status: SubscriptionStatus::None,
            period_end: None,
        });
    };
    let status: String = row.try_get("status")?;
    let scheduled: Option<String> = row.try_get("scheduled_action")?;
    let status = match (status.as_str(), scheduled.as_deref()) {
        ("past_due", _) => SubscriptionStatus::PastDue,
        ("canceled" | "paused", _) => SubscriptionStatus::Cancelled,
        (_, Some("cancel")) => SubscriptionStatus::CancellationScheduled,
        _ => SubscriptionStatus::Active,
    };
    Ok(Subscription {
        status,
        period_end: maybe_moment(row.try_get("period_end")?)?,
    })
}

/// The provider's price for an item on a price list.
pub async fn price(
    conn: &mut SqliteConnection,
    item_key: &str,
    price_list: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT price_id FROM catalog_prices WHERE item_key = $1 AND price_list = $2 AND active = 1 ORDER BY price_id LIMIT 1",
    )
    .bind(item_key)
    .bind(price_list)
    .fetch_optional(conn)
    .await
}

/// How many client workspaces an agency has.
pub async fn client_count(
    conn: &mut SqliteConnection,
    agency: &AccountId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM accounts WHERE agency_account_id = $1")
        .bind(agency.as_str())
        .fetch_one(conn)
        .await
}

/// When the last provider event arrived, for any account.
pub async fn last_event_at(conn: &mut SqliteConnection) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> =
        sqlx::query_scalar("SELECT max(received_at) FROM paddle_events WHERE source = 'webhook'")
            .fetch_one(conn)
            .await?;
    Ok(maybe_moment(at)?)
}
