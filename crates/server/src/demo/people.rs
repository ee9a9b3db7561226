//! People and accounts of the demonstration data.

use super::{PASSWORD, SeedError};
use crate::passwords;
use crate::state::AppState;
use crate::store::micros;
use chrono::Utc;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A person.
#[derive(Deserialize)]
pub(super) struct DemoPerson {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) first: String,
    pub(super) shows: String,
}

/// An account and what it buys.
#[derive(Deserialize)]
pub(super) struct DemoAccount {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) account_type: String,
    pub(super) billing_email: String,
    pub(super) members: BTreeMap<String, String>,
    pub(super) buys: Vec<(String, i64)>,
    #[serde(default)]
    pub(super) waits_for: Option<String>,
    #[serde(default)]
    pub(super) past_due: bool,
    #[serde(default)]
    pub(super) price_list: Option<String>,
    #[serde(default)]
    pub(super) agency: Option<String>,
}

/// Everybody.
#[derive(Deserialize)]
pub(super) struct People {
    pub(super) users: Vec<DemoPerson>,
    pub(super) accounts: Vec<DemoAccount>,
}

impl People {
    pub(super) fn read() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("people.json"))
    }

    /// Writes accounts without plans, then people with their memberships.
    pub(super) async fn write(&self, state: &AppState) -> Result<(), SeedError> {
        let hash = passwords::hash(PASSWORD)?;
        let now = micros(Utc::now());
        let mut tx = state.store.begin().await?;
        for account in &self.accounts {
            sqlx::query("INSERT INTO accounts (id, name, account_type, billing_email, agency_account_id, created_at) VALUES ($1,$2,$3,$4,$5,$6)")
                .bind(&account.id)
                .bind(&account.name)
                .bind(&account.account_type)
                .bind(&account.billing_email)
                .bind(&account.agency)
                .bind(now)
                .execute(&mut *tx)
                .await?;
        }
        for user in &self.users {
            sqlx::query("INSERT INTO users (id, email, name, password_hash, last_account_id, created_at) VALUES ($1,$2,$3,$4,$5,$6)")
                .bind(&user.id)
                .bind(&user.email)
                .bind(&user.name)
                .bind(&hash)
                .bind(&user.first)
                .bind(now)
                .execute(&mut *tx)
                .await?;
        }
        for account in &self.accounts {
            for (user, role) in &account.members {
                sqlx::query(
                    "INSERT INTO memberships (account_id, user_id, role) VALUES ($1,$2,$3)",
                )
                .bind(&account.id)
                .bind(user)
                .bind(role)
                .execute(&mut *tx)
                .await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Moves accounts to their own price list, after they have bought from the usual one.
    pub(super) async fn write_price_lists(&self, state: &AppState) -> Result<(), SeedError> {
        let mut tx = state.store.begin().await?;
        for account in &self.accounts {
            if let Some(list) = &account.price_list {
                sqlx::query("UPDATE accounts SET price_list = $2 WHERE id = $1")
                    .bind(&account.id)
                    .bind(list)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
