//! `/adjustments`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};

use super::listing::{self, Listing};
use super::{Answer, envelope};
use crate::app::App;

const ADJUSTMENTS: Listing<'static> = Listing {
    path: "/adjustments",
    filters: &[
        "id",
        "action",
        "status",
        "customer_id",
        "transaction_id",
        "subscription_id",
    ],
    times: &["created_at", "updated_at"],
    newest_first: true,
    per_page: 10,
    most: 50,
};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<listing::Query>,
) -> Answer {
    ADJUSTMENTS.page(
        &app.config.public_url,
        app.state().adjustments.rows(),
        &query,
        Clone::clone,
    )
}

pub(super) async fn create(State(app): State<Arc<App>>, bytes: Bytes) -> Answer {
    let body = envelope::body(&bytes)?;
    let adjustment = app.change(true, |change| change.create_adjustment(&body))?;
    Ok(envelope::created(&adjustment))
}
