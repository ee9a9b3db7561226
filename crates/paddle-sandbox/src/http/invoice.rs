//! Invoice links that expire, and the PDF behind them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::listing::{self, value};
use super::pdf;
use super::{Answer, envelope};
use crate::app::App;
use crate::clock;
use crate::engine::money::{cents, dollars};
use crate::engine::{Refusal, text};
use crate::webhooks::signature::keyed;

/// Seconds until an invoice link is void.
const LIFETIME: i64 = 3600;

/// `GET /transactions/{id}/invoice`.
pub(super) async fn link(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<listing::Query>,
) -> Answer {
    let disposition = match value(&query, "disposition") {
        None | Some("attachment") => "attachment",
        Some("inline") => "inline",
        Some(_) => {
            return Err(Refusal::field(
                "disposition",
                "must be attachment or inline",
            ));
        }
    };
    let state = app.state();
    let row = state.transactions.get(&id);
    let row = row.ok_or_else(|| Refusal::not_found("Transaction", &id))?;
    if row["status"] != "completed" || cents(&row["details"]["totals"]["grand_total"]) == 0 {
        return Err(Refusal::conflict(
            "There is no invoice for this transaction yet.",
        ));
    }
    let expires = clock::now_seconds() + LIFETIME;
    let token = token(&app, &id, expires);
    let url = format!(
        "{}/invoices/{id}?expires={expires}&disposition={disposition}&token={token}",
        app.config.public_url
    );
    Ok(envelope::ok(&json!({ "url": url })))
}

#[derive(Deserialize)]
pub(super) struct Link {
    expires: i64,
    token: String,
    disposition: String,
}

/// The document itself; the link is the permission.
pub(super) async fn document(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(link): Query<Link>,
) -> Response {
    let gone = (
        StatusCode::FORBIDDEN,
        "This invoice link is not valid, or has expired.\n",
    );
    if link.token != token(&app, &id, link.expires) || link.expires < clock::now_seconds() {
        return gone.into_response();
    }
    let Some(row) = app.state().transactions.get(&id).cloned() else {
        return gone.into_response();
    };
    let kind = if link.disposition == "inline" {
        "inline"
    } else {
        "attachment"
    };
    let name = format!(
        "{kind}; filename=\"invoice-{}.pdf\"",
        text(&row, "invoice_number")
    );
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, pdf::page(&lines(&row))).into_response()
}

fn token(app: &App, id: &str, expires: i64) -> String {
    keyed(
        &app.config.api_key,
        format!("invoice:{id}:{expires}").as_bytes(),
    )
}

fn lines(row: &Value) -> Vec<String> {
    let mut lines = vec![
        format!("Invoice {}", text(row, "invoice_number")),
        "Paddle sandbox - no real money".to_owned(),
        format!("Transaction {}", text(row, "id")),
        format!("Billed {}", text(row, "billed_at")),
        String::new(),
    ];
    let items = row["items"].as_array().into_iter().flatten();
    let details = row["details"]["line_items"]
        .as_array()
        .into_iter()
        .flatten();
    for (item, detail) in items.zip(details) {
        let total = dollars(cents(&detail["totals"]["total"]));
        lines.push(format!(
            "{} x {}  {total}",
            item["quantity"],
            text(&item["price"], "name")
        ));
    }
    let total = dollars(cents(&row["details"]["totals"]["grand_total"]));
    lines.push(String::new());
    lines.push(format!("Total {total} USD"));
    lines
}
