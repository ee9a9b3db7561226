//! Reading an account: billing, ledger, projects and reports.

use super::auth::SignedIn;
use super::extract::{InPath, InQuery, Within};
use crate::error::ApiError;
use crate::facts::{account, context_of};
use crate::ledger::{LedgerFilter, page};
use crate::state::AppState;
use crate::store::{projects as stored_projects, reports as stored_reports};
use crate::views::{billing as billing_view, project as project_view};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use domain::billing::BillingView;
use domain::credits::{CreditType, EntryKind};
use domain::id::{AccountId, ProjectId};
use domain::ledger::LedgerPage;
use domain::link::Origin;
use domain::project::ProjectRow;
use domain::report::ReportRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(billing))
        .routes(routes!(ledger))
        .routes(routes!(projects))
        .routes(routes!(reports))
}

/// A list that is short enough to come whole.
#[derive(Serialize, ToSchema)]
pub(super) struct List<T: ToSchema> {
    /// The rows.
    items: Vec<T>,
    /// From where the list goes on; nothing when it is whole.
    next_cursor: Option<String>,
}

impl<T: ToSchema> List<T> {
    fn whole(items: Vec<T>) -> Json<Self> {
        Json(Self {
            items,
            next_cursor: None,
        })
    }
}

/// Where the person came from.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The action that was blocked: `scan`, `fix`, `retest`, `monitoring` or `ai`.
    #[serde(rename = "from")]
    action: Option<String>,
    /// The report or project that it was blocked on.
    #[serde(rename = "ref")]
    place: Option<String>,
    /// The findings that were selected, with commas between them.
    select: Option<String>,
}

/// The billing page's data, with an `ETag`.
#[utoipa::path(
    get, path = "/accounts/{account}/billing",
    params(("account" = AccountId, Path), From),
    responses((status = 200, body = BillingView), (status = 304, description = "The client has it already")),
)]
pub(super) async fn billing(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
    InQuery(from): InQuery<From>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // One read transaction: balance, ledger and holds of the same moment.
    let mut tx = state.store.reader().begin().await?;
    let role = signed.role(&mut tx, &id).await?;
    let origin = Origin::from_query(
        from.action.as_deref(),
        from.place.as_deref(),
        from.select.as_deref(),
    );
    let account = account(&mut tx, &id).await?;
    let view = billing_view::view(
        &state,
        &mut tx,
        (signed.id(), role),
        account,
        origin.as_ref(),
        Utc::now(),
    )
    .await?;
    let tag = etag(&view)?;
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes())
    {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::ETAG, tag)], Json(view)).into_response())
}

/// The tag covers everything but the moment of reading; it is weak, because the answer may come compressed.
fn etag(view: &BillingView) -> Result<String, ApiError> {
    use sha2::{Digest, Sha256};
    let mut value = serde_json::to_value(view)?;
    strip_times(&mut value);
    Ok(format!(
        "W/\"{}\"",
        &hex::encode(Sha256::digest(value.to_string().as_bytes()))[..32]
    ))
}

fn strip_times(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.remove("as_of");
            map.values_mut().for_each(strip_times);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip_times),
        _ => {}
    }
}

/// Which entries to read.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LedgerQuery {
    /// Only these credits.
    credit_type: Option<CreditType>,
    /// Only this kind.
    kind: Option<EntryKind>,
    /// Only this project.
    project: Option<ProjectId>,
    /// Only entries older than this number.
    #[param(value_type = Option<i64>, minimum = 0)]
    before: Option<Within<0, { i64::MAX }>>,
    /// How many; 50 when absent.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200)]
    limit: Option<Within<1, 200>>,
}

/// A page of the ledger, newest first.
#[utoipa::path(
    get, path = "/accounts/{account}/ledger",
    params(("account" = AccountId, Path), LedgerQuery),
    responses((status = 200, body = LedgerPage)),
)]
pub(super) async fn ledger(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
    InQuery(query): InQuery<LedgerQuery>,
) -> Result<Json<LedgerPage>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    signed.role(&mut tx, &id).await?;
    let account = account(&mut tx, &id).await?;
    let filter = LedgerFilter {
        credit_type: query.credit_type,
        kind: query.kind,
        project: query.project,
        before: query.before.map(|Within(before)| before),
        limit: query.limit.map_or(50, |Within(limit)| limit),
    };
    Ok(Json(page(&mut tx, &account.account, &filter).await?))
}

/// The projects that the account owns.
#[utoipa::path(
    get, path = "/accounts/{account}/projects",
    params(("account" = AccountId, Path)),
    responses((status = 200, body = List<ProjectRow>)),
)]
pub(super) async fn projects(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
) -> Result<Json<List<ProjectRow>>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    signed.role(&mut tx, &id).await?;
    let mut rows = Vec::new();
    for project in stored_projects::owned(&mut tx, &id).await? {
        let context = context_of(&mut tx, signed.id(), project).await?;
        rows.push(project_view::row(&mut tx, &context).await?);
    }
    Ok(List::whole(rows))
}

/// The reports of the account's projects, newest first.
#[utoipa::path(
    get, path = "/accounts/{account}/reports",
    params(("account" = AccountId, Path)),
    responses((status = 200, body = List<ReportRow>)),
)]
pub(super) async fn reports(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
) -> Result<Json<List<ReportRow>>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    signed.role(&mut tx, &id).await?;
    Ok(List::whole(stored_reports::of_account(&mut tx, &id).await?))
}
