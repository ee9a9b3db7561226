//! `/transactions`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde_json::Value;

use super::listing::{self, Listing};
use super::{Answer, envelope};
use crate::app::App;
use crate::engine::money::cents;
use crate::engine::{Refusal, text};
use crate::state;

const TRANSACTIONS: Listing<'static> = Listing {
    path: "/transactions",
    filters: &[
        "id",
        "customer_id",
        "subscription_id",
        "invoice_number",
        "status",
        "origin",
        "collection_mode",
    ],
    times: &["created_at", "updated_at", "billed_at"],
    newest_first: true,
    per_page: 30,
    most: 30,
};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<listing::Query>,
) -> Answer {
    let state = app.state();
    let include = listing::value(&query, "include").unwrap_or_default();
    TRANSACTIONS.page(
        &app.config.public_url,
        state.transactions.rows(),
        &query,
        |row| with_included(&state, row, include),
    )
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<listing::Query>,
) -> Answer {
    let state = app.state();
    let include = listing::value(&query, "include").unwrap_or_default();
    let row = state.transactions.get(&id);
    let row = row.ok_or_else(|| Refusal::not_found("Transaction", &id))?;
    Ok(envelope::ok(&with_included(&state, row, include)))
}

pub(super) async fn create(State(app): State<Arc<App>>, bytes: Bytes) -> Answer {
    let body = envelope::body(&bytes)?;
    let transaction = app.change(true, |change| change.create_transaction(&body))?;
    Ok(envelope::created(&transaction))
}

pub(super) async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    let body = envelope::body(&bytes)?;
    let transaction = app.change(true, |change| change.update_transaction(&id, &body))?;
    Ok(envelope::ok(&transaction))
}

/// Adds the entities that `include` names.
fn with_included(state: &state::State, row: &Value, include: &str) -> Value {
    let mut shown = row.clone();
    let adjustments: Vec<Value> = state
        .adjustments
        .rows()
        .iter()
        .filter(|adjustment| adjustment["transaction_id"] == row["id"])
        .cloned()
        .collect();
    for name in include.split(',') {
        match name {
            "customer" => {
                shown[name] = state
                    .customers
                    .get(text(row, "customer_id"))
                    .cloned()
                    .into();
            }
            "address" => {
                shown[name] = state.addresses.get(text(row, "address_id")).cloned().into();
            }
            "adjustments" => shown[name] = adjustments.iter().cloned().collect(),
            "adjustments_totals" => shown[name] = adjustments_totals(&adjustments),
            _ => {}
        }
    }
    shown
}

fn adjustments_totals(adjustments: &[Value]) -> Value {
    let sum = |action: &str| -> i64 {
        let rows = adjustments.iter().filter(|row| row["status"] == "approved");
        rows.filter(|row| row["action"] == action)
            .map(|row| cents(&row["totals"]["total"]))
            .sum()
    };
    let total = sum("refund") + sum("credit") + sum("chargeback");
    let mut totals = crate::engine::money::adjustment_totals(total);
    totals["breakdown"] = serde_json::json!({
        "credit": sum("credit").to_string(),
        "refund": sum("refund").to_string(),
        "chargeback": sum("chargeback").to_string(),
    });
    totals
}
