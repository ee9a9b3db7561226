//! Making transactions: what a request must hold and what an entity looks like.

use serde_json::{Value, json};

use super::customers::object_or_null;
use super::money::{self, Line};
use super::{Change, Refusal, text};

/// What a new transaction is made from.
pub(crate) struct Draft<'d> {
    pub(crate) lines: &'d [Line],
    pub(crate) status: &'d str,
    pub(crate) origin: &'d str,
    pub(crate) customer_id: Value,
    pub(crate) address_id: Value,
    pub(crate) custom_data: Value,
    pub(crate) subscription_id: Value,
    pub(crate) billing_period: Value,
    /// The page that opens the checkout; the default payment link when absent.
    pub(crate) checkout_url: Option<&'d str>,
}

impl Change<'_> {
    /// `POST /transactions`.
    pub(crate) fn create_transaction(&mut self, body: &Value) -> Result<Value, Refusal> {
        let lines = self.lines(&body["items"])?;
        self.check_parties(body)?;
        check_terms(body)?;
        let checkout_url = checkout_url(body)?;
        let ready = body["customer_id"].is_string() && body["address_id"].is_string();
        let id = self.add_transaction(&Draft {
            lines: &lines,
            status: if ready { "ready" } else { "draft" },
            origin: "api",
            customer_id: body["customer_id"].clone(),
            address_id: body["address_id"].clone(),
            custom_data: object_or_null(body, "custom_data")?,
            subscription_id: Value::Null,
            billing_period: Value::Null,
            checkout_url,
        });
        self.emit_transaction(&id, &["transaction.created"]);
        if ready {
            self.emit_transaction(&id, &["transaction.ready"]);
        }
        self.transaction(&id)
    }

    /// Stores a transaction and emits nothing.
    pub(crate) fn add_transaction(&mut self, draft: &Draft<'_>) -> String {
        let id = self.state.new_id("txn");
        let now = self.state.tick_text();
        let details = money::details(draft.lines, || self.state.new_id("txnitm"));
        let page = draft.checkout_url.unwrap_or(&self.config.checkout_url);
        let join = if page.contains('?') { '&' } else { '?' };
        self.state.transactions.push(json!({
            "id": id,
            "status": draft.status,
            "customer_id": draft.customer_id,
            "address_id": draft.address_id,
            "business_id": null,
            "custom_data": draft.custom_data,
            "currency_code": "USD",
            "origin": draft.origin,
            "subscription_id": draft.subscription_id,
            "invoice_id": null,
            "invoice_number": null,
            "collection_mode": "automatic",
            "discount_id": null,
            "billing_details": null,
            "billing_period": draft.billing_period,
            "items": money::items(draft.lines),
            "details": details,
            "payments": [],
            "checkout": { "url": format!("{page}{join}_ptxn={id}") },
            "created_at": now,
            "updated_at": now,
            "billed_at": if draft.status == "billed" { json!(now) } else { Value::Null },
            "revised_at": null,
        }));
        id
    }

    /// Reads `items[{price_id, quantity}]` against the catalogue.
    pub(crate) fn lines(&self, items: &Value) -> Result<Vec<Line>, Refusal> {
        let items = items.as_array().filter(|items| !items.is_empty());
        let items = items.ok_or_else(|| {
            Refusal::field(
                "items",
                "must be provided as part of the request, with at least one",
            )
        })?;
        items
            .iter()
            .enumerate()
            .map(|(at, item)| self.line(at, item))
            .collect()
    }

    fn line(&self, at: usize, item: &Value) -> Result<Line, Refusal> {
        let Some(price_id) = item["price_id"].as_str() else {
            return Err(Refusal::field(
                format!("items[{at}].price_id"),
                "must be provided",
            ));
        };
        let price = self.catalogue.price(price_id).ok_or_else(|| {
            let detail =
                format!("One or more provided price_ids could not be found, provided: {price_id}");
            Refusal::new(400, "transaction_price_not_found", detail)
                .about(format!("items[{at}].price_id"), "price not found")
        })?;
        let quantity = if item["quantity"].is_null() {
            Some(1)
        } else {
            item["quantity"].as_i64()
        };
        let most = price["quantity"]["maximum"].as_i64().unwrap_or(1);
        let quantity = quantity
            .filter(|count| (1..=most).contains(count))
            .ok_or_else(|| {
                Refusal::field(
                    format!("items[{at}].quantity"),
                    format!("must be from 1 to {most}"),
                )
            })?;
        let product = self.catalogue.product(text(price, "product_id"));
        Ok(Line {
            // A trial begins with a transaction of nothing.
            unit: if price["trial_period"].is_null() {
                money::cents(&price["unit_price"]["amount"])
            } else {
                0
            },
            product: product.cloned().unwrap_or_default(),
            price: price.clone(),
            quantity,
            proration: Value::Null,
        })
    }

    /// A named customer and address must exist and belong together.
    pub(crate) fn check_parties(&self, body: &Value) -> Result<(), Refusal> {
        if let Some(customer) = body["customer_id"].as_str()
            && self.state.customers.get(customer).is_none()
        {
            return Err(Refusal::field("customer_id", "customer not found"));
        }
        if let Some(address) = body["address_id"].as_str() {
            let found = self.state.addresses.get(address);
            if found.is_none_or(|found| found["customer_id"] != body["customer_id"]) {
                return Err(Refusal::field(
                    "address_id",
                    "address not found for this customer",
                ));
            }
        }
        Ok(())
    }
}

fn check_terms(body: &Value) -> Result<(), Refusal> {
    for (field, only) in [("collection_mode", "automatic"), ("currency_code", "USD")] {
        if !body[field].is_null() && body[field] != only {
            return Err(Refusal::field(
                field,
                format!("the sandbox supports only {only}"),
            ));
        }
    }
    Ok(())
}

fn checkout_url(body: &Value) -> Result<Option<&str>, Refusal> {
    match &body["checkout"]["url"] {
        Value::Null => Ok(None),
        Value::String(url) if url.starts_with("http://") || url.starts_with("https://") => {
            Ok(Some(url))
        }
        _ => Err(Refusal::field("checkout.url", "must be a valid URL")),
    }
}
