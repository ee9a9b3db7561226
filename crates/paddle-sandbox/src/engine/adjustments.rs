//! Refunds, credits and chargebacks against a transaction.

use serde_json::{Value, json};

use super::money::{adjustment_totals, cents};
use super::{Change, Refusal, text};

impl Change<'_> {
    /// `POST /adjustments`: a refund waits for approval, a credit is born approved.
    pub(crate) fn create_adjustment(&mut self, body: &Value) -> Result<Value, Refusal> {
        let action = text(body, "action").to_owned();
        if !matches!(action.as_str(), "refund" | "credit") {
            return Err(Refusal::field("action", "must be refund or credit"));
        }
        if text(body, "reason").is_empty() {
            return Err(Refusal::field(
                "reason",
                "must be provided as part of the request",
            ));
        }
        let transaction_id = text(body, "transaction_id");
        let Some(transaction) = self.state.transactions.get(transaction_id).cloned() else {
            return Err(Refusal::field("transaction_id", "transaction not found"));
        };
        if transaction["status"] != "completed" {
            let detail = "Only completed transactions can be refunded.";
            let code = "adjustment_transaction_invalid_status_for_refund";
            return Err(Refusal::new(400, code, detail));
        }
        let mut live = self.state.adjustments.rows().iter();
        if live.any(|row| {
            row["transaction_id"] == transaction_id && row["status"] == "pending_approval"
        }) {
            let detail = "There is already a pending refund for this transaction.";
            return Err(Refusal::new(
                400,
                "adjustment_pending_refund_request",
                detail,
            ));
        }
        let items = adjusted_items(&transaction, body)?;
        let asked: i64 = items.iter().map(|item| cents(&item["amount"])).sum();
        let total = cents(&transaction["details"]["totals"]["total"]);
        if asked + self.already_adjusted(transaction_id) > total {
            let detail = "The total is above what remains of the transaction.";
            let code = "adjustment_total_amount_above_remaining_allowed";
            return Err(Refusal::new(400, code, detail));
        }
        let status = if action == "refund" {
            "pending_approval"
        } else {
            "approved"
        };
        Ok(self.add_adjustment(&transaction, &action, status, text(body, "reason"), items))
    }

    /// A chargeback, or only its warning, for the whole transaction.
    pub(crate) fn charge_back(&mut self, id: &str, action: &str) -> Result<Value, Refusal> {
        let transaction = self.transaction(id)?;
        if transaction["status"] != "completed" {
            return Err(Refusal::conflict(
                "Only completed transactions can be charged back.",
            ));
        }
        let items = adjusted_items(&transaction, &json!({ "type": "full" }))?;
        Ok(self.add_adjustment(&transaction, action, "approved", "chargeback", items))
    }

    /// Approves or rejects a pending refund.
    pub(crate) fn decide(&mut self, id: &str, status: &str) -> Result<Value, Refusal> {
        let before = self.adjustment(id)?;
        if before["status"] != "pending_approval" {
            let detail = format!("The adjustment is {}.", text(&before, "status"));
            return Err(Refusal::conflict(detail));
        }
        Ok(self.set_adjustment_status(id, status))
    }

    /// Takes an approved adjustment back: as a new adjustment, as a status, or as both.
    pub(crate) fn reverse(&mut self, id: &str, form: &str) -> Result<Vec<Value>, Refusal> {
        let before = self.adjustment(id)?;
        let reverse = match text(&before, "action") {
            "chargeback" => "chargeback_reverse",
            "chargeback_warning" => "chargeback_warning_reverse",
            "credit" => "credit_reverse",
            action => return Err(Refusal::conflict(format!("A {action} cannot be reversed."))),
        };
        if before["status"] != "approved" {
            let detail = format!("The adjustment is {}.", text(&before, "status"));
            return Err(Refusal::conflict(detail));
        }
        if !matches!(form, "adjustment" | "status" | "both") {
            return Err(Refusal::field("as", "must be adjustment, status or both"));
        }
        let mut changed = Vec::new();
        if form != "status" {
            let transaction = self.transaction(text(&before, "transaction_id"))?;
            let items = adjusted_items(&transaction, &json!({ "type": "full" }))?;
            changed.push(self.add_adjustment(&transaction, reverse, "approved", "reversed", items));
        }
        if form != "adjustment" {
            changed.push(self.set_adjustment_status(id, "reversed"));
        }
        Ok(changed)
    }

    fn adjustment(&self, id: &str) -> Result<Value, Refusal> {
        self.state
            .adjustments
            .get(id)
            .cloned()
            .ok_or_else(|| Refusal::not_found("Adjustment", id))
    }

    fn set_adjustment_status(&mut self, id: &str, status: &str) -> Value {
        let now = self.state.tick_text();
        let mut after = Value::Null;
        if let Some(row) = self.state.adjustments.get_mut(id) {
            row["status"] = json!(status);
            row["updated_at"] = json!(now);
            after = row.clone();
        }
        self.emit("adjustment.updated", &after);
        after
    }

    /// Cents of this transaction that are taken back or may soon be.
    fn already_adjusted(&self, transaction_id: &str) -> i64 {
        let rows = self.state.adjustments.rows().iter();
        rows.filter(|row| row["transaction_id"] == transaction_id)
            .filter(|row| matches!(text(row, "status"), "pending_approval" | "approved"))
            .map(|row| match text(row, "action") {
                "refund" | "credit" | "chargeback" => cents(&row["totals"]["total"]),
                "chargeback_reverse" | "credit_reverse" => -cents(&row["totals"]["total"]),
                _ => 0,
            })
            .sum()
    }

    fn add_adjustment(
        &mut self,
        transaction: &Value,
        action: &str,
        status: &str,
        reason: &str,
        mut items: Vec<Value>,
    ) -> Value {
        let total: i64 = items.iter().map(|item| cents(&item["amount"])).sum();
        let whole = cents(&transaction["details"]["totals"]["total"]) == total;
        for item in &mut items {
            item["id"] = json!(self.state.new_id("adjitm"));
        }
        let id = self.state.new_id("adj");
        let now = self.state.tick_text();
        let totals = adjustment_totals(total);
        let mut payout = totals.clone();
        payout["chargeback_fee"] = json!({ "amount": "0", "original": null });
        let adjustment = json!({
            "id": id,
            "action": action,
            "type": if whole { "full" } else { "partial" },
            "transaction_id": transaction["id"],
            "subscription_id": transaction["subscription_id"],
            "customer_id": transaction["customer_id"],
            "reason": reason,
            "credit_applied_to_balance": null,
            "currency_code": "USD",
            "status": status,
            "items": items,
            "totals": totals,
            "payout_totals": payout,
            "tax_rates_used": [],
            "created_at": now,
            "updated_at": now,
        });
        self.state.adjustments.push(adjustment.clone());
        self.emit("adjustment.created", &adjustment);
        adjustment
    }
}

/// The items of an adjustment, ids still missing: all lines in full, or the ones asked for.
fn adjusted_items(transaction: &Value, body: &Value) -> Result<Vec<Value>, Refusal> {
    let lines = transaction["details"]["line_items"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let asked = body["items"].as_array();
    if text(body, "type") == "full" || (asked.is_none() && body["type"].is_null()) {
        return Ok(lines
            .iter()
            .map(|line| item(line, "full", cents(&line["totals"]["total"])))
            .collect());
    }
    let asked = asked
        .filter(|asked| !asked.is_empty())
        .ok_or_else(|| Refusal::field("items", "must be provided for a partial adjustment"))?;
    let mut items = Vec::new();
    for (at, wish) in asked.iter().enumerate() {
        let line = lines
            .iter()
            .find(|line| line["id"] == wish["item_id"])
            .ok_or_else(|| {
                Refusal::field(
                    format!("items[{at}].item_id"),
                    "not an item of this transaction",
                )
            })?;
        let total = cents(&line["totals"]["total"]);
        let kind = wish["type"].as_str().unwrap_or("full");
        let amount = if kind == "full" {
            total
        } else {
            cents(&wish["amount"])
        };
        if !(1..=total).contains(&amount) {
            let message = format!("must be a string from 1 to {total}");
            return Err(Refusal::field(format!("items[{at}].amount"), message));
        }
        items.push(item(line, kind, amount));
    }
    Ok(items)
}

fn item(line: &Value, kind: &str, amount: i64) -> Value {
    let amount = amount.to_string();
    json!({
        "id": null,
        "item_id": line["id"],
        "type": kind,
        "amount": amount,
        "proration": null,
        "totals": { "subtotal": amount, "tax": "0", "total": amount },
    })
}
