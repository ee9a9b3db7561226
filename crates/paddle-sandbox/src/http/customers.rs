//! `/customers` and their addresses.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde_json::Value;

use super::listing::{self, Listing};
use super::{Answer, envelope};
use crate::app::App;
use crate::engine::Refusal;

const CUSTOMERS: Listing<'static> = Listing {
    path: "/customers",
    filters: &["id", "email", "status"],
    times: &["created_at", "updated_at"],
    newest_first: true,
    per_page: 50,
    most: 200,
};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<listing::Query>,
) -> Answer {
    CUSTOMERS.page(
        &app.config.public_url,
        app.state().customers.rows(),
        &query,
        Clone::clone,
    )
}

pub(super) async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let customer = app.state().customers.get(&id).cloned();
    let customer = customer.ok_or_else(|| Refusal::not_found("Customer", &id))?;
    Ok(envelope::ok(&customer))
}

pub(super) async fn create(State(app): State<Arc<App>>, bytes: Bytes) -> Answer {
    let body = envelope::body(&bytes)?;
    let customer = app.change(true, |change| change.create_customer(&body))?;
    Ok(envelope::created(&customer))
}

pub(super) async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let customer = app.change(true, |change| change.update_customer(&id, &body))?;
    Ok(envelope::ok(&customer))
}

pub(super) async fn addresses(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<listing::Query>,
) -> Answer {
    let path = format!("/customers/{id}/addresses");
    let addresses = Listing {
        path: &path,
        filters: &["id", "status"],
        ..CUSTOMERS
    };
    let state = app.state();
    let mine: Vec<Value> = state
        .addresses
        .rows()
        .iter()
        .filter(|row| row["customer_id"] == *id)
        .cloned()
        .collect();
    addresses.page(&app.config.public_url, &mine, &query, Clone::clone)
}

pub(super) async fn add_address(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let address = app.change(true, |change| change.create_address(&id, &body))?;
    Ok(envelope::created(&address))
}
