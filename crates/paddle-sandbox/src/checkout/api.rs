//! The endpoints of the form. Card numbers are judged here and go no further.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{Datelike as _, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::event_data;
use crate::app::App;
use crate::engine::cards::{self, Verdict};
use crate::engine::customers::is_email;
use crate::engine::payments::{Card, Payer, Renewals};
use crate::engine::{Change, Refusal};

/// What the form sends. It has no `Debug`, so that a card number cannot reach a log.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Form {
    email: String,
    country: String,
    postcode: String,
    card_number: String,
    name: String,
    expiry: String,
    security_code: String,
    /// The bank's answer: `confirmed` or `refused`, empty before it was asked.
    bank: String,
    custom_data: Value,
}

/// The buyer's side of the form is complete: the transaction becomes ready.
pub(super) async fn customer(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let form = match read(&app, &headers, &bytes) {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let errors = buyer_errors(&form);
    if !errors.is_empty() {
        return invalid(&errors);
    }
    answer(&app, &id, "ready", |change| {
        change.check_payable(&id)?;
        if form.custom_data.is_object() {
            // As at Paddle, the browser may replace custom data: it proves nothing.
            change.edit_transaction(&id, |row, _| row["custom_data"] = form.custom_data.clone());
        }
        change.name_buyer(&id, &payer(&form))
    })
}

/// Charges the card.
pub(super) async fn pay(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let form = match read(&app, &headers, &bytes) {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let mut errors = buyer_errors(&form);
    errors.extend(card_errors(&form));
    if !errors.is_empty() {
        return invalid(&errors);
    }
    let payer = payer(&form);
    let code = match (cards::judge(&form.card_number), form.bank.as_str()) {
        (Verdict::NeedsConfirmation, "confirmed") | (Verdict::Approved, _) => {
            return answer(&app, &id, "completed", |it| {
                it.pay(&id, &payer, Renewals::Work)
            });
        }
        (Verdict::ApprovedOnce, _) => {
            return answer(&app, &id, "completed", |it| {
                it.pay(&id, &payer, Renewals::Fail)
            });
        }
        (Verdict::NeedsConfirmation, "") => {
            return answer(&app, &id, "confirm", |it| it.name_buyer(&id, &payer));
        }
        (Verdict::NeedsConfirmation, _) => "authentication_failed",
        (Verdict::Declined(code), _) => code,
    };
    let declined = answer(&app, &id, "declined", |it| it.decline(&id, &payer, code));
    if declined.status() != StatusCode::OK {
        return declined;
    }
    let event = app.state();
    let event = event
        .transactions
        .get(&id)
        .map(|row| event_data::of(&event, row));
    let message = cards::sentence(code);
    Json(json!({ "outcome": "declined", "code": code, "message": message, "event": event }))
        .into_response()
}

fn answer(
    app: &App,
    id: &str,
    outcome: &str,
    act: impl FnOnce(&mut Change<'_>) -> Result<Value, Refusal>,
) -> Response {
    match app.change(true, act) {
        Ok(row) => {
            let event = event_data::of(&app.state(), &row);
            Json(json!({ "outcome": outcome, "event": event })).into_response()
        }
        Err(refusal) if refusal.status == 422 => {
            let status = app
                .state()
                .transactions
                .get(id)
                .map(|row| row["status"].clone());
            let body = json!({ "outcome": "closed", "status": status });
            (StatusCode::CONFLICT, Json(body)).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Accepts a body only from the form's own page: a browser sets `Origin` and no page can forge it.
fn read(app: &App, headers: &HeaderMap, bytes: &Bytes) -> Result<Form, Refusal> {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    };
    let origin = header("origin");
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let own = origin == app.config.public_url || (!host.is_empty() && host == header("host"));
    if !own || !header("content-type").starts_with("application/json") {
        return Err(Refusal::new(
            403,
            "forbidden",
            "Only the checkout page may do this.",
        ));
    }
    serde_json::from_slice(bytes).map_err(|_| Refusal::bad_request("The form cannot be read."))
}

fn payer(form: &Form) -> Payer {
    Payer {
        email: form.email.trim().to_owned(),
        country: form.country.clone(),
        postcode: form.postcode.trim().to_owned(),
        card: Card::parse(&form.expiry).unwrap_or_default(),
    }
}

type FieldErrors = Vec<(&'static str, &'static str)>;

fn invalid(errors: &FieldErrors) -> Response {
    let errors: Value = errors
        .iter()
        .map(|(field, text)| json!({ "field": field, "message": text }))
        .collect();
    let body = json!({ "outcome": "invalid", "errors": errors });
    // No error status: a browser would log a missing postcode as a failed request.
    Json(body).into_response()
}

fn buyer_errors(form: &Form) -> FieldErrors {
    let mut errors = Vec::new();
    if !is_email(form.email.trim()) {
        errors.push(("email", "Enter an email address, such as dana@example.com."));
    }
    if form.country.len() != 2 {
        errors.push(("country", "Choose a country."));
    }
    if form.postcode.trim().is_empty() {
        errors.push(("postcode", "Enter a postcode."));
    }
    errors
}

fn card_errors(form: &Form) -> FieldErrors {
    let mut errors = Vec::new();
    if form.card_number.trim().is_empty() {
        errors.push(("card_number", "Enter a card number."));
    }
    if form.name.trim().is_empty() {
        errors.push(("name", "Enter the name on the card."));
    }
    if !expires_later(&form.expiry) {
        errors.push((
            "expiry",
            "Enter a month and year in the future, such as 12/30.",
        ));
    }
    let code = form.security_code.trim();
    if !(3..=4).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        errors.push(("security_code", "Enter the three or four digits."));
    }
    errors
}

/// This month or later.
fn expires_later(expiry: &str) -> bool {
    let now = Utc::now();
    Card::parse(expiry).is_some_and(|card| (card.year, card.month) >= (now.year(), now.month()))
}

#[cfg(test)]
mod tests {
    use super::expires_later;

    #[test]
    fn an_expiry_must_lie_ahead() {
        for good in ["12/99", "12 / 2099", "1299"] {
            assert!(expires_later(good), "{good}");
        }
        for bad in ["", "13/99", "12/20", "00/99", "1/2", "aa/bb"] {
            assert!(!expires_later(bad), "{bad}");
        }
    }
}
