//! `/events`, `/event-types` and `/notifications`.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::listing::{self, Listing};
use super::{Answer, envelope};
use crate::app::App;
use crate::engine::{Refusal, text};
use crate::state;

const EVENTS: Listing<'static> = Listing {
    path: "/events",
    filters: &["event_type"],
    times: &["occurred_at"],
    newest_first: false,
    per_page: 50,
    most: 200,
};

const NOTIFICATIONS: Listing<'static> = Listing {
    path: "/notifications",
    filters: &["id", "status", "notification_setting_id", "type"],
    times: &[],
    newest_first: true,
    per_page: 50,
    most: 200,
};

/// The event types that this sandbox emits, with the entity each is about.
const TYPES: [&str; 23] = [
    "address.created",
    "adjustment.created",
    "adjustment.updated",
    "customer.created",
    "customer.updated",
    "subscription.activated",
    "subscription.canceled",
    "subscription.created",
    "subscription.imported",
    "subscription.past_due",
    "subscription.paused",
    "subscription.resumed",
    "subscription.trialing",
    "subscription.updated",
    "transaction.billed",
    "transaction.canceled",
    "transaction.completed",
    "transaction.created",
    "transaction.paid",
    "transaction.past_due",
    "transaction.payment_failed",
    "transaction.ready",
    "transaction.updated",
];

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<listing::Query>,
) -> Answer {
    EVENTS.page(
        &app.config.public_url,
        app.state().events.rows(),
        &query,
        Clone::clone,
    )
}

pub(super) async fn types() -> Answer {
    let types = TYPES.iter().map(|name| {
        let group = name.split('.').next().unwrap_or_default();
        json!({
            "name": name,
            "description": format!("Occurs on {name}."),
            "group": group,
            "available_versions": [1],
        })
    });
    Ok(envelope::ok(&types.collect()))
}

pub(super) async fn notifications(
    State(app): State<Arc<App>>,
    Query(query): Query<listing::Query>,
) -> Answer {
    let state = app.state();
    NOTIFICATIONS.page(
        &app.config.public_url,
        state.notifications.rows(),
        &query,
        |row| with_payload(&state, row),
    )
}

pub(super) async fn notification(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let state = app.state();
    let row = state.notifications.get(&id);
    let row = row.ok_or_else(|| Refusal::not_found("Notification", &id))?;
    Ok(envelope::ok(&with_payload(&state, row)))
}

pub(super) async fn logs(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<listing::Query>,
) -> Answer {
    let path = format!("/notifications/{id}/logs");
    let listing = Listing {
        path: &path,
        filters: &["id"],
        ..NOTIFICATIONS
    };
    let state = app.state();
    if state.notifications.get(&id).is_none() {
        return Err(Refusal::not_found("Notification", &id));
    }
    let logs = state.logs.get(&id).map(Vec::as_slice).unwrap_or_default();
    listing.page(&app.config.public_url, logs, &query, Clone::clone)
}

/// Sends the same event again under a new notification.
pub(super) async fn replay(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let new = app.change(true, |change| {
        let row = change.state.notifications.get(&id);
        let row = row.ok_or_else(|| Refusal::not_found("Notification", &id))?;
        if !matches!(text(row, "status"), "delivered" | "failed") {
            let detail = "Only delivered or failed notifications can be replayed.";
            return Err(Refusal::new(400, "notification_cannot_be_replayed", detail));
        }
        let event_id = text(row, "event_id").to_owned();
        let now = change.state.tick_text();
        if let Some(row) = change.state.notifications.get_mut(&id) {
            row["replayed_at"] = json!(now);
        }
        Ok(change.announce(&event_id, "replay"))
    })?;
    Ok(envelope::wrap(
        StatusCode::ACCEPTED,
        &json!({ "notification_id": new }),
    ))
}

/// A notification as the API shows it: with the body that was sent.
fn with_payload(state: &state::State, row: &Value) -> Value {
    let mut shown = row.clone();
    let mut payload = state
        .events
        .get(text(row, "event_id"))
        .cloned()
        .unwrap_or_default();
    payload["notification_id"] = row["id"].clone();
    shown["payload"] = payload;
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("event_id");
    }
    shown
}
