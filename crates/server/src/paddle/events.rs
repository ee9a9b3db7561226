//! The parts of Paddle's objects that we read; everything else is kept as raw text and tolerated.

mod payment;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

pub use payment::{Card, MethodDetails, Payment};

/// The envelope of an event.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// Unique for the event, the same in every delivery.
    pub event_id: String,
    /// Such as `transaction.completed`.
    pub event_type: String,
    /// When it happened, by the provider's clock.
    pub occurred_at: DateTime<Utc>,
    /// The object it is about.
    pub data: Value,
}

/// A transaction.
#[derive(Clone, Debug, Deserialize)]
pub struct Transaction {
    /// `txn_…`.
    pub id: String,
    /// Such as `completed`.
    pub status: String,
    /// Such as `api` or `subscription_recurring`.
    #[serde(default)]
    pub origin: String,
    /// What we sent along; a hint, never authority.
    #[serde(default)]
    pub custom_data: Option<Value>,
    /// The subscription it belongs to.
    #[serde(default)]
    pub subscription_id: Option<String>,
    /// The invoice.
    #[serde(default)]
    pub invoice_number: Option<String>,
    /// Such as `USD`.
    #[serde(default)]
    pub currency_code: String,
    /// What was bought.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Totals.
    #[serde(default)]
    pub details: Details,
    /// Attempts to pay, newest first.
    #[serde(default)]
    pub payments: Vec<Payment>,
    /// The period it pays for.
    #[serde(default)]
    pub billing_period: Option<Period>,
    /// When it was billed.
    #[serde(default)]
    pub billed_at: Option<DateTime<Utc>>,
    /// When it last changed.
    #[serde(default)]
    pub updated_at: Option<DateTime<Utc>>,
}

/// One line of a transaction.
#[derive(Clone, Debug, Deserialize)]
pub struct Item {
    /// The price, as an id or as a whole object.
    #[serde(default)]
    pub price_id: Option<String>,
    /// The price as a whole object.
    #[serde(default)]
    pub price: Option<PriceRef>,
    /// Units.
    pub quantity: i64,
}

/// A price inside another object.
#[derive(Clone, Debug, Deserialize)]
pub struct PriceRef {
    /// `pri_…`.
    pub id: String,
}

impl Item {
    /// The price's id, wherever it stands.
    pub fn price(&self) -> Option<&str> {
        self.price_id
            .as_deref()
            .or(self.price.as_ref().map(|price| price.id.as_str()))
    }
}

/// Totals of a transaction.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Details {
    /// The sums, as text in minor units.
    #[serde(default)]
    pub totals: Totals,
    /// What each line costs.
    #[serde(default)]
    pub line_items: Vec<LineItem>,
}

/// Sums as text in minor units.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Totals {
    /// What the customer pays.
    #[serde(default)]
    pub grand_total: String,
    /// What the lines come to.
    #[serde(default)]
    pub total: String,
}

/// A line of a transaction with its price and sum.
#[derive(Clone, Debug, Deserialize)]
pub struct LineItem {
    /// `txnitm_…`.
    pub id: String,
    /// The price.
    pub price_id: String,
    /// Units.
    #[serde(default)]
    pub quantity: i64,
    /// What it costs.
    #[serde(default)]
    pub totals: Totals,
}

/// A billing period.
#[derive(Clone, Debug, Deserialize)]
pub struct Period {
    /// Its first moment.
    pub starts_at: DateTime<Utc>,
    /// Its end.
    pub ends_at: DateTime<Utc>,
}

/// Money that is taken back or returned.
#[derive(Clone, Debug, Deserialize)]
pub struct Adjustment {
    /// `adj_…`.
    pub id: String,
    /// Such as `refund` or `chargeback`.
    pub action: String,
    /// `full` or `partial`.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// The payment it is about.
    pub transaction_id: String,
    /// Such as `pending_approval`.
    pub status: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Such as `USD`.
    #[serde(default)]
    pub currency_code: String,
    /// The lines it is about.
    #[serde(default)]
    pub items: Vec<AdjustedItem>,
    /// Its sum.
    #[serde(default)]
    pub totals: Totals,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<DateTime<Utc>>,
    /// When it last changed.
    #[serde(default)]
    pub updated_at: Option<DateTime<Utc>>,
}

/// A line of an adjustment.
#[derive(Clone, Debug, Deserialize)]
pub struct AdjustedItem {
    /// The line of the payment.
    pub item_id: String,
    /// Such as `full`, `partial` or `tax`.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// What was asked for, as text in minor units.
    #[serde(default)]
    pub amount: Option<String>,
    /// What it comes to.
    #[serde(default)]
    pub totals: Totals,
}

impl AdjustedItem {
    /// Its money in minor units: what it comes to, with tax, as the payment's lines are given; else what was asked for.
    pub fn money(&self) -> Option<i64> {
        let total = Some(self.totals.total.as_str()).filter(|text| !text.is_empty());
        total.or(self.amount.as_deref())?.parse().ok()
    }
}

/// A subscription.
#[derive(Clone, Debug, Deserialize)]
pub struct Subscription {
    /// `sub_…`.
    pub id: String,
    /// Such as `active` or `past_due`.
    pub status: String,
    /// Only in `subscription.created`.
    #[serde(default)]
    pub transaction_id: Option<String>,
    /// What is subscribed to.
    #[serde(default)]
    pub items: Vec<Item>,
    /// The period that is paid.
    #[serde(default)]
    pub current_billing_period: Option<Period>,
    /// What will happen at the end of it.
    #[serde(default)]
    pub scheduled_change: Option<Scheduled>,
    /// When it last changed.
    #[serde(default)]
    pub updated_at: Option<DateTime<Utc>>,
}

/// A change that a subscription waits for.
#[derive(Clone, Debug, Deserialize)]
pub struct Scheduled {
    /// Such as `cancel`.
    pub action: String,
    /// When.
    pub effective_at: DateTime<Utc>,
}

/// A price of the provider's catalogue.
#[derive(Clone, Debug, Deserialize)]
pub struct Price {
    /// `pri_…`.
    pub id: String,
    /// Ours: which item and price list it is for.
    #[serde(default)]
    pub custom_data: Option<Value>,
}

impl Transaction {
    /// Whether the customer pays nothing for it.
    pub fn is_free(&self) -> bool {
        self.details.totals.grand_total == "0"
    }

    /// Whether the newest attempt to pay it failed, and it can still be paid.
    pub fn last_attempt_failed(&self) -> bool {
        let newest = self.payments.first();
        let taken = matches!(self.status.as_str(), "paid" | "completed" | "canceled");
        !taken && newest.is_some_and(|payment| payment.status == "error")
    }

    /// The event that would tell of the transaction as it is.
    pub fn event_type(&self) -> &'static str {
        let attempt = self.payments.first();
        match self.status.as_str() {
            "completed" => "transaction.completed",
            "paid" => "transaction.paid",
            "canceled" => "transaction.canceled",
            _ if attempt.is_some_and(|payment| payment.status == "error") => {
                "transaction.payment_failed"
            }
            _ => "transaction.updated",
        }
    }

    /// What was bought: units by price, however many lines they stand in; `None` when a line names no price or no units.
    pub fn units_by_price(&self) -> Option<Vec<(&str, i64)>> {
        let mut units: Vec<(&str, i64)> = Vec::new();
        for line in &self.items {
            let price = line.price().filter(|_| line.quantity > 0)?;
            match units.iter_mut().find(|(known, _)| *known == price) {
                Some((_, sum)) => *sum = sum.saturating_add(line.quantity),
                None => units.push((price, line.quantity)),
            }
        }
        Some(units)
    }

    /// The checkout that we named when we made it; a hint.
    pub fn checkout_hint(&self) -> Option<&str> {
        self.custom_data.as_ref()?.get("checkout_id")?.as_str()
    }

    /// What the customer pays, as people read it: "147.00 USD".
    pub fn total_text(&self) -> Option<String> {
        money_text(&self.details.totals.grand_total, &self.currency_code)
    }

    /// When the newest payment was taken, and until when its card can be charged, if it was one.
    pub fn card(&self) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
        self.payments.iter().find_map(|payment| {
            let details = payment.method_details.as_ref();
            let card = details.and_then(|details| details.card.as_ref());
            Some((payment.captured_at?, card.and_then(Card::ends_at)))
        })
    }

    /// When the money was taken.
    pub fn captured_at(&self) -> Option<DateTime<Utc>> {
        self.payments.iter().find_map(|payment| payment.captured_at)
    }
}

/// A sum in minor units as people read it: "147.00 USD"; none when it is no number.
pub fn money_text(minor: &str, currency: &str) -> Option<String> {
    if minor.is_empty() || !minor.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Currencies without minor units keep the provider's number as it is.
    if matches!(currency, "JPY" | "KRW" | "CLP" | "VND") {
        return Some(format!("{minor} {currency}"));
    }
    let padded = format!("{minor:0>3}");
    let (whole, cents) = padded.split_at(padded.len().saturating_sub(2));
    Some(format!("{whole}.{cents} {currency}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_price_are_one_purchase() {
        let units = |items: &str| {
            let items: Value = serde_json::from_str(items).unwrap();
            let json = serde_json::json!({"id": "txn_1", "status": "completed", "items": items});
            let transaction: Transaction = serde_json::from_value(json).unwrap();
            let units = transaction.units_by_price()?;
            Some(format!("{units:?}"))
        };
        let line = |price: &str, quantity: i64| {
            format!(r#"{{"price_id": "{price}", "quantity": {quantity}}}"#)
        };
        let three = [line("pri_b", 1), line("pri_a", 2), line("pri_b", 3)].join(",");
        assert_eq!(
            units(&format!("[{three}]")).as_deref(),
            Some(r#"[("pri_b", 4), ("pri_a", 2)]"#)
        );
        assert_eq!(units(&format!("[{}]", line("pri_a", 0))), None);
        assert_eq!(units(r#"[{"quantity": 1}]"#), None);
    }

    #[test]
    fn a_card_ends_with_its_month_and_a_payment_that_failed_names_none() {
        let card = |payments: Value| {
            let json =
                serde_json::json!({"id": "txn_1", "status": "completed", "payments": payments});
            let transaction: Transaction = serde_json::from_value(json).unwrap();
            let (_, ends) = transaction.card()?;
            Some(ends?.to_rfc3339())
        };
        let payment = |month: u32, captured: Option<&str>| {
            serde_json::json!({"status": "captured", "captured_at": captured,
                "method_details": {"type": "card", "card": {"expiry_month": month, "expiry_year": 2026}}})
        };
        let paid = payment(12, Some("2026-11-28T00:00:00Z"));
        let declined = payment(3, None);
        let ends = Some("2027-01-01T12:00:00+00:00");
        assert_eq!(card(serde_json::json!([paid])).as_deref(), ends);
        assert_eq!(card(serde_json::json!([declined, paid])).as_deref(), ends);
        assert_eq!(card(serde_json::json!([declined])), None);
        let nonsense = payment(13, Some("2026-11-28T00:00:00Z"));
        assert_eq!(card(serde_json::json!([nonsense])), None);
        let no_card = serde_json::json!({"status": "captured", "captured_at": "2026-11-28T00:00:00Z",
            "method_details": {"type": "paypal", "card": null}});
        assert_eq!(
            card(serde_json::json!([no_card, paid])),
            None,
            "the newest counts"
        );
        for odd in [
            serde_json::json!(null),
            serde_json::json!("12"),
            serde_json::json!({}),
        ] {
            let odd = serde_json::json!({"status": "captured", "captured_at": "2026-11-28T00:00:00Z",
                "method_details": {"type": "card", "card": {"expiry_month": odd, "expiry_year": 2026}}});
            assert_eq!(
                card(serde_json::json!([odd])),
                None,
                "and the payment still reads"
            );
        }
    }

    #[test]
    fn totals_read_as_money() {
        let total = |minor: &str, currency: &str| {
            let json = serde_json::json!({"id": "txn_1", "status": "draft", "currency_code": currency,
                "details": {"totals": {"grand_total": minor}}});
            serde_json::from_value::<Transaction>(json)
                .unwrap()
                .total_text()
        };
        assert_eq!(total("14700", "USD").as_deref(), Some("147.00 USD"));
        assert_eq!(total("5", "EUR").as_deref(), Some("0.05 EUR"));
        assert_eq!(total("500", "JPY").as_deref(), Some("500 JPY"));
        assert_eq!(total("", "USD"), None);
        assert_eq!(total("-5", "USD"), None);
    }
}
