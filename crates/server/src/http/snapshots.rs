//! Public quick scans: asked for and read by anybody.

use super::extract::InPath;
use super::mutation::Mutation;
use super::new_project::ascii_host;
use crate::error::ApiError;
use crate::snapshots;
use crate::state::AppState;
use crate::store::snapshots as stored;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::id::SnapshotId;
use domain::site::site;
use domain::snapshot::{AskSnapshot, SnapshotView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(ask))
        .routes(routes!(show))
}

/// Asks for a quick scan of a site's first page. It needs no account and moves no credits; the same site within ten
/// minutes is the same quick scan.
#[utoipa::path(
    post, path = "/snapshots",
    params(Mutation),
    request_body = AskSnapshot,
    responses((status = 201, body = SnapshotView)),
    security(()),
)]
pub(super) async fn ask(
    State(state): State<AppState>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: AskSnapshot = mutation.json()?;
    let domain = site(&body.domain, ascii_host)
        .map_err(|problem| ApiError::field("/domain", problem.sentence()))?;
    let work = async |write: &mut Write| snapshots::ask(write, &domain, Utc::now()).await;
    mutation
        .perform(&state, "visitor", StatusCode::CREATED, work)
        .await
}

/// One quick scan.
#[utoipa::path(
    get, path = "/snapshots/{snapshot}",
    params(("snapshot" = SnapshotId, Path)),
    responses((status = 200, body = SnapshotView)),
    security(()),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    InPath(id): InPath<SnapshotId>,
) -> Result<Json<SnapshotView>, ApiError> {
    let mut conn = state.store.reader().acquire().await?;
    let found = stored::load(&mut conn, &id).await?;
    Ok(Json(snapshots::view(
        found.ok_or_else(ApiError::not_found)?,
    )))
}
