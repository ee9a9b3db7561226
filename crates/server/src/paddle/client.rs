//! A thin client for Paddle's API: the few calls we make, with timeouts, tolerant reading and no hidden retries of writes.

mod subscriptions;

use super::events::{Adjustment, Price, Transaction};
use crate::config::PaddleConfig;
use chrono::SecondsFormat;
use domain::Timestamp;
use domain::id::CheckoutId;
use reqwest::{Method, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

pub use subscriptions::{PlanPreview, PreviewBill, PriceChange};

/// What goes wrong between us and Paddle.
#[derive(Debug, thiserror::Error)]
pub enum PaddleError {
    /// No answer: whether a write took effect is unknown.
    #[error("Paddle did not answer: {0}")]
    NoAnswer(#[source] reqwest::Error),
    /// Paddle asks us to slow down or has a fault of its own.
    #[error("Paddle is not able to answer now ({status}, {code})")]
    Busy {
        /// The HTTP status.
        status: u16,
        /// Paddle's code.
        code: String,
    },
    /// Paddle refused.
    #[error("Paddle refused ({status}, {code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Paddle's code.
        code: String,
    },
    /// The answer does not read.
    #[error("Paddle answered something unreadable")]
    Unreadable,
}

/// Calls Paddle's API; cheap to clone.
#[derive(Clone, Debug)]
pub struct PaddleClient {
    base: String,
    key: SecretString,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
    #[serde(default)]
    meta: Meta,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default)]
    pagination: Option<Pagination>,
}

#[derive(Deserialize)]
struct Pagination {
    has_more: bool,
}

impl<T> Envelope<Vec<T>> {
    /// Whether the list goes on after this page.
    fn more(&self) -> bool {
        let pagination = self.meta.pagination.as_ref();
        pagination.is_some_and(|pagination| pagination.has_more) && !self.data.is_empty()
    }
}

impl PaddleClient {
    /// A client for this configuration.
    ///
    /// # Errors
    /// When the TLS backend cannot start.
    pub fn new(config: &PaddleConfig) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            .redirect(redirect::Policy::none())
            .build()?;
        Ok(Self {
            base: config.api_url.clone(),
            key: config.api_key.clone(),
            http,
        })
    }

    /// Makes a transaction for one price; it becomes payable in the browser.
    pub async fn create_transaction(
        &self,
        price_id: &str,
        quantity: i64,
        checkout: &CheckoutId,
    ) -> Result<Transaction, PaddleError> {
        let body = json!({
            "items": [{ "price_id": price_id, "quantity": quantity }],
            "collection_mode": "automatic",
            "custom_data": { "checkout_id": checkout.as_str() },
        });
        self.call(Method::POST, "/transactions", Some(&body))
            .await
            .map(|envelope| envelope.data)
    }

    /// Reads a transaction as raw JSON, so that it can be stored as it is.
    pub async fn transaction(&self, id: &str) -> Result<Value, PaddleError> {
        self.read(&format!("/transactions/{id}"))
            .await
            .map(|envelope: Envelope<Value>| envelope.data)
    }

    /// A fresh link to the invoice document of a transaction.
    pub async fn invoice(&self, id: &str) -> Result<String, PaddleError> {
        #[derive(Deserialize)]
        struct Document {
            url: String,
        }
        self.read(&format!(
            "/transactions/{id}/invoice?disposition=attachment"
        ))
        .await
        .map(|envelope: Envelope<Document>| envelope.data.url)
    }

    /// Cancels a transaction that nobody has paid.
    pub async fn cancel_transaction(&self, id: &str) -> Result<(), PaddleError> {
        let body = json!({ "status": "canceled" });
        let answer: Result<Envelope<Value>, _> = self
            .call(Method::PATCH, &format!("/transactions/{id}"), Some(&body))
            .await;
        answer.map(|_| ())
    }

    /// Finds the transaction that was made for a checkout among the newest ones: used when the answer to its making was lost.
    pub async fn find_by_checkout(
        &self,
        checkout: &CheckoutId,
    ) -> Result<Option<Transaction>, PaddleError> {
        let newest: Envelope<Vec<Transaction>> = self
            .read("/transactions?order_by=id[DESC]&per_page=30")
            .await?;
        Ok(newest
            .data
            .into_iter()
            .find(|transaction| transaction.checkout_hint() == Some(checkout.as_str())))
    }

    /// A page of the transactions that changed since a moment, oldest change first, as raw JSON; after the transaction
    /// with this id. Answers whether there are more.
    pub async fn transactions_since(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<(Vec<Value>, bool), PaddleError> {
        let since = since.to_rfc3339_opts(SecondsFormat::Micros, true);
        let after = after.map_or_else(String::new, |id| format!("&after={id}"));
        let page: Envelope<Vec<Value>> = self
            .read(&format!(
                "/transactions?updated_at[GTE]={since}&order_by=updated_at[ASC]&per_page=30{after}"
            ))
            .await?;
        let more = page.more();
        Ok((page.data, more))
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Result<(), PaddleError> {
        let answer: Result<Envelope<Value>, _> = self.call(method, path, Some(body)).await;
        answer.map(|_| ())
    }

    /// A page of all adjustments, newest first, as raw JSON; after the adjustment with this id. Answers whether there are
    /// more.
    pub async fn adjustments(
        &self,
        after: Option<&str>,
    ) -> Result<(Vec<Value>, bool), PaddleError> {
        let after = after.map_or_else(String::new, |id| format!("&after={id}"));
        let page: Envelope<Vec<Value>> = self
            .read(&format!(
                "/adjustments?order_by=id[DESC]&per_page=50{after}"
            ))
            .await?;
        let more = page.more();
        Ok((page.data, more))
    }

    /// The newest adjustments of a transaction.
    pub async fn adjustments_of(&self, transaction: &str) -> Result<Vec<Adjustment>, PaddleError> {
        let page: Envelope<Vec<Adjustment>> = self
            .read(&format!(
                "/adjustments?transaction_id={transaction}&order_by=id[DESC]&per_page=50"
            ))
            .await?;
        Ok(page.data)
    }

    /// Asks for a refund of a transaction, in parts by line unless it is the whole; answers the adjustment's id.
    pub async fn ask_refund(
        &self,
        transaction: &str,
        reason: &str,
        whole: bool,
        items: &[(String, i64)],
    ) -> Result<String, PaddleError> {
        let mut body = json!({ "action": "refund", "transaction_id": transaction, "reason": reason, "type": "full" });
        if !whole {
            let items = items.iter().map(
                |(id, money)| json!({ "item_id": id, "type": "partial", "amount": money.to_string() }),
            );
            body["type"] = json!("partial");
            body["items"] = items.collect();
        }
        let answer: Envelope<Adjustment> =
            self.call(Method::POST, "/adjustments", Some(&body)).await?;
        Ok(answer.data.id)
    }

    /// These adjustments, at most 50, as raw JSON.
    pub async fn adjustments_by_id(&self, ids: &[&str]) -> Result<Vec<Value>, PaddleError> {
        let page: Envelope<Vec<Value>> = self
            .read(&format!("/adjustments?id={}&per_page=50", ids.join(",")))
            .await?;
        Ok(page.data)
    }

    /// All active prices.
    pub async fn prices(&self) -> Result<Vec<Price>, PaddleError> {
        let mut prices: Vec<Price> = Vec::new();
        // A bound, so that a provider that always says "more" cannot hold us.
        for _ in 0..50 {
            let after = prices
                .last()
                .map_or_else(String::new, |price| format!("&after={}", price.id));
            let page: Envelope<Vec<Price>> = self
                .read(&format!("/prices?status=active&per_page=200{after}"))
                .await?;
            let more = page.more();
            prices.extend(page.data);
            if !more {
                break;
            }
        }
        Ok(prices)
    }

    /// A read: asked up to three times, because asking again changes nothing.
    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<Envelope<T>, PaddleError> {
        let mut wait = Duration::from_millis(200);
        for _ in 0..2 {
            match self.call(Method::GET, path, None).await {
                Err(PaddleError::NoAnswer(_) | PaddleError::Busy { .. }) => {}
                answer => return answer,
            }
            tokio::time::sleep(wait).await;
            wait = wait.saturating_mul(3);
        }
        self.call(Method::GET, path, None).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Envelope<T>, PaddleError> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(self.key.expose_secret());
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request
            .send()
            .await
            .map_err(|error| PaddleError::NoAnswer(error.without_url()))?;
        let status = response.status();
        let text = response
            .text()
            .await
            .map_err(|error| PaddleError::NoAnswer(error.without_url()))?;
        if status.is_success() {
            return serde_json::from_str(&text).map_err(|_| PaddleError::Unreadable);
        }
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let code = json
            .pointer("/error/code")
            .and_then(Value::as_str)
            .unwrap_or("unknown")
            .to_owned();
        let busy = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        let status = status.as_u16();
        Err(if busy {
            PaddleError::Busy { status, code }
        } else {
            PaddleError::Refused { status, code }
        })
    }
}
