//! The transaction history as a file: every time is in UTC and says so.

use crate::error::ApiError;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use domain::Timestamp;
use domain::account::AccountRef;
use domain::csv::cell;
use domain::transaction::{AdjustmentRow, TransactionRow, TransactionView};
use serde_json::json;
use std::fmt::Write as _;

/// What kind of file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Format {
    Csv,
    Json,
}

/// The file as an answer that the browser saves.
pub(super) fn answer(
    format: Format,
    account: &AccountRef,
    rows: &[TransactionRow],
    now: Timestamp,
) -> Result<Response, ApiError> {
    let (body, kind, ending) = match format {
        Format::Csv => (csv(rows), "text/csv; charset=utf-8", "csv"),
        Format::Json => {
            let file = json!({ "account": account, "time_zone": "UTC", "written_at": now, "transactions": rows });
            let text = serde_json::to_string_pretty(&file)?;
            (text, "application/json", "json")
        }
    };
    let name = format!(
        "transactions-{}-{}.{ending}",
        account.id,
        now.format("%Y-%m-%d")
    );
    saved(body, kind, &name)
}

/// A file that the browser saves under this name.
fn saved(body: String, kind: &'static str, name: &str) -> Result<Response, ApiError> {
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let name = name.map_err(ApiError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, body).into_response())
}

const HEAD: &str = "row,transaction_id,receipt_label,purpose,status,invoice_number,at_utc,amount,currency_code,amount_minor_units,subscription_id,adjustment_id,reason";

/// One row a transaction, each followed by what was taken back or returned of it.
fn csv(rows: &[TransactionRow]) -> String {
    let mut out = format!("{HEAD}\r\n");
    for row in rows {
        line(
            &mut out,
            [
                "transaction",
                row.transaction_id.as_str(),
                &row.receipt_label,
                row.purpose.key(),
                row.status.key(),
                row.invoice_number.as_deref().unwrap_or_default(),
                &utc(row.billed_at),
                &row.amount.decimal(),
                &row.amount.currency_code,
                &row.amount.amount,
                row.subscription_id.as_deref().unwrap_or_default(),
                "",
                "",
            ],
        );
        for adjustment in &row.adjustments {
            adjusted(&mut out, row, adjustment);
        }
    }
    out
}

fn adjusted(out: &mut String, row: &TransactionRow, adjustment: &AdjustmentRow) {
    line(
        out,
        [
            "adjustment",
            row.transaction_id.as_str(),
            &row.receipt_label,
            adjustment.action.key(),
            adjustment.status.key(),
            row.invoice_number.as_deref().unwrap_or_default(),
            &utc(adjustment.updated_at),
            &adjustment.amount.decimal(),
            &adjustment.amount.currency_code,
            &adjustment.amount.amount,
            row.subscription_id.as_deref().unwrap_or_default(),
            &adjustment.adjustment_id,
            &adjustment.reason,
        ],
    );
}

/// What happened to one transaction, oldest first.
pub(super) fn timeline(view: &TransactionView) -> Result<Response, ApiError> {
    let id = &view.transaction.transaction_id;
    let mut out = "transaction_id,at_utc,kind,what,detail,by\r\n".to_owned();
    for one in &view.timeline {
        let (at, kind) = (utc(one.at), one.kind.key());
        line(
            &mut out,
            [id.as_str(), &at, kind, &one.label, &one.detail, &one.actor],
        );
    }
    saved(out, "text/csv; charset=utf-8", &format!("{id}.csv"))
}

/// What shows that a payment was for something that was delivered.
pub(super) fn evidence(view: &TransactionView, now: Timestamp) -> Result<Response, ApiError> {
    let id = &view.transaction.transaction_id;
    let file = json!({
        "account": view.account, "billing_email": view.billing_email, "time_zone": "UTC", "written_at": now,
        "transaction": view.transaction, "bought": view.credits, "used_for": view.uses,
        "refund_requests": view.requests, "service_credits": view.service_credits.requests, "timeline": view.timeline,
    });
    let text = serde_json::to_string_pretty(&file)?;
    saved(text, "application/json", &format!("evidence-{id}.json"))
}

fn utc(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn line<const N: usize>(out: &mut String, cells: [&str; N]) {
    for (place, text) in cells.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(out, "{comma}{}", cell(text));
    }
    out.push_str("\r\n");
}
