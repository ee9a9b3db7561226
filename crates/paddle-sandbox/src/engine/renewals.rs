//! Renewals: the next period, charged with success or without.

use serde_json::{Value, json};

use super::money::{self, Line};
use super::transactions::Draft;
use super::{Change, Refusal, text};
use crate::clock;

impl Change<'_> {
    /// Bills the next period. A scheduled cancel or pause takes effect instead.
    /// Answers the subscription and, when there was a bill, the transaction.
    pub(crate) fn renew(&mut self, id: &str) -> Result<(Value, Value), Refusal> {
        let subscription = self.subscription(id)?;
        match text(&subscription["scheduled_change"], "action") {
            "cancel" => {
                let canceled = self.set_status(id, "canceled", "subscription.canceled")?;
                return Ok((canceled, Value::Null));
            }
            "pause" => {
                let paused = self.set_status(id, "paused", "subscription.paused")?;
                return Ok((paused, Value::Null));
            }
            _ => {}
        }
        if self.state.renewals_fail.contains(id) {
            return self.fail_renewal(id);
        }
        let bill = self.bill_next_period(&subscription)?;
        self.capture(&bill);
        self.complete(&bill);
        Ok((self.subscription(id)?, self.transaction(&bill)?))
    }

    /// Resumes with a period that begins now and is charged at once.
    pub(super) fn resume_anew(&mut self, subscription: &Value) -> Result<Value, Refusal> {
        let id = text(subscription, "id");
        self.set_status(id, "active", "subscription.resumed")?;
        let resumed = self.subscription(id)?;
        let bill = self.bill_period(&resumed, clock::now_micros())?;
        if self.state.renewals_fail.contains(id) {
            return self.leave_past_due(id, &bill).map(|(row, _)| row);
        }
        self.capture(&bill);
        self.complete(&bill);
        self.subscription(id)
    }

    /// The period that a paused subscription has paid for is over: it becomes the month that ends now.
    pub(crate) fn lapse(&mut self, id: &str) -> Result<Value, Refusal> {
        let status = text(&self.subscription(id)?, "status").to_owned();
        if status != "paused" {
            return Err(Refusal::conflict(format!(
                "Only a paused subscription lapses, and it is {status}."
            )));
        }
        self.edit_subscription(id, |row, now| {
            let end = clock::parse(now).unwrap_or_else(clock::now_micros);
            row["current_billing_period"] = json!({
                "starts_at": clock::text(clock::days_later(end, -30)),
                "ends_at": now,
            });
        });
        self.emit_subscription(id, &["subscription.updated"]);
        self.subscription(id)
    }

    /// Bills the next period, is refused, and leaves both past due.
    pub(crate) fn fail_renewal(&mut self, id: &str) -> Result<(Value, Value), Refusal> {
        let subscription = self.subscription(id)?;
        let bill = self.bill_next_period(&subscription)?;
        self.leave_past_due(id, &bill)
    }

    fn leave_past_due(&mut self, id: &str, bill: &str) -> Result<(Value, Value), Refusal> {
        self.fail_payment(bill, "declined");
        self.edit_transaction(bill, |row, _| row["status"] = json!("past_due"));
        self.emit_transaction(bill, &["transaction.updated", "transaction.past_due"]);
        self.edit_subscription(id, |row, _| row["status"] = json!("past_due"));
        self.emit_subscription(id, &["subscription.updated", "subscription.past_due"]);
        Ok((self.subscription(id)?, self.transaction(bill)?))
    }

    /// `GET /subscriptions/{id}/update-payment-method-transaction`: the bill that is past due, else one of nothing.
    pub(crate) fn payment_method_transaction(&mut self, id: &str) -> Result<Value, Refusal> {
        let subscription = self.subscription(id)?;
        let status = text(&subscription, "status").to_owned();
        if !matches!(status.as_str(), "active" | "past_due" | "trialing") {
            return Err(Refusal::conflict(format!(
                "Cannot update the payment method, subscription is {status}."
            )));
        }
        let rows = self.state.transactions.rows();
        let due = rows
            .iter()
            .rev()
            .find(|row| row["subscription_id"] == *id && row["status"] == "past_due")
            .map(|row| text(row, "id").to_owned());
        let bill = if let Some(due) = due {
            due
        } else {
            let mut lines = subscription_lines(&subscription);
            for line in &mut lines {
                line.unit = 0;
            }
            let made = self.add_transaction(&Draft {
                lines: &lines,
                status: "ready",
                origin: "subscription_payment_method_change",
                customer_id: subscription["customer_id"].clone(),
                address_id: subscription["address_id"].clone(),
                custom_data: subscription["custom_data"].clone(),
                subscription_id: subscription["id"].clone(),
                billing_period: Value::Null,
                checkout_url: None,
            });
            self.emit_transaction(&made, &["transaction.created", "transaction.ready"]);
            made
        };
        let url = format!("{}?_ptxn={bill}", self.config.checkout_url);
        self.edit_transaction(&bill, |row, _| row["checkout"] = json!({ "url": url }));
        self.transaction(&bill)
    }

    /// Moves the subscription on and makes the billed transaction.
    fn bill_next_period(&mut self, subscription: &Value) -> Result<String, Refusal> {
        let starts_at = text(&subscription["current_billing_period"], "ends_at");
        let start = clock::parse(starts_at).unwrap_or_else(clock::now_micros);
        self.bill_period(subscription, start)
    }

    /// Moves the subscription to the period that begins then, and makes the billed transaction.
    fn bill_period(&mut self, subscription: &Value, start: i64) -> Result<String, Refusal> {
        let id = text(subscription, "id");
        let status = text(subscription, "status");
        if !matches!(status, "active" | "past_due" | "trialing") {
            return Err(Refusal::conflict(format!(
                "Cannot renew, subscription is {status}."
            )));
        }
        let (starts_at, ends_at) = (clock::text(start), clock::text(clock::month_later(start)));
        let period = json!({ "starts_at": starts_at, "ends_at": ends_at });
        self.edit_subscription(id, |row, now| {
            row["status"] = json!("active");
            row["current_billing_period"] = period.clone();
            row["next_billed_at"] = json!(ends_at);
            for item in row["items"].as_array_mut().into_iter().flatten() {
                item["previously_billed_at"] = json!(now);
                item["next_billed_at"] = json!(ends_at);
            }
        });
        let activated: &[&str] = match status {
            "trialing" => &["subscription.updated", "subscription.activated"],
            _ => &["subscription.updated"],
        };
        self.emit_subscription(id, activated);
        let lines = subscription_lines(subscription);
        let bill = self.charge_subscription(subscription, &lines, "subscription_recurring", period);
        self.emit_transaction(&bill, &["transaction.created", "transaction.billed"]);
        Ok(bill)
    }

    /// Stores a billed transaction for a subscription and emits nothing.
    pub(crate) fn charge_subscription(
        &mut self,
        subscription: &Value,
        lines: &[Line],
        origin: &str,
        billing_period: Value,
    ) -> String {
        self.add_transaction(&Draft {
            lines,
            status: "billed",
            origin,
            customer_id: subscription["customer_id"].clone(),
            address_id: subscription["address_id"].clone(),
            custom_data: subscription["custom_data"].clone(),
            subscription_id: subscription["id"].clone(),
            billing_period,
            checkout_url: None,
        })
    }
}

/// What a subscription bills every period.
pub(crate) fn subscription_lines(subscription: &Value) -> Vec<Line> {
    let items = subscription["items"].as_array().into_iter().flatten();
    items
        .map(|item| Line {
            unit: money::cents(&item["price"]["unit_price"]["amount"]),
            price: item["price"].clone(),
            product: item["product"].clone(),
            quantity: item["quantity"].as_i64().unwrap_or(1),
            proration: Value::Null,
        })
        .collect()
}
