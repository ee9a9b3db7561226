//! People and accounts of the demonstration data.

use super::{PASSWORD, SeedError};
use crate::passwords;
use crate::state::AppState;
use crate::store::accounts::{self, NewAccount};
use crate::store::people::{self, StoredUser};
use chrono::Utc;
use domain::account::AccountType;
use domain::id::{AccountId, UserId};
use domain::role::Role;
use domain::session::User;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A person.
#[derive(Deserialize)]
pub(super) struct DemoPerson {
    pub(super) id: UserId,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) first: AccountId,
    pub(super) shows: String,
}

/// An account and what it buys.
#[derive(Deserialize)]
pub(super) struct DemoAccount {
    pub(super) id: AccountId,
    pub(super) name: String,
    pub(super) account_type: AccountType,
    pub(super) billing_email: String,
    pub(super) members: BTreeMap<UserId, Role>,
    pub(super) buys: Vec<(String, i64)>,
    #[serde(default)]
    pub(super) waits_for: Option<String>,
    #[serde(default)]
    pub(super) past_due: bool,
    #[serde(default)]
    pub(super) price_list: Option<String>,
    #[serde(default)]
    pub(super) agency: Option<AccountId>,
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
        let now = Utc::now();
        let mut tx = state.store.begin().await?;
        for account in &self.accounts {
            let new = NewAccount {
                id: &account.id,
                name: &account.name,
                account_type: account.account_type,
                billing_email: &account.billing_email,
                agency: account.agency.as_ref(),
            };
            accounts::insert(&mut tx, &new, now).await?;
        }
        for user in &self.users {
            let person = StoredUser {
                user: User {
                    user_id: user.id.clone(),
                    name: user.name.clone(),
                    email: user.email.clone(),
                },
                password_hash: hash.clone(),
                last_account: Some(user.first.clone()),
            };
            people::insert(&mut tx, &person, now).await?;
        }
        for account in &self.accounts {
            for (user, role) in &account.members {
                people::insert_membership(&mut tx, &account.id, user, *role).await?;
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
                accounts::set_price_list(&mut tx, &account.id, list).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
