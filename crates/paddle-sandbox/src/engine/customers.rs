//! Customers and their addresses.

use serde_json::{Value, json};

use super::{Change, Refusal, text};

impl Change<'_> {
    /// `POST /customers`: one customer an email.
    pub(crate) fn create_customer(&mut self, body: &Value) -> Result<Value, Refusal> {
        let email = checked_email(body)?;
        if let Some(id) = self.customer_by_email(&email) {
            let detail = format!("customer email conflicts with customer of id {id}");
            return Err(Refusal::new(409, "customer_already_exists", detail));
        }
        let custom_data = object_or_null(body, "custom_data")?;
        let mut customer = self.new_customer(&email);
        customer["name"] = body["name"].clone();
        customer["custom_data"] = custom_data;
        if let Some(locale) = body["locale"].as_str() {
            customer["locale"] = json!(locale);
        }
        self.state.customers.push(customer.clone());
        self.emit("customer.created", &customer);
        Ok(customer)
    }

    /// `PATCH /customers/{id}`.
    pub(crate) fn update_customer(&mut self, id: &str, body: &Value) -> Result<Value, Refusal> {
        let mut customer = self.customer(id)?;
        if !body["email"].is_null() {
            let email = checked_email(body)?;
            if self
                .customer_by_email(&email)
                .is_some_and(|other| other != id)
            {
                return Err(Refusal::new(
                    409,
                    "customer_already_exists",
                    "This email is taken.",
                ));
            }
            customer["email"] = json!(email);
        }
        object_or_null(body, "custom_data")?;
        for field in ["name", "custom_data", "locale", "status"] {
            if let Some(value) = body.get(field) {
                customer[field] = value.clone();
            }
        }
        customer["updated_at"] = json!(self.state.tick_text());
        if let Some(row) = self.state.customers.get_mut(id) {
            row.clone_from(&customer);
        }
        self.emit("customer.updated", &customer);
        Ok(customer)
    }

    pub(crate) fn customer(&self, id: &str) -> Result<Value, Refusal> {
        self.state
            .customers
            .get(id)
            .cloned()
            .ok_or_else(|| Refusal::not_found("Customer", id))
    }

    /// `POST /customers/{id}/addresses`.
    pub(crate) fn create_address(&mut self, id: &str, body: &Value) -> Result<Value, Refusal> {
        self.customer(id)?;
        let country = text(body, "country_code");
        if country.len() != 2 {
            return Err(Refusal::field(
                "country_code",
                "must be a two-letter country code",
            ));
        }
        Ok(self.add_address(id, country, text(body, "postal_code")))
    }

    /// The customer with this email, made when there is none.
    pub(crate) fn customer_for(&mut self, email: &str) -> String {
        if let Some(id) = self.customer_by_email(email) {
            return id;
        }
        let customer = self.new_customer(email);
        self.state.customers.push(customer.clone());
        self.emit("customer.created", &customer);
        text(&customer, "id").to_owned()
    }

    /// The customer's address in this place, made when there is none.
    pub(crate) fn address_for(&mut self, customer: &str, country: &str, postcode: &str) -> String {
        let known = self.state.addresses.rows().iter().find(|address| {
            address["customer_id"] == customer
                && address["country_code"] == country
                && address["postal_code"] == postcode
        });
        if let Some(address) = known {
            return text(address, "id").to_owned();
        }
        text(&self.add_address(customer, country, postcode), "id").to_owned()
    }

    fn add_address(&mut self, customer: &str, country: &str, postcode: &str) -> Value {
        let id = self.state.new_id("add");
        let now = self.state.tick_text();
        let address = json!({
            "id": id,
            "customer_id": customer,
            "description": null,
            "first_line": null,
            "second_line": null,
            "city": null,
            "postal_code": postcode,
            "region": null,
            "country_code": country,
            "custom_data": null,
            "status": "active",
            "created_at": now,
            "updated_at": now,
            "import_meta": null,
        });
        self.state.addresses.push(address.clone());
        self.emit("address.created", &address);
        address
    }

    fn new_customer(&mut self, email: &str) -> Value {
        let id = self.state.new_id("ctm");
        let now = self.state.tick_text();
        json!({
            "id": id,
            "name": null,
            "email": email,
            "marketing_consent": false,
            "status": "active",
            "custom_data": null,
            "locale": "en",
            "created_at": now,
            "updated_at": now,
            "import_meta": null,
        })
    }

    fn customer_by_email(&self, email: &str) -> Option<String> {
        let mut rows = self.state.customers.rows().iter();
        let found = rows.find(|row| text(row, "email").eq_ignore_ascii_case(email))?;
        Some(text(found, "id").to_owned())
    }
}

/// Whether the text could be an email address; nothing is ever sent to it.
pub(crate) fn is_email(text: &str) -> bool {
    let spaced = text.chars().any(char::is_whitespace);
    text.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.len() > 2 && !spaced)
}

/// A field that may only hold an object or null.
pub(crate) fn object_or_null(body: &Value, field: &str) -> Result<Value, Refusal> {
    match &body[field] {
        value @ (Value::Object(_) | Value::Null) => Ok(value.clone()),
        _ => Err(Refusal::field(field, "must be an object or null")),
    }
}

fn checked_email(body: &Value) -> Result<String, Refusal> {
    let email = text(body, "email").trim();
    if is_email(email) {
        Ok(email.to_owned())
    } else {
        Err(Refusal::field("email", "must be a valid email address"))
    }
}
