//! Portal sessions and the simple page behind their links.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Form;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, envelope};
use crate::app::App;
use crate::engine::money::{cents, dollars};
use crate::engine::{Refusal, text};
use crate::page::{escape, render};
use crate::{clock, ids};

/// Microseconds until a portal link is void.
const LIFETIME: i64 = 3_600_000_000;
const MOST_SUBSCRIPTIONS: usize = 25;

/// `POST /customers/{id}/portal-sessions`.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Path(customer): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let wanted = body["subscription_ids"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if wanted.len() > MOST_SUBSCRIPTIONS {
        return Err(Refusal::field(
            "subscription_ids",
            "at most 25 may be given",
        ));
    }
    let public_url = app.config.public_url.clone();
    let session =
        app.change(true, |change| {
            change.customer(&customer)?;
            for id in &wanted {
                let known = change
                    .state
                    .subscriptions
                    .get(id.as_str().unwrap_or_default());
                if known.is_none_or(|row| row["customer_id"] != *customer) {
                    return Err(Refusal::field("subscription_ids", "not of this customer"));
                }
            }
            let id = change.state.new_id("cpls");
            let token = ids::token();
            let overview = format!("{public_url}/portal/{id}?token={token}");
            let subscriptions = wanted.iter().map(|subscription| {
            let link = |action: &str| {
                format!("{overview}&action={action}#{}", subscription.as_str().unwrap_or_default())
            };
            json!({
                "id": subscription,
                "view_subscription": link("view_subscription"),
                "cancel_subscription": link("cancel_subscription"),
                "update_subscription_payment_method": link("update_subscription_payment_method"),
            })
        });
            let session = json!({
                "id": id,
                "customer_id": customer,
                "urls": {
                    "general": { "overview": overview },
                    "subscriptions": subscriptions.collect::<Value>(),
                },
                "created_at": change.state.tick_text(),
            });
            let mut kept = session.clone();
            kept["token"] = json!(token);
            change.state.portal_sessions.push(kept);
            Ok(session)
        })?;
    Ok(envelope::created(&session))
}

#[derive(Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    token: String,
}

/// The page itself.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    Path(session): Path<String>,
    Query(key): Query<Key>,
) -> Response {
    let Some(customer) = customer_of(&app, &session, &key.token) else {
        return gone();
    };
    let state = app.state();
    let mut body = String::from("<main><h1>Your billing</h1><h2>Subscriptions</h2><ul>");
    let mine = |row: &&Value| row["customer_id"] == *customer;
    for row in state.subscriptions.rows().iter().filter(mine) {
        let id = escape(text(row, "id"));
        let name = escape(text(&row["items"][0]["price"], "name"));
        let status = escape(text(row, "status"));
        let (action, label) = match text(&row["scheduled_change"], "action") {
            "" => ("cancel", "Cancel at the end of the period"),
            _ => ("keep", "Keep this subscription"),
        };
        let _ = write!(body, "<li id=\"{id}\"><p>{name}: {status}</p>");
        if status != "canceled" {
            let _ = write!(
                body,
                "<form method=\"post\" action=\"/portal/{}/subscriptions/{id}/{action}\">\
                 <input type=\"hidden\" name=\"token\" value=\"{}\">\
                 <button>{label}</button></form>",
                escape(&session),
                escape(&key.token)
            );
        }
        body.push_str("</li>");
    }
    body.push_str("</ul><h2>Payments</h2><ul>");
    for row in state.transactions.rows().iter().rev().filter(mine) {
        let total = dollars(cents(&row["details"]["totals"]["grand_total"]));
        let (day, status) = (&text(row, "created_at")[..10], escape(text(row, "status")));
        let _ = write!(body, "<li>{day}: {total}, {status}</li>");
    }
    body.push_str("</ul></main>");
    render(StatusCode::OK, "Your billing", &body, "'none'", "")
}

/// Cancels at the end of the period, or takes that back.
pub(super) async fn act(
    State(app): State<Arc<App>>,
    Path((session, id, action)): Path<(String, String, String)>,
    Form(key): Form<Key>,
) -> Response {
    let Some(customer) = customer_of(&app, &session, &key.token) else {
        return gone();
    };
    let result = app.change(true, |change| {
        if change.subscription(&id)?["customer_id"] != *customer {
            return Err(Refusal::not_found("Subscription", &id));
        }
        match action.as_str() {
            "cancel" => change.request_cancel(&id, &json!({})),
            "keep" => change.update_subscription(&id, &json!({ "scheduled_change": null })),
            _ => Err(Refusal::new(404, "invalid_url", "Endpoint not found.")),
        }
    });
    match result {
        Ok(_) => Redirect::to(&format!("/portal/{session}?token={}", key.token)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// Links of a subscription's `management_urls`, which carry no session.
pub(super) async fn closed() -> Response {
    gone()
}

fn customer_of(app: &App, session: &str, token: &str) -> Option<String> {
    let state = app.state();
    let row = state.portal_sessions.get(session)?;
    let born = clock::parse(text(row, "created_at"))?;
    let good = row["token"] == token && clock::now_micros() < born + LIFETIME;
    good.then(|| text(row, "customer_id").to_owned())
}

fn gone() -> Response {
    let body = "<main><h1>This link has ended</h1>\
                <p>Open your billing again from the shop.</p></main>";
    render(StatusCode::FORBIDDEN, "Link ended", body, "'none'", "")
}
