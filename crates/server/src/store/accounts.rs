//! Accounts with their balances.

use super::{Flag, StoreError, debts, history, id, keyed, maybe_moment, micros};
use domain::Timestamp;
use domain::account::{AccountRef, AccountType, BillingState, PackageKey};
use domain::billing::{CreditSources, EndingCredits};
use domain::credits::{Balance, CreditBalances, CreditType, Owed};
use domain::id::AccountId;
use sqlx::{AnyConnection, Row};

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
    /// What it owes because disputed payments were used.
    pub owed: Owed,
    /// An invoice that was not paid in time: which, for a sentence.
    pub unresolved_invoice: Option<String>,
}

impl Account {
    /// Who buys, and from which prices.
    pub fn buyer(&self) -> (&AccountId, &str) {
        (&self.account.id, &self.price_list)
    }
}

/// Loads an account.
pub async fn load(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query("SELECT * FROM accounts WHERE id = $1")
        .bind(account.as_str())
        .fetch_optional(&mut *conn)
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
        owed: debts::owed(conn, account).await?,
        unresolved_invoice: history::unresolved(conn, account).await?,
    }))
}

/// The balances of all types; zeros where nothing ever happened.
pub async fn balances(
    conn: &mut AnyConnection,
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
    conn: &mut AnyConnection,
    account: &AccountId,
    kind: CreditType,
) -> Result<bool, sqlx::Error> {
    let Flag(found) = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM credit_lots WHERE account_id = $1 AND credit_type = $2)",
    )
    .bind(account.as_str())
    .bind(kind.key())
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// Where the free credits came from.
pub async fn sources(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<CreditSources, StoreError> {
    let rows = sqlx::query(
        "SELECT credit_type, source = 'plan_period' AS is_plan, expires_at, CAST(sum(avail) AS BIGINT) AS avail FROM credit_lots \
         WHERE account_id = $1 AND avail > 0 GROUP BY credit_type, is_plan, expires_at ORDER BY expires_at NULLS FIRST",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    let mut sources = CreditSources::default();
    for row in &rows {
        let kind = keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?;
        let of_type = match kind {
            CreditType::Scan => &mut sources.scan,
            CreditType::AutomatedFix => &mut sources.automated_fix,
            CreditType::Ai => &mut sources.ai,
        };
        let credits: i64 = row.try_get("avail")?;
        if row.try_get::<Flag, _>("is_plan")?.0 {
            of_type.plan += credits;
        } else {
            of_type.other += credits;
        }
        let Some(at) = maybe_moment(row.try_get("expires_at")?)? else {
            continue;
        };
        // The earliest end comes first; a plan and something else may end at the same moment.
        match &mut of_type.ending {
            None => of_type.ending = Some(EndingCredits { credits, at }),
            Some(first) if first.at == at => first.credits += credits,
            Some(_) => {}
        }
    }
    Ok(sources)
}

/// How many client workspaces an agency has.
pub async fn client_count(
    conn: &mut AnyConnection,
    agency: &AccountId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM accounts WHERE agency_account_id = $1")
        .bind(agency.as_str())
        .fetch_one(conn)
        .await
}

/// Sets the account's plan.
pub async fn set_package(
    conn: &mut AnyConnection,
    account: &AccountId,
    package: PackageKey,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET package_key = $2 WHERE id = $1")
        .bind(account.as_str())
        .bind(package.key())
        .execute(conn)
        .await?;
    Ok(())
}

/// The billing state follows from what is owed and from the subscriptions: a debt blocks, and nothing else has to be
/// done for the block to end than that the debt ends. A closed account stays closed.
pub async fn settle_billing_state(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE accounts SET billing_state = CASE \
           WHEN EXISTS (SELECT 1 FROM lot_claims c WHERE c.account_id = $1 AND c.owed > c.paid) THEN 'blocked' \
           WHEN EXISTS (SELECT 1 FROM own_subscriptions s WHERE s.account_id = $1 AND s.status = 'past_due') THEN 'past_due' ELSE 'active' END \
         WHERE id = $1 AND billing_state <> 'closed'",
    )
    .bind(account.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// An account to be opened.
#[derive(Clone, Copy, Debug)]
pub struct NewAccount<'a> {
    /// Its id.
    pub id: &'a AccountId,
    /// What people call it.
    pub name: &'a str,
    /// Its kind.
    pub account_type: AccountType,
    /// Where invoices go.
    pub billing_email: &'a str,
    /// The agency whose client it is.
    pub agency: Option<&'a AccountId>,
}

/// Opens an account without a plan.
pub async fn insert(
    conn: &mut AnyConnection,
    account: &NewAccount<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO accounts (id, name, account_type, billing_email, agency_account_id, created_at) VALUES ($1,$2,$3,$4,$5,$6)")
        .bind(account.id.as_str())
        .bind(account.name)
        .bind(account.account_type.key())
        .bind(account.billing_email)
        .bind(account.agency.map(AccountId::as_str))
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Moves an account to a price list.
pub async fn set_price_list(
    conn: &mut AnyConnection,
    account: &AccountId,
    price_list: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET price_list = $2 WHERE id = $1")
        .bind(account.as_str())
        .bind(price_list)
        .execute(conn)
        .await?;
    Ok(())
}
