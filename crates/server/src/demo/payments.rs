//! Purchases of the demonstration data: real checkouts, paid in the sandbox, confirmed by asking it.

use super::SeedError;
use super::people::{DemoAccount, People};
use crate::error::ApiError;
use crate::keys::Intent;
use crate::paddle::events::Event;
use crate::payments::checkout::{self, Buyer, Opened};
use crate::payments::inbox::{self, Source};
use crate::payments::prices::{self, SyncError};
use crate::payments::reconcile::{self, AskError};
use crate::state::AppState;
use crate::store::{checkouts, subscriptions};
use chrono::Utc;
use domain::checkout::{CheckoutState, OpenCheckout};
use domain::id::{AccountId, CheckoutId};
use domain::role::Role;
use serde_json::{Value, json};
use std::time::Duration;

/// The sandbox's control address.
pub(super) struct Sandbox<'a> {
    state: &'a AppState,
    sim: String,
    http: reqwest::Client,
}

fn away(error: &dyn std::fmt::Display) -> SeedError {
    SeedError::Sandbox(error.to_string())
}

impl<'a> Sandbox<'a> {
    pub(super) fn new(state: &'a AppState, sim: String) -> Self {
        Self {
            state,
            sim,
            http: reqwest::Client::new(),
        }
    }

    async fn control(&self, path: &str, body: &Value) -> Result<Value, SeedError> {
        let request = self
            .http
            .post(format!("{}{path}", self.sim))
            .json(body)
            .timeout(Duration::from_secs(10));
        let response = request.send().await.map_err(|error| away(&error))?;
        let response = response.error_for_status().map_err(|error| away(&error))?;
        response.json().await.map_err(|error| away(&error))
    }

    /// Reads prices, then buys what every account has bought.
    pub(super) async fn buy_everything(&self, people: &People) -> Result<(), SeedError> {
        match prices::sync(self.state).await {
            Ok(_) => {}
            Err(SyncError::Paddle(error)) => return Err(away(&error)),
            Err(SyncError::Ours(error)) => return Err(error.into()),
        }
        for account in &people.accounts {
            for (item, quantity) in &account.buys {
                let checkout_id = self.open(account, item, *quantity).await?;
                let transaction = self.transaction(&account.id, &checkout_id).await?;
                self.control(
                    &format!("/transactions/{transaction}/pay"),
                    &json!({ "notify": false }),
                )
                .await?;
                self.returned(&account.id, &checkout_id).await?;
                self.ask(&account.id, &checkout_id).await?;
            }
        }
        Ok(())
    }

    async fn open(
        &self,
        account: &DemoAccount,
        item: &str,
        quantity: i64,
    ) -> Result<CheckoutId, SeedError> {
        let mut members = account.members.iter();
        let (user, role) = members
            .find(|(_, role)| **role == Role::Owner)
            .ok_or_else(|| away(&"an account has no owner"))?;
        let order = OpenCheckout {
            item_key: item.to_owned(),
            quantity,
            origin: None,
        };
        let key = format!("demo:{}:{item}:{quantity}", account.id);
        let intent = Intent::new(user.as_str(), &key, &key);
        let buyer = Buyer {
            account: &account.id,
            user,
            role: *role,
        };
        match checkout::open(self.state, buyer, &order, &intent).await? {
            Opened::Ready(checkout_id) => Ok(checkout_id),
            Opened::Replay(_) => Err(SeedError::Sandbox(format!("{item} was bought before"))),
        }
    }

    async fn transaction(
        &self,
        account: &AccountId,
        checkout_id: &CheckoutId,
    ) -> Result<String, SeedError> {
        let mut conn = self.state.store.reader().acquire().await?;
        let found = checkouts::load(&mut conn, account, checkout_id)
            .await
            .map_err(ApiError::from)?;
        found
            .and_then(|checkout| checkout.transaction_id)
            .ok_or_else(|| away(&"a checkout has no transaction"))
    }

    async fn returned(
        &self,
        account: &AccountId,
        checkout_id: &CheckoutId,
    ) -> Result<(), SeedError> {
        checkout::advance(self.state, account, checkout_id, CheckoutState::Opened).await?;
        Ok(checkout::advance(
            self.state,
            account,
            checkout_id,
            CheckoutState::ReturnedPending,
        )
        .await?)
    }

    async fn ask(&self, account: &AccountId, checkout_id: &CheckoutId) -> Result<(), SeedError> {
        let mut conn = self.state.store.reader().acquire().await?;
        let found = checkouts::load(&mut conn, account, checkout_id)
            .await
            .map_err(ApiError::from)?;
        drop(conn);
        let Some(found) = found else {
            return Err(away(&"a checkout vanished"));
        };
        match reconcile::ask(self.state, &found).await {
            Ok(_) => Ok(()),
            Err(AskError::Paddle(error)) => Err(away(&error)),
            Err(AskError::Ours(error)) => Err(error.into()),
        }
    }

    /// What is still under way: a payment that waits for its confirmation, a subscription that is past due.
    pub(super) async fn finish(&self, people: &People) -> Result<(), SeedError> {
        for account in &people.accounts {
            if let Some(item) = &account.waits_for {
                let checkout_id = self.open(account, item, 1).await?;
                let transaction = self.transaction(&account.id, &checkout_id).await?;
                let body = json!({ "notify": false, "complete": false });
                self.control(&format!("/transactions/{transaction}/pay"), &body)
                    .await?;
                self.returned(&account.id, &checkout_id).await?;
                self.ask(&account.id, &checkout_id).await?;
            }
            if account.past_due {
                self.fall_past_due(account).await?;
            }
        }
        Ok(())
    }

    async fn fall_past_due(&self, account: &DemoAccount) -> Result<(), SeedError> {
        let mut reader = self.state.store.reader().acquire().await?;
        let running = subscriptions::running(&mut reader).await?;
        drop(reader);
        let mut running = running.into_iter();
        let subscription = running
            .find(|mirror| mirror.account_id == account.id.as_str())
            .ok_or_else(|| away(&"an account has no subscription"))?
            .id;
        let answer = self
            .control(
                &format!("/subscriptions/{subscription}/fail-renewal"),
                &json!({ "notify": false }),
            )
            .await?;
        for (what, event_type) in [
            ("transaction", "transaction.past_due"),
            ("subscription", "subscription.past_due"),
        ] {
            let data = answer.get(what).cloned().unwrap_or_default();
            let now = Utc::now();
            let body = json!({
                "event_id": format!("poll:{subscription}:{what}:past_due"), "event_type": event_type,
                "occurred_at": now, "data": data,
            });
            let event: Event = serde_json::from_value(body.clone())?;
            inbox::store(self.state, Source::Poll, &event, &body.to_string(), now).await?;
            inbox::process_one(self.state, &event.event_id).await?;
        }
        Ok(())
    }
}
