//! Charging a transaction: the way from draft to completed, and refused payments.

use serde_json::{Value, json};

use super::{Change, Refusal, money, text};
use crate::ids;

/// Who pays, as far as a checkout asks.
#[derive(Clone, Debug)]
pub(crate) struct Payer {
    pub(crate) email: String,
    pub(crate) country: String,
    pub(crate) postcode: String,
    pub(crate) card: Card,
}

/// What is kept of a card: its last month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) month: u32,
    pub(crate) year: i32,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            month: 12,
            year: 2030,
        }
    }
}

impl Card {
    /// `MM/YY`, `MM / YYYY` or `MMYY`.
    pub(crate) fn parse(expiry: &str) -> Option<Self> {
        let digits: String = expiry.chars().filter(char::is_ascii_digit).collect();
        if digits.len() != 4 && digits.len() != 6 {
            return None;
        }
        let (month, year) = digits.split_at(2);
        let month: u32 = month.parse().ok()?;
        let year: i32 = year.parse().ok()?;
        let year = if year < 100 { 2000 + year } else { year };
        (1..=12).contains(&month).then_some(Self { month, year })
    }
}

/// Whether renewals will work with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewals {
    Work,
    Fail,
}

impl Change<'_> {
    /// Takes the money, once: identifies the buyer, captures, subscribes, completes.
    pub(crate) fn pay(
        &mut self,
        id: &str,
        payer: &Payer,
        renewals: Renewals,
    ) -> Result<Value, Refusal> {
        self.check_payable(id)?;
        self.identify(id, payer);
        self.capture_by(id, payer.card);
        self.subscribe(id, renewals);
        self.complete(id);
        self.transaction(id)
    }

    /// Takes the money and stops there: the transaction stays paid until it is completed.
    pub(crate) fn take(&mut self, id: &str, payer: &Payer) -> Result<Value, Refusal> {
        self.check_payable(id)?;
        self.identify(id, payer);
        self.capture_by(id, payer.card);
        self.transaction(id)
    }

    /// Completes a transaction whose money was taken before.
    pub(crate) fn finish(&mut self, id: &str, renewals: Renewals) -> Result<Value, Refusal> {
        let transaction = self.transaction(id)?;
        if text(&transaction, "status") != "paid" {
            let detail = "Only a paid transaction can be completed";
            return Err(Refusal::new(409, "conflict", detail));
        }
        self.subscribe(id, renewals);
        self.complete(id);
        self.transaction(id)
    }

    /// The buyer has said who they are; a draft becomes ready.
    pub(crate) fn name_buyer(&mut self, id: &str, payer: &Payer) -> Result<Value, Refusal> {
        self.check_payable(id)?;
        self.identify(id, payer);
        self.transaction(id)
    }

    /// Records a refused payment; the transaction stays payable.
    pub(crate) fn decline(
        &mut self,
        id: &str,
        payer: &Payer,
        code: &str,
    ) -> Result<Value, Refusal> {
        self.check_payable(id)?;
        self.identify(id, payer);
        self.fail_payment(id, code);
        self.transaction(id)
    }

    pub(crate) fn fail_payment(&mut self, id: &str, code: &str) {
        let card = self.saved_card(id);
        self.edit_transaction(id, |row, now| {
            add_payment(row, "error", Some(code), (card, now));
        });
        self.emit_transaction(id, &["transaction.payment_failed"]);
    }

    /// The card that paid last for the subscription of a transaction.
    fn saved_card(&self, id: &str) -> Card {
        let of = self.state.transactions.get(id);
        let of = of.map_or(Value::Null, |row| row["subscription_id"].clone());
        let rows = self.state.transactions.rows();
        let paid = rows
            .iter()
            .filter(|row| !of.is_null() && row["subscription_id"] == of);
        let payments = paid.filter_map(|row| row["payments"].as_array()).flatten();
        let taken = payments.filter(|payment| payment["status"] == "captured");
        let newest = taken.max_by_key(|payment| text(payment, "captured_at").to_owned());
        let card = newest.map(|payment| &payment["method_details"]["card"]);
        let read = |card: &Value| {
            Some(Card {
                month: u32::try_from(card["expiry_month"].as_u64()?).ok()?,
                year: i32::try_from(card["expiry_year"].as_i64()?).ok()?,
            })
        };
        card.and_then(read).unwrap_or_default()
    }

    /// Money is there by the card that is saved, but the transaction is still being processed.
    pub(crate) fn capture(&mut self, id: &str) {
        self.capture_by(id, self.saved_card(id));
    }

    fn capture_by(&mut self, id: &str, card: Card) {
        self.edit_transaction(id, |row, now| {
            add_payment(row, "captured", None, (card, now));
            row["status"] = json!("paid");
            if row["billed_at"].is_null() {
                row["billed_at"] = json!(now);
            }
        });
        self.emit_transaction(id, &["transaction.updated", "transaction.paid"]);
    }

    /// Everything is settled: invoice number, payout and, for plans, subscription and period.
    pub(crate) fn complete(&mut self, id: &str) {
        let invoice_id = self.state.new_id("inv");
        let number = self.state.next_invoice_number();
        self.edit_transaction(id, |row, _| {
            row["status"] = json!("completed");
            row["invoice_id"] = json!(invoice_id);
            row["invoice_number"] = json!(number);
            money::complete(&mut row["details"]);
        });
        self.emit_transaction(id, &["transaction.updated", "transaction.completed"]);
    }

    /// Whether money may still be taken for it.
    pub(crate) fn check_payable(&self, id: &str) -> Result<(), Refusal> {
        let transaction = self.transaction(id)?;
        if matches!(
            text(&transaction, "status"),
            "draft" | "ready" | "billed" | "past_due"
        ) {
            return Ok(());
        }
        let detail = "Cannot process payment for non-ready transaction";
        Err(Refusal::new(
            422,
            "transaction_not_ready_cannot_process_payment",
            detail,
        ))
    }

    fn identify(&mut self, id: &str, payer: &Payer) {
        let Some(before) = self.state.transactions.get(id).cloned() else {
            return;
        };
        if before["status"] != "draft" {
            return;
        }
        let customer = match before["customer_id"].as_str() {
            Some(known) => known.to_owned(),
            None => self.customer_for(&payer.email),
        };
        let address = match before["address_id"].as_str() {
            Some(known) => known.to_owned(),
            None => self.address_for(&customer, &payer.country, &payer.postcode),
        };
        self.edit_transaction(id, |row, _| {
            row["customer_id"] = json!(customer);
            row["address_id"] = json!(address);
            row["status"] = json!("ready");
        });
        self.emit_transaction(id, &["transaction.updated", "transaction.ready"]);
    }
}

/// Adds a payment attempt. Of the card its last month is true; the rest is made up, whichever was used.
fn add_payment(row: &mut Value, status: &str, code: Option<&str>, (card, now): (Card, &str)) {
    let captured = if code.is_none() {
        json!(now)
    } else {
        Value::Null
    };
    let payment = json!({
        "payment_attempt_id": ids::uuid(),
        "stored_payment_method_id": ids::uuid(),
        "payment_method_id": null,
        "amount": row["details"]["totals"]["grand_total"],
        "status": status,
        "error_code": code,
        "method_details": {
            "type": "card",
            "underlying_details": null,
            "card": {
                "type": "visa",
                "last4": "0000",
                "expiry_month": card.month,
                "expiry_year": card.year,
                "cardholder_name": "Sandbox Buyer",
            },
        },
        "created_at": now,
        "captured_at": captured,
    });
    if let Some(payments) = row["payments"].as_array_mut() {
        // Paddle lists the newest attempt first.
        payments.insert(0, payment);
    }
}
