//! Subscriptions: how they begin, and the changes that charge nothing.

use serde_json::{Value, json};

use super::payments::Renewals;
use super::{Change, Refusal, text};
use crate::clock;

impl Change<'_> {
    /// Begins a subscription when a recurring price was bought, or revives a past due one.
    pub(crate) fn subscribe(&mut self, transaction_id: &str, renewals: Renewals) {
        let Some(transaction) = self.state.transactions.get(transaction_id).cloned() else {
            return;
        };
        if let Some(known) = transaction["subscription_id"].as_str() {
            if renewals == Renewals::Work {
                self.state.renewals_fail.remove(known);
            }
            self.revive(known);
            return;
        }
        let mut items = transaction["items"].as_array().cloned().unwrap_or_default();
        items.retain(|item| !item["price"]["billing_cycle"].is_null());
        if items.is_empty() {
            return;
        }
        let id = self.state.new_id("sub");
        let now = self.state.tick();
        let subscription = self.new_subscription(&id, now, &transaction, &items);
        if renewals == Renewals::Fail {
            self.state.renewals_fail.insert(id.clone());
        }
        self.state.subscriptions.push(subscription.clone());
        self.edit_transaction(transaction_id, |row, _| {
            row["subscription_id"] = json!(id);
            row["billing_period"] = subscription["current_billing_period"].clone();
        });
        // Only this one event names the transaction that began the subscription.
        let mut created = subscription;
        created["transaction_id"] = json!(transaction_id);
        self.emit("subscription.created", &created);
        let begun = match text(&created, "status") {
            "trialing" => "subscription.trialing",
            _ => "subscription.activated",
        };
        self.emit_subscription(&id, &[begun]);
    }

    fn new_subscription(&self, id: &str, now: i64, bought: &Value, items: &[Value]) -> Value {
        let trial = trial_days(items);
        let ends_at = clock::text(match trial {
            Some(days) => clock::days_later(now, days),
            None => clock::month_later(now),
        });
        let now = clock::text(now);
        let items: Vec<Value> = items
            .iter()
            .map(|item| self.subscription_item(item, &now, &ends_at))
            .collect();
        let billing_cycle = items
            .first()
            .map(|item| item["price"]["billing_cycle"].clone());
        let urls = |action: &str| format!("{}/portal/{id}/{action}", self.config.public_url);
        json!({
            "id": id,
            "status": if trial.is_some() { "trialing" } else { "active" },
            "customer_id": bought["customer_id"],
            "address_id": bought["address_id"],
            "business_id": null,
            "currency_code": "USD",
            "created_at": now,
            "updated_at": now,
            "started_at": now,
            "first_billed_at": now,
            "next_billed_at": ends_at,
            "paused_at": null,
            "canceled_at": null,
            "discount": null,
            "collection_mode": "automatic",
            "billing_details": null,
            "current_billing_period": { "starts_at": now, "ends_at": ends_at },
            "billing_cycle": billing_cycle,
            "scheduled_change": null,
            "management_urls": {
                "update_payment_method": urls("update-payment-method"),
                "cancel": urls("cancel"),
            },
            "items": items,
            "custom_data": bought["custom_data"],
            "import_meta": null,
        })
    }

    /// An item of a subscription from an item of a transaction.
    pub(crate) fn subscription_item(&self, item: &Value, now: &str, next: &str) -> Value {
        json!({
            "status": "active",
            "quantity": item["quantity"],
            "recurring": true,
            "created_at": now,
            "updated_at": now,
            "previously_billed_at": now,
            "next_billed_at": next,
            "trial_dates": null,
            "price": item["price"],
            "product": self.catalogue.product(text(&item["price"], "product_id")),
        })
    }

    /// `POST /subscriptions/{id}/cancel`: at the end of the period, or at once.
    pub(crate) fn request_cancel(&mut self, id: &str, body: &Value) -> Result<Value, Refusal> {
        match body["effective_from"]
            .as_str()
            .unwrap_or("next_billing_period")
        {
            "immediately" => self.set_status(id, "canceled", "subscription.canceled"),
            "next_billing_period" => self.schedule(id, "cancel"),
            _ => Err(Refusal::field(
                "effective_from",
                "must be next_billing_period or immediately",
            )),
        }
    }

    /// `POST /subscriptions/{id}/pause`.
    pub(crate) fn request_pause(&mut self, id: &str, body: &Value) -> Result<Value, Refusal> {
        match body["effective_from"]
            .as_str()
            .unwrap_or("next_billing_period")
        {
            "immediately" => self.set_status(id, "paused", "subscription.paused"),
            "next_billing_period" => self.schedule(id, "pause"),
            _ => Err(Refusal::field(
                "effective_from",
                "must be next_billing_period or immediately",
            )),
        }
    }

    fn schedule(&mut self, id: &str, action: &str) -> Result<Value, Refusal> {
        let subscription = self.subscription(id)?;
        if text(&subscription, "status") == "canceled" {
            let detail = "Cannot update subscription, as subscription is canceled";
            return Err(Refusal::new(
                400,
                "subscription_update_when_canceled",
                detail,
            ));
        }
        self.edit_subscription(id, |row, _| {
            row["scheduled_change"] = json!({
                "action": action,
                "effective_at": row["current_billing_period"]["ends_at"],
                "resume_at": null,
            });
        });
        self.emit_subscription(id, &["subscription.updated"]);
        self.subscription(id)
    }

    /// `POST /subscriptions/{id}/resume` of a paused subscription: in the period that is paid for nothing, or with a new one that
    /// is charged at once (`on_resume`).
    pub(crate) fn request_resume(&mut self, id: &str, body: &Value) -> Result<Value, Refusal> {
        if body["effective_from"] != "immediately" {
            return Err(Refusal::field("effective_from", "must be immediately"));
        }
        let subscription = self.subscription(id)?;
        let status = text(&subscription, "status");
        if status != "paused" {
            let detail = format!("Cannot resume, subscription is {status}.");
            return Err(Refusal::conflict(detail));
        }
        match body["on_resume"]
            .as_str()
            .unwrap_or("start_new_billing_period")
        {
            "continue_existing_billing_period" => self.resume_in_period(&subscription),
            "start_new_billing_period" => self.resume_anew(&subscription),
            _ => Err(Refusal::field(
                "on_resume",
                "must be start_new_billing_period or continue_existing_billing_period",
            )),
        }
    }

    fn resume_in_period(&mut self, subscription: &Value) -> Result<Value, Refusal> {
        let ends_at = subscription["current_billing_period"]["ends_at"].clone();
        let end = ends_at.as_str().and_then(clock::parse);
        if end.is_none_or(|end| end <= clock::now_micros()) {
            return Err(Refusal::new(
                400,
                "subscription_continuing_existing_billing_period_not_allowed",
                "Subscription has no current billing period, so it cannot be continued.",
            ));
        }
        let id = text(subscription, "id");
        self.edit_subscription(id, |row, _| row["next_billed_at"] = ends_at);
        self.set_status(id, "active", "subscription.resumed")
    }

    /// Active again after a pause or after a failed renewal.
    pub(crate) fn resume(&mut self, id: &str) -> Result<Value, Refusal> {
        let event = match text(&self.subscription(id)?, "status") {
            "paused" => "subscription.resumed",
            "past_due" => "subscription.activated",
            status => {
                return Err(Refusal::conflict(format!(
                    "Cannot resume, subscription is {status}."
                )));
            }
        };
        self.set_status(id, "active", event)
    }

    /// Moves to a status at once and says so.
    pub(crate) fn set_status(
        &mut self,
        id: &str,
        status: &str,
        event: &str,
    ) -> Result<Value, Refusal> {
        let before = self.subscription(id)?;
        if matches!(text(&before, "status"), known if known == "canceled" || known == status) {
            let detail = format!("Subscription is already {}.", text(&before, "status"));
            return Err(Refusal::conflict(detail));
        }
        self.edit_subscription(id, |row, now| {
            row["status"] = json!(status);
            match status {
                "canceled" => {
                    row["canceled_at"] = json!(now);
                    row["next_billed_at"] = Value::Null;
                    row["current_billing_period"] = Value::Null;
                    row["scheduled_change"] = Value::Null;
                }
                "paused" => {
                    row["paused_at"] = json!(now);
                    row["next_billed_at"] = Value::Null;
                    row["scheduled_change"] = Value::Null;
                }
                "active" => row["paused_at"] = Value::Null,
                _ => {}
            }
        });
        self.emit_subscription(id, &["subscription.updated", event]);
        self.subscription(id)
    }

    fn revive(&mut self, id: &str) {
        if self
            .state
            .subscriptions
            .get(id)
            .is_some_and(|row| row["status"] == "past_due")
        {
            self.edit_subscription(id, |row, _| row["status"] = json!("active"));
            self.emit_subscription(id, &["subscription.updated"]);
        }
    }
}

/// Days of the trial period that the first price begins with.
fn trial_days(items: &[Value]) -> Option<i64> {
    let period = &items.first()?["price"]["trial_period"];
    (period["interval"] == "day")
        .then(|| period["frequency"].as_i64())
        .flatten()
}
