//! Transactions: the history, one of them, its invoice document, and the history as a file.

mod file;

use super::auth::SignedIn;
use super::extract::{InPath, InQuery, Within, invalid};
use crate::error::ApiError;
use crate::facts::account;
use crate::payments::documents;
use crate::state::AppState;
use crate::store::accounts::Account;
use crate::store::history::{self, Cursor, TransactionFilter};
use crate::views::{self, transactions as view};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{Days, NaiveDate, NaiveTime, Utc};
use domain::Timestamp;
use domain::adjustment::AdjustmentAction;
use domain::id::{AccountId, TransactionId};
use domain::problem::ProblemCode;
use domain::transaction::{
    InvoiceLink, TransactionPage, TransactionRow, TransactionStatus, TransactionView,
};
use file::Format;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which transactions to read. Days are days of UTC.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// Only those that are this far.
    status: Option<TransactionStatus>,
    /// Only those of which something came back this way.
    adjusted: Option<AdjustmentAction>,
    /// Only those billed on this day or later.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<NaiveDate>,
    /// Only those billed on this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    until: Option<NaiveDate>,
    /// Only those after the end of an earlier page.
    after: Option<String>,
    /// How many; 50 when absent.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200)]
    limit: Option<Within<1, 200>>,
}

/// Its operations.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(csv))
        .routes(routes!(json))
        .routes(routes!(show))
        .routes(routes!(timeline))
        .routes(routes!(evidence))
        .routes(routes!(invoice))
}

impl HistoryQuery {
    fn filter(self) -> Result<TransactionFilter, ApiError> {
        let start = |day: NaiveDate| -> Timestamp { day.and_time(NaiveTime::MIN).and_utc() };
        let after = match self.after {
            Some(text) => {
                let cursor = Cursor::parse(&text);
                Some(
                    cursor
                        .ok_or_else(|| invalid("after is not a cursor of this list".to_owned()))?,
                )
            }
            None => None,
        };
        Ok(TransactionFilter {
            status: self.status,
            adjusted: self.adjusted,
            from: self.from.map(start),
            // The whole last day.
            until: self
                .until
                .and_then(|day| day.checked_add_days(Days::new(1)))
                .map(start),
            after,
            limit: self.limit.map_or(50, |Within(limit)| limit),
        })
    }
}

/// The transaction history, newest first
#[utoipa::path(
    get, path = "/accounts/{account}/transactions",
    params(("account" = AccountId, Path), HistoryQuery),
    responses((status = 200, body = TransactionPage)),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
    InQuery(query): InQuery<HistoryQuery>,
) -> Result<Json<TransactionPage>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let role = signed.role(&mut tx, &id).await?;
    let account = account(&mut tx, &id).await?;
    let page = view::page(&state, &mut tx, role, account, &query.filter()?).await?;
    Ok(Json(page))
}

/// A transaction: what happened to it, what it brought, and what that was used for
#[utoipa::path(
    get, path = "/accounts/{account}/transactions/{transaction}",
    params(("account" = AccountId, Path), ("transaction" = TransactionId, Path)),
    responses((status = 200, body = TransactionView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, transaction)): InPath<(AccountId, TransactionId)>,
) -> Result<Json<TransactionView>, ApiError> {
    Ok(Json(whole(&state, &signed, &id, &transaction).await?))
}

async fn whole(
    state: &AppState,
    signed: &SignedIn,
    id: &AccountId,
    transaction: &TransactionId,
) -> Result<TransactionView, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let role = signed.role(&mut tx, id).await?;
    let account = account(&mut tx, id).await?;
    views::transaction::view(&mut tx, role, account, transaction.as_str()).await
}

/// What happened to a transaction as a CSV file, in UTC
#[utoipa::path(
    get, path = "/accounts/{account}/transactions/{transaction}/timeline.csv",
    params(("account" = AccountId, Path), ("transaction" = TransactionId, Path)),
    responses((status = 200, content_type = "text/csv")),
)]
pub(super) async fn timeline(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, transaction)): InPath<(AccountId, TransactionId)>,
) -> Result<Response, ApiError> {
    file::timeline(&whole(&state, &signed, &id, &transaction).await?)
}

/// What to show a bank in a dispute, as a JSON file: what was bought, when it was used, and for which work
#[utoipa::path(
    get, path = "/accounts/{account}/transactions/{transaction}/evidence.json",
    params(("account" = AccountId, Path), ("transaction" = TransactionId, Path)),
    responses((status = 200, content_type = "application/json")),
)]
pub(super) async fn evidence(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, transaction)): InPath<(AccountId, TransactionId)>,
) -> Result<Response, ApiError> {
    let view = whole(&state, &signed, &id, &transaction).await?;
    if let Some(why) = view.evidence_unavailable {
        return Err(ApiError::new(ProblemCode::Forbidden, why));
    }
    file::evidence(&view, Utc::now())
}

async fn load(
    state: &AppState,
    signed: &SignedIn,
    id: &AccountId,
    transaction: &TransactionId,
) -> Result<TransactionRow, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    signed.role(&mut tx, id).await?;
    let row = history::load(&mut tx, id, transaction.as_str()).await?;
    row.ok_or_else(ApiError::not_found)
}

/// A fresh link to the invoice document of a transaction
#[utoipa::path(
    get, path = "/accounts/{account}/transactions/{transaction}/invoice",
    params(("account" = AccountId, Path), ("transaction" = TransactionId, Path)),
    responses((status = 200, body = InvoiceLink)),
)]
pub(super) async fn invoice(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, transaction)): InPath<(AccountId, TransactionId)>,
) -> Result<Json<InvoiceLink>, ApiError> {
    let row = load(&state, &signed, &id, &transaction).await?;
    if let Some(why) = &row.invoice_unavailable {
        return Err(documents::not_ready(why));
    }
    let url = documents::invoice(&state, row.transaction_id.as_str()).await?;
    Ok(Json(InvoiceLink { url }))
}

/// The transaction history as a CSV file
#[utoipa::path(
    get, path = "/accounts/{account}/transactions.csv",
    params(("account" = AccountId, Path), HistoryQuery),
    responses((status = 200, content_type = "text/csv")),
)]
pub(super) async fn csv(
    state: State<AppState>,
    signed: SignedIn,
    id: InPath<AccountId>,
    query: InQuery<HistoryQuery>,
) -> Result<Response, ApiError> {
    export(state, signed, id, query, Format::Csv).await
}

/// The transaction history as a JSON file
#[utoipa::path(
    get, path = "/accounts/{account}/transactions.json",
    params(("account" = AccountId, Path), HistoryQuery),
    responses((status = 200, content_type = "application/json")),
)]
pub(super) async fn json(
    state: State<AppState>,
    signed: SignedIn,
    id: InPath<AccountId>,
    query: InQuery<HistoryQuery>,
) -> Result<Response, ApiError> {
    export(state, signed, id, query, Format::Json).await
}

/// How many transactions a file holds at most.
const MOST_IN_FILE: usize = 10_000;

async fn export(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
    InQuery(query): InQuery<HistoryQuery>,
    format: Format,
) -> Result<Response, ApiError> {
    let mut filter = query.filter()?;
    filter.limit = 200;
    let mut tx = state.store.reader().begin().await?;
    signed.role(&mut tx, &id).await?;
    let Account { account, .. } = account(&mut tx, &id).await?;
    let mut rows = Vec::new();
    loop {
        let (page, next) = history::page(&mut tx, &id, &filter).await?;
        rows.extend(page);
        filter.after = next.filter(|_| rows.len() < MOST_IN_FILE);
        if filter.after.is_none() {
            break;
        }
    }
    file::answer(format, &account, &rows, Utc::now())
}
