//! The payment provider's side, and the scanner's: what they do, know and send.

use super::{House, Reply};
use axum::body::Body;
use axum::http::Request;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

pub(crate) const SECRET: &str = "pdl_ntfset_01test";

impl House {
    /// A control of the sandbox.
    pub(crate) async fn sim(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/__sim{path}", self.sandbox.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Everything that the provider holds back arrives and is processed.
    pub(crate) async fn told(&self) {
        self.sim("/release", json!({})).await;
        self.drain().await;
    }

    /// Somebody opens the form of a payment and says who they are: from then on it can be cancelled at the provider.
    pub(crate) async fn identify(&self, transaction: &str) {
        self.sim(
            &format!("/transactions/{transaction}/identify"),
            Value::Null,
        )
        .await;
    }

    /// What the sandbox knows.
    pub(crate) async fn sim_state(&self) -> Value {
        let url = format!("{}/__sim/state", self.sandbox.url());
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// The sandbox's events about a transaction and its subscription, in the order in which they happened.
    pub(crate) async fn events_of(&self, transaction: &str) -> Vec<Value> {
        let state = self.sim_state().await;
        let rows = |value: &Value| value.as_array().cloned().unwrap();
        let transactions = rows(&state["transactions"]);
        let subscription = transactions
            .iter()
            .find(|row| row["id"] == transaction)
            .unwrap()["subscription_id"]
            .clone();
        let mut events: Vec<Value> = rows(&state["events"])
            .into_iter()
            .filter(|event| {
                let data = &event["data"];
                data["id"] == transaction
                    || (!subscription.is_null()
                        && (data["id"] == subscription || data["subscription_id"] == subscription))
            })
            .collect();
        events.sort_by_key(|event| event["occurred_at"].as_str().unwrap().to_owned());
        events
    }

    /// How many of the sandbox's transactions were made for a checkout.
    pub(crate) async fn transactions_for(&self, checkout: &str) -> usize {
        let state = self.sim_state().await;
        let rows = state["transactions"].as_array().unwrap();
        rows.iter()
            .filter(|row| row["custom_data"]["checkout_id"] == checkout)
            .count()
    }

    /// Hands in an event as the provider does.
    pub(crate) async fn deliver(&self, event: &Value) -> Reply {
        let body = event.to_string();
        let header = signature(SECRET, chrono::Utc::now().timestamp(), body.as_bytes());
        self.webhook(&header, body.into_bytes()).await
    }

    pub(crate) async fn webhook(&self, signature: &str, body: Vec<u8>) -> Reply {
        let request = Request::post("/api/v1/webhooks/paddle")
            .header("paddle-signature", signature)
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// A scanner's result.
    pub(crate) async fn scanner(&self, secret: &str, key: &str, body: &Value) -> Reply {
        self.as_worker("results", secret, key, body).await
    }

    /// A worker's call with the right secret.
    pub(crate) async fn worker(&self, call: &str, key: &str, body: &Value) -> Reply {
        self.as_worker(call, super::SCANNER, key, body).await
    }

    async fn as_worker(&self, call: &str, secret: &str, key: &str, body: &Value) -> Reply {
        let request = Request::post(format!("/api/v1/scanner/{call}"))
            .header("x-scanner-secret", secret)
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }
}

/// `Paddle-Signature` as the provider writes it.
pub(crate) fn signature(secret: &str, ts: i64, body: &[u8]) -> String {
    format!("ts={ts};h1={}", h1(secret, ts, body))
}

pub(crate) fn h1(secret: &str, ts: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{ts}:").as_bytes());
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}
