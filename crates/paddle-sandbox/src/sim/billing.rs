//! Controls about money: payments, subscriptions and adjustments.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::json;

use super::{Quiet, read};
use crate::app::App;
use crate::engine::Refusal;
use crate::engine::cards::{self, Verdict};
use crate::engine::payments::{Card, Payer, Renewals};
use crate::http::Answer;

#[derive(Deserialize)]
#[serde(default)]
struct Pay {
    card: String,
    /// `MM/YY`.
    expiry: String,
    email: String,
    notify: bool,
    complete: bool,
}

impl Default for Pay {
    fn default() -> Self {
        Self {
            card: "4242424242424242".into(),
            expiry: "12/30".into(),
            email: "buyer@example.com".into(),
            notify: true,
            complete: true,
        }
    }
}

/// Pays as the checkout would; a card that needs the bank is confirmed. With `complete: false` the money is taken and
/// the transaction stays paid.
pub(super) async fn pay(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let ask: Pay = read(&bytes)?;
    let payer = Payer {
        card: Card::parse(&ask.expiry)
            .ok_or_else(|| Refusal::bad_request("A card's expiry is MM/YY."))?,
        ..payer(ask.email)
    };
    let transaction = app.change(ask.notify, |change| match cards::judge(&ask.card) {
        Verdict::Declined(code) => change.decline(&id, &payer, code),
        _ if !ask.complete => change.take(&id, &payer),
        Verdict::Approved | Verdict::NeedsConfirmation => change.pay(&id, &payer, Renewals::Work),
        Verdict::ApprovedOnce => change.pay(&id, &payer, Renewals::Fail),
    })?;
    Ok(Json(json!({ "transaction": transaction })).into_response())
}

#[derive(Deserialize)]
#[serde(default)]
struct Complete {
    notify: bool,
}

impl Default for Complete {
    fn default() -> Self {
        Self { notify: true }
    }
}

/// Completes a transaction that was only paid.
pub(super) async fn complete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let ask: Complete = read(&bytes)?;
    let transaction = app.change(ask.notify, |change| change.finish(&id, Renewals::Work))?;
    Ok(Json(json!({ "transaction": transaction })).into_response())
}

#[derive(Deserialize)]
#[serde(default)]
struct Decline {
    error_code: String,
    email: String,
    notify: bool,
}

impl Default for Decline {
    fn default() -> Self {
        Self {
            error_code: "declined".into(),
            email: "buyer@example.com".into(),
            notify: true,
        }
    }
}

pub(super) async fn decline(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let ask: Decline = read(&bytes)?;
    let (payer, code) = (payer(ask.email), cards::error_code(&ask.error_code));
    let transaction = app.change(ask.notify, |change| change.decline(&id, &payer, code))?;
    Ok(Json(json!({ "transaction": transaction })).into_response())
}

/// The buyer opens the form and says who they are: a draft becomes ready.
pub(super) async fn identify(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let payer = payer("buyer@example.com".into());
    let transaction = app.change(true, |change| change.name_buyer(&id, &payer))?;
    Ok(Json(json!({ "transaction": transaction })).into_response())
}

#[derive(Deserialize)]
#[serde(default)]
struct ChargeBack {
    warning: bool,
    notify: bool,
}

impl Default for ChargeBack {
    fn default() -> Self {
        Self {
            warning: false,
            notify: true,
        }
    }
}

pub(super) async fn charge_back(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let ask: ChargeBack = read(&bytes)?;
    let action = if ask.warning {
        "chargeback_warning"
    } else {
        "chargeback"
    };
    let adjustment = app.change(ask.notify, |change| change.charge_back(&id, action))?;
    Ok(Json(json!({ "adjustment": adjustment })).into_response())
}

/// `renew`, `fail-renewal`, `past-due`, `cancel`, `pause` or `resume`.
pub(super) async fn subscription(
    State(app): State<Arc<App>>,
    Path((id, action)): Path<(String, String)>,
    bytes: Bytes,
) -> Answer {
    let ask: Quiet = read(&bytes)?;
    let (subscription, transaction) = app.change(ask.notify, |change| {
        let alone = |subscription| (subscription, json!(null));
        match action.as_str() {
            "renew" => change.renew(&id),
            "fail-renewal" => change.fail_renewal(&id),
            "past-due" => change
                .set_status(&id, "past_due", "subscription.past_due")
                .map(alone),
            "cancel" => change
                .set_status(&id, "canceled", "subscription.canceled")
                .map(alone),
            "pause" => change
                .set_status(&id, "paused", "subscription.paused")
                .map(alone),
            "resume" => change.resume(&id).map(alone),
            "lapse" => change.lapse(&id).map(alone),
            _ => Err(Refusal::new(404, "invalid_url", "No such control.")),
        }
    })?;
    let body = json!({ "subscription": subscription, "transaction": transaction });
    Ok(Json(body).into_response())
}

#[derive(Deserialize)]
#[serde(default)]
struct Adjust {
    /// How a reversal shows: `adjustment`, `status` or `both`.
    r#as: String,
    notify: bool,
}

impl Default for Adjust {
    fn default() -> Self {
        Self {
            r#as: "both".into(),
            notify: true,
        }
    }
}

/// `approve`, `reject` or `reverse`.
pub(super) async fn adjustment(
    State(app): State<Arc<App>>,
    Path((id, action)): Path<(String, String)>,
    bytes: Bytes,
) -> Answer {
    let ask: Adjust = read(&bytes)?;
    let changed = app.change(ask.notify, |change| match action.as_str() {
        "approve" => change.decide(&id, "approved").map(|one| vec![one]),
        "reject" => change.decide(&id, "rejected").map(|one| vec![one]),
        "reverse" => change.reverse(&id, &ask.r#as),
        _ => Err(Refusal::new(404, "invalid_url", "No such control.")),
    })?;
    let body = json!({ "adjustment": changed.last(), "adjustments": changed });
    Ok(Json(body).into_response())
}

fn payer(email: String) -> Payer {
    Payer {
        email,
        country: "US".into(),
        postcode: "10001".into(),
        card: Card::default(),
    }
}
