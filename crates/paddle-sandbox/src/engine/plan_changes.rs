//! `PATCH /subscriptions/{id}`: another plan, another quantity, or a scheduled change taken back.

use serde_json::{Value, json};

use super::customers::object_or_null;
use super::money::Line;
use super::renewals::subscription_lines;
use super::{Change, Refusal, text};
use crate::clock;

impl Change<'_> {
    pub(crate) fn update_subscription(&mut self, id: &str, body: &Value) -> Result<Value, Refusal> {
        let before = self.subscription(id)?;
        if text(&before, "status") == "canceled" {
            let detail = "Cannot update subscription, as subscription is canceled";
            return Err(Refusal::new(
                400,
                "subscription_update_when_canceled",
                detail,
            ));
        }
        let custom_data = object_or_null(body, "custom_data")?;
        if body
            .get("scheduled_change")
            .is_some_and(|change| !change.is_null())
        {
            return Err(Refusal::field(
                "scheduled_change",
                "may only be set to null",
            ));
        }
        let lines = match body.get("items") {
            Some(items) => Some(self.plan_lines(items)?),
            None => None,
        };
        let charge = lines
            .as_ref()
            .map(|_| charge_mode(body))
            .transpose()?
            .flatten();
        let items = lines.as_ref().map(|lines| self.new_items(lines, &before));
        self.edit_subscription(id, |row, _| {
            if body.get("scheduled_change").is_some() {
                row["scheduled_change"] = Value::Null;
            }
            if body.get("custom_data").is_some() {
                row["custom_data"] = custom_data;
            }
            if let Some(items) = items {
                row["items"] = items;
            }
        });
        self.emit_subscription(id, &["subscription.updated"]);
        if let (Some(lines), Some(charge)) = (lines, charge) {
            self.charge_change(&before, lines, charge);
        }
        self.subscription(id)
    }

    /// `PATCH /subscriptions/{id}/preview`: what a change would charge now and at the next renewal; changes nothing.
    pub(crate) fn preview_update(&self, id: &str, body: &Value) -> Result<Value, Refusal> {
        let before = self.subscription(id)?;
        if text(&before, "status") == "canceled" {
            let detail = "Cannot update subscription, as subscription is canceled";
            return Err(Refusal::new(
                400,
                "subscription_update_when_canceled",
                detail,
            ));
        }
        let Some(items) = body.get("items") else {
            return Err(Refusal::field("items", "is required"));
        };
        let lines = self.plan_lines(items)?;
        let due = charge_mode(body)?.map_or(0, |charge| due_now(&before, &lines, charge).0);
        let asked: i64 = lines.iter().map(Line::total).sum();
        let money = |amount: i64| json!({ "amount": amount.to_string(), "currency_code": "USD" });
        let bill = |period: &Value, total: i64| {
            let mut totals = super::money::plain_totals(total);
            totals["grand_total"] = totals["total"].clone();
            json!({
                "billing_period": period,
                "details": { "totals": totals, "line_items": [] },
                "adjustments": [],
            })
        };
        let period = &before["current_billing_period"];
        let mut preview = before.clone();
        preview["items"] = super::money::items(&lines);
        preview["immediate_transaction"] = if due > 0 {
            bill(period, due)
        } else {
            Value::Null
        };
        preview["next_transaction"] = bill(period, asked);
        preview["recurring_transaction_details"] =
            json!({ "totals": super::money::plain_totals(asked), "line_items": [] });
        preview["update_summary"] = json!({
            "credit": money(0),
            "charge": money(due.max(0)),
            "result": { "action": "charge", "amount": due.max(0).to_string(), "currency_code": "USD" },
        });
        Ok(preview)
    }

    fn plan_lines(&self, items: &Value) -> Result<Vec<Line>, Refusal> {
        let lines = self.lines(items)?;
        if lines.iter().all(Line::is_recurring) {
            Ok(lines)
        } else {
            Err(Refusal::field("items", "every price must be recurring"))
        }
    }

    fn new_items(&mut self, lines: &[Line], before: &Value) -> Value {
        let now = self.state.tick_text();
        let next = text(before, "next_billed_at");
        lines
            .iter()
            .map(|line| {
                let item = json!({ "price": line.price, "quantity": line.quantity });
                self.subscription_item(&item, &now, next)
            })
            .collect()
    }

    /// Charges what the change costs. Nothing to charge, or a credit, makes no transaction.
    fn charge_change(&mut self, before: &Value, mut lines: Vec<Line>, charge: Charge) {
        let (due, rate) = due_now(before, &lines, charge);
        if due <= 0 {
            return;
        }
        let period = before["current_billing_period"].clone();
        if charge == Charge::Prorated {
            // One line carries the difference, so that lines and total agree.
            lines.truncate(1);
            for line in &mut lines {
                line.quantity = 1;
                line.unit = due;
                line.proration = json!({ "rate": format!("{rate:.5}"), "billing_period": period });
            }
        }
        let bill = self.charge_subscription(before, &lines, "subscription_update", period);
        self.emit_transaction(&bill, &["transaction.created", "transaction.billed"]);
        self.capture(&bill);
        self.complete(&bill);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Charge {
    Full,
    Prorated,
}

/// What a change charges now, in cents, and the part of the period that it is for.
fn due_now(before: &Value, lines: &[Line], charge: Charge) -> (i64, f64) {
    let rate = match charge {
        Charge::Full => 1.0,
        Charge::Prorated => remaining(&before["current_billing_period"]),
    };
    let paid: i64 = subscription_lines(before).iter().map(Line::total).sum();
    let asked: i64 = lines.iter().map(Line::total).sum();
    let due = match charge {
        Charge::Full => asked,
        Charge::Prorated => prorate(asked - paid, rate),
    };
    (due, rate)
}

/// `None` charges nothing now.
fn charge_mode(body: &Value) -> Result<Option<Charge>, Refusal> {
    match text(body, "proration_billing_mode") {
        "prorated_immediately" => Ok(Some(Charge::Prorated)),
        "full_immediately" => Ok(Some(Charge::Full)),
        "do_not_bill" | "prorated_next_billing_period" | "full_next_billing_period" => Ok(None),
        _ => Err(Refusal::field(
            "proration_billing_mode",
            "must be given when items change",
        )),
    }
}

/// The part of the period that is left, from 0 to 1.
#[expect(
    clippy::cast_precision_loss,
    reason = "a rate of a month in microseconds, not money"
)]
fn remaining(period: &Value) -> f64 {
    let (Some(start), Some(end)) = (
        clock::parse(text(period, "starts_at")),
        clock::parse(text(period, "ends_at")),
    ) else {
        return 1.0;
    };
    let left = (end - clock::now_micros()) as f64 / (end - start).max(1) as f64;
    left.clamp(0.0, 1.0)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "cents of a plan are far below 2^52"
)]
fn prorate(cents: i64, rate: f64) -> i64 {
    (cents as f64 * rate).round() as i64
}
