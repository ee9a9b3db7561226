//! The data of Paddle.js events: amounts are numbers in whole units there, not strings.

use serde_json::{Value, json};

use crate::engine::money::cents;
use crate::engine::text;
use crate::state::State;

/// What a checkout event says about a transaction.
pub(crate) fn of(state: &State, transaction: &Value) -> Value {
    let totals = &transaction["details"]["totals"];
    json!({
        "id": text(transaction, "id").replacen("txn_", "che_", 1),
        "transaction_id": transaction["id"],
        "status": transaction["status"],
        "customer": customer(state, transaction),
        "items": items(transaction),
        "totals": amounts(totals),
        "currency_code": transaction["currency_code"],
        "custom_data": transaction["custom_data"],
        "payment": { "method_details": { "type": "card" } },
        "discount": null,
        "upsell": null,
    })
}

fn customer(state: &State, transaction: &Value) -> Value {
    let Some(customer) = state.customers.get(text(transaction, "customer_id")) else {
        return json!({ "id": null, "email": null, "address": null, "business": null });
    };
    let address = state
        .addresses
        .get(text(transaction, "address_id"))
        .map(|address| {
            json!({
                "id": address["id"],
                "country_code": address["country_code"],
                "postal_code": address["postal_code"],
            })
        });
    json!({
        "id": customer["id"],
        "email": customer["email"],
        "address": address,
        "business": null,
    })
}

fn items(transaction: &Value) -> Value {
    let items = transaction["items"].as_array().into_iter().flatten();
    let details = transaction["details"]["line_items"]
        .as_array()
        .into_iter()
        .flatten();
    items
        .zip(details)
        .map(|(item, detail)| {
            json!({
                "price_id": item["price_id"],
                "price_name": item["price"]["name"],
                "quantity": item["quantity"],
                "billing_cycle": item["price"]["billing_cycle"],
                "product": {
                    "id": detail["product"]["id"],
                    "name": detail["product"]["name"],
                    "description": detail["product"]["description"],
                },
                "totals": amounts(&detail["totals"]),
            })
        })
        .collect()
}

fn amounts(totals: &Value) -> Value {
    let amount = |field: &str| units(cents(&totals[field]));
    json!({
        "subtotal": amount("subtotal"),
        "discount": amount("discount"),
        "tax": amount("tax"),
        "total": amount("total"),
        "credit": amount("credit"),
        "balance": amount("balance"),
    })
}

/// Cents as a JSON number of dollars.
fn units(cents: i64) -> Value {
    let text = format!("{}.{:02}", cents / 100, cents % 100);
    serde_json::from_str(&text).unwrap_or_default()
}
