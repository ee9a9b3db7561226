//! `/prices` and `/products`: the catalogue, read only.

use std::sync::Arc;

use axum::extract::{Path, Query, State};

use super::listing::{self, Listing};
use super::{Answer, envelope};
use crate::app::App;
use crate::engine::Refusal;

const PRICES: Listing<'static> = Listing {
    path: "/prices",
    filters: &["id", "product_id", "status", "type"],
    times: &[],
    newest_first: true,
    per_page: 50,
    most: 200,
};

const PRODUCTS: Listing<'static> = Listing {
    path: "/products",
    filters: &["id", "status", "type", "tax_category"],
    times: &[],
    newest_first: true,
    per_page: 50,
    most: 200,
};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<listing::Query>,
) -> Answer {
    PRICES.page(
        &app.config.public_url,
        &app.catalogue.prices,
        &query,
        Clone::clone,
    )
}

pub(super) async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let price = app
        .catalogue
        .price(&id)
        .ok_or_else(|| Refusal::not_found("Price", &id))?;
    Ok(envelope::ok(price))
}

pub(super) async fn list_products(
    State(app): State<Arc<App>>,
    Query(query): Query<listing::Query>,
) -> Answer {
    PRODUCTS.page(
        &app.config.public_url,
        &app.catalogue.products,
        &query,
        Clone::clone,
    )
}

pub(super) async fn one_product(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let product = app
        .catalogue
        .product(&id)
        .ok_or_else(|| Refusal::not_found("Product", &id))?;
    Ok(envelope::ok(product))
}
