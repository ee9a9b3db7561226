//! Reports.

use super::auth::SignedIn;
use super::extract::InPath;
use crate::error::ApiError;
use crate::facts::{ProjectContext, project_context};
use crate::state::AppState;
use crate::store::reports::{self, Report};
use crate::views::report as report_view;
use axum::Json;
use axum::extract::State;
use chrono::Utc;
use domain::id::{ReportId, UserId};
use domain::report::ReportView;
use sqlx::AnyConnection;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show))
}

/// A report with its project; not found for strangers.
pub(super) async fn load(
    conn: &mut AnyConnection,
    user: &UserId,
    id: &ReportId,
) -> Result<(ProjectContext, Report), ApiError> {
    let report = reports::load(conn, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let context = project_context(conn, user, &report.project).await?;
    Ok((context, report))
}

/// A report page.
#[utoipa::path(
    get, path = "/reports/{report}",
    params(("report" = ReportId, Path)),
    responses((status = 200, body = ReportView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ReportId>,
) -> Result<Json<ReportView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let (context, report) = load(&mut tx, signed.id(), &id).await?;
    Ok(Json(
        report_view::view(&mut tx, &context, report, Utc::now()).await?,
    ))
}
