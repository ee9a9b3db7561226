//! `/subscriptions`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};

use super::listing::{self, Listing};
use super::{Answer, envelope};
use crate::app::App;
use crate::engine::Refusal;

const SUBSCRIPTIONS: Listing<'static> = Listing {
    path: "/subscriptions",
    filters: &[
        "id",
        "customer_id",
        "address_id",
        "status",
        "collection_mode",
    ],
    times: &["created_at", "updated_at"],
    newest_first: true,
    per_page: 50,
    most: 200,
};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<listing::Query>,
) -> Answer {
    let state = app.state();
    SUBSCRIPTIONS.page(
        &app.config.public_url,
        state.subscriptions.rows(),
        &query,
        Clone::clone,
    )
}

pub(super) async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let state = app.state();
    let row = state.subscriptions.get(&id);
    Ok(envelope::ok(
        row.ok_or_else(|| Refusal::not_found("Subscription", &id))?,
    ))
}

pub(super) async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let subscription = app.change(true, |change| change.update_subscription(&id, &body))?;
    Ok(envelope::ok(&subscription))
}

pub(super) async fn preview(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let preview = app.change(true, |change| change.preview_update(&id, &body))?;
    Ok(envelope::ok(&preview))
}

/// The transaction that changes the payment method, and pays what is due where something is.
pub(super) async fn payment_method(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let transaction = app.change(true, |change| change.payment_method_transaction(&id))?;
    Ok(envelope::ok(&transaction))
}

pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let subscription = app.change(true, |change| change.request_cancel(&id, &body))?;
    Ok(envelope::ok(&subscription))
}

pub(super) async fn pause(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let subscription = app.change(true, |change| change.request_pause(&id, &body))?;
    Ok(envelope::ok(&subscription))
}

pub(super) async fn resume(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let subscription = app.change(true, |change| change.request_resume(&id, &body))?;
    Ok(envelope::ok(&subscription))
}
