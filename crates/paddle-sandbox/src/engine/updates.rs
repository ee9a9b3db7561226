//! `PATCH /transactions/{id}`: the few things that a client may change itself.

use serde_json::{Value, json};

use super::customers::object_or_null;
use super::{Change, Refusal, money, text};

impl Change<'_> {
    /// Items, parties and custom data while draft or ready; then only the way to canceled.
    pub(crate) fn update_transaction(&mut self, id: &str, body: &Value) -> Result<Value, Refusal> {
        let before = self.transaction(id)?;
        let status = text(&before, "status").to_owned();
        let wanted = body["status"].as_str().map(str::to_owned);
        let event = match wanted.as_deref() {
            None => None,
            Some(wanted) => Some(status_event(&status, wanted)?),
        };
        let fields = ["items", "customer_id", "address_id", "custom_data"];
        let edits = fields.iter().any(|field| body.get(field).is_some());
        if event.is_none() && !matches!(status.as_str(), "draft" | "ready")
            || (edits && status == "billed")
        {
            let detail = "Cannot update immutable transaction";
            return Err(Refusal::new(400, "transaction_immutable", detail));
        }
        self.edit_fields(id, &before, body)?;
        let ready = self.transaction(id)?;
        let became_ready = status == "draft"
            && ready["customer_id"].is_string()
            && ready["address_id"].is_string();
        self.edit_transaction(id, |row, now| {
            if became_ready {
                row["status"] = json!("ready");
            }
            if let Some(wanted) = &wanted {
                row["status"] = json!(wanted);
                if wanted == "billed" {
                    row["billed_at"] = json!(now);
                }
            }
        });
        self.emit_transaction(id, &["transaction.updated"]);
        if became_ready && event.is_none() {
            self.emit_transaction(id, &["transaction.ready"]);
        }
        if let Some(event) = event {
            self.emit_transaction(id, &[event]);
        }
        self.transaction(id)
    }

    fn edit_fields(&mut self, id: &str, before: &Value, body: &Value) -> Result<(), Refusal> {
        let mut parties = json!({
            "customer_id": before["customer_id"],
            "address_id": before["address_id"],
        });
        for field in ["customer_id", "address_id"] {
            if let Some(value) = body.get(field) {
                parties[field] = value.clone();
            }
        }
        self.check_parties(&parties)?;
        let custom_data = object_or_null(body, "custom_data")?;
        let lines = body
            .get("items")
            .map(|items| self.lines(items))
            .transpose()?;
        let details = lines.as_ref().map(|lines| {
            (
                money::items(lines),
                money::details(lines, || self.state.new_id("txnitm")),
            )
        });
        self.edit_transaction(id, |row, _| {
            row["customer_id"] = parties["customer_id"].take();
            row["address_id"] = parties["address_id"].take();
            if body.get("custom_data").is_some() {
                row["custom_data"] = custom_data;
            }
            if let Some((items, details)) = details {
                row["items"] = items;
                row["details"] = details;
            }
        });
        Ok(())
    }
}

/// The event of a status that a client may set, or why it may not.
fn status_event(from: &str, to: &str) -> Result<&'static str, Refusal> {
    match (from, to) {
        ("ready", "billed") => Ok("transaction.billed"),
        ("draft", "billed") => {
            let detail = "Transaction status needs to be ready";
            Err(Refusal::new(
                400,
                "transaction_status_must_be_ready",
                detail,
            ))
        }
        // A draft stays one until its form is opened (Paddle: transaction_invalid_status_change).
        ("ready" | "billed", "canceled") => Ok("transaction.canceled"),
        _ => {
            let detail = format!("Invalid attempt to change status from '{from}' to '{to}'");
            Err(Refusal::new(
                400,
                "transaction_invalid_status_change",
                detail,
            ))
        }
    }
}
