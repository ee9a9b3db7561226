//! Calls about subscriptions: reading, changing, ending, keeping, and how they are paid.

use super::{Envelope, PaddleClient, PaddleError};
use crate::paddle::events::{Details, Transaction};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

/// Another price for a subscription.
#[derive(Clone, Copy, Debug)]
pub struct PriceChange<'a> {
    /// The price.
    pub price_id: &'a str,
    /// Whether the difference for the rest of the period is charged at once; otherwise the next renewal charges the new
    /// price and nothing is charged or credited for this period.
    pub at_once: bool,
}

impl PriceChange<'_> {
    fn body(self) -> Value {
        let mode = if self.at_once {
            "prorated_immediately"
        } else {
            "do_not_bill"
        };
        json!({
            "items": [{ "price_id": self.price_id, "quantity": 1 }],
            "proration_billing_mode": mode,
            // Nothing changes when the card is declined.
            "on_payment_failure": "prevent_change",
        })
    }
}

/// What Paddle says a change would charge.
#[derive(Clone, Debug, Deserialize)]
pub struct PlanPreview {
    /// The currency of the sums.
    pub currency_code: String,
    /// What is charged at once, if anything.
    #[serde(default)]
    pub immediate_transaction: Option<PreviewBill>,
    /// What each further renewal charges.
    #[serde(default)]
    pub recurring_transaction_details: Option<Details>,
}

/// A transaction that a change would make.
#[derive(Clone, Debug, Deserialize)]
pub struct PreviewBill {
    /// Its sums.
    #[serde(default)]
    pub details: Details,
}

impl PaddleClient {
    /// These subscriptions, at most 100, as raw JSON.
    pub async fn subscriptions(&self, ids: &[&str]) -> Result<Vec<Value>, PaddleError> {
        let page: Envelope<Vec<Value>> = self
            .read(&format!("/subscriptions?id={}&per_page=100", ids.join(",")))
            .await?;
        Ok(page.data)
    }

    /// What another price for a subscription would charge now and at the next renewal; changes nothing there.
    pub async fn preview_plan(
        &self,
        subscription: &str,
        change: PriceChange<'_>,
    ) -> Result<PlanPreview, PaddleError> {
        let path = format!("/subscriptions/{subscription}/preview");
        let body = change.body();
        let answer = self.call(Method::PATCH, &path, Some(&body)).await;
        answer.map(|envelope| envelope.data)
    }

    /// Changes the price of a subscription. Asking twice for the same price charges once: the second change is none.
    pub async fn change_plan(
        &self,
        subscription: &str,
        change: PriceChange<'_>,
    ) -> Result<(), PaddleError> {
        let path = format!("/subscriptions/{subscription}");
        self.ask(Method::PATCH, &path, &change.body()).await
    }

    /// Ends a subscription with the period that is paid.
    pub async fn cancel_subscription(&self, subscription: &str) -> Result<(), PaddleError> {
        let path = format!("/subscriptions/{subscription}/cancel");
        let body = json!({ "effective_from": "next_billing_period" });
        self.ask(Method::POST, &path, &body).await
    }

    /// Ends a subscription at once.
    pub async fn end_subscription(&self, subscription: &str) -> Result<(), PaddleError> {
        let path = format!("/subscriptions/{subscription}/cancel");
        let body = json!({ "effective_from": "immediately" });
        self.ask(Method::POST, &path, &body).await
    }

    /// Resumes a paused subscription: in the period that is paid for nothing, else with a new one that is charged at once
    /// (Paddle: resume a subscription, `on_resume`).
    pub async fn resume_subscription(
        &self,
        subscription: &str,
        in_paid_period: bool,
    ) -> Result<(), PaddleError> {
        let path = format!("/subscriptions/{subscription}/resume");
        let period = if in_paid_period {
            "continue_existing_billing_period"
        } else {
            "start_new_billing_period"
        };
        let body = json!({ "effective_from": "immediately", "on_resume": period });
        self.ask(Method::POST, &path, &body).await
    }

    /// Takes a scheduled cancellation back.
    pub async fn keep_subscription(&self, subscription: &str) -> Result<(), PaddleError> {
        let path = format!("/subscriptions/{subscription}");
        let body = json!({ "scheduled_change": null });
        self.ask(Method::PATCH, &path, &body).await
    }

    /// The transaction by which a subscription's payment method is changed: while it is past due that of what is due, so
    /// that paying it does both (Paddle: update payment details).
    pub async fn payment_method_transaction(
        &self,
        subscription: &str,
    ) -> Result<Transaction, PaddleError> {
        let path = format!("/subscriptions/{subscription}/update-payment-method-transaction");
        self.call(Method::GET, &path, None)
            .await
            .map(|envelope| envelope.data)
    }

    /// A fresh link to Paddle's own page for the customer of a subscription.
    pub async fn portal(&self, subscription: &str) -> Result<String, PaddleError> {
        #[derive(Deserialize)]
        struct Of {
            customer_id: String,
        }
        #[derive(Deserialize)]
        struct Session {
            urls: Urls,
        }
        #[derive(Deserialize)]
        struct Urls {
            general: General,
        }
        #[derive(Deserialize)]
        struct General {
            overview: String,
        }
        let of: Envelope<Of> = self.read(&format!("/subscriptions/{subscription}")).await?;
        let path = format!("/customers/{}/portal-sessions", of.data.customer_id);
        let body = json!({ "subscription_ids": [subscription] });
        let session: Envelope<Session> = self.call(Method::POST, &path, Some(&body)).await?;
        Ok(session.data.urls.general.overview)
    }
}
