//! Findings of a published report as tickets: a file in one of three formats, without credits and without a task (S0-27).

use super::auth::SignedIn;
use super::extract::{InPath, InQuery};
use super::reports::load;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::reports;
use crate::views::report as report_view;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use domain::gate::evaluate;
use domain::id::ReportId;
use domain::link::parse_selection;
use domain::reason::ReasonCode;
use domain::ticket::{TicketFormat, TicketSource, exported, file_name, written};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(export))
}

/// Which findings to export.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// Ids of findings with commas between them, at most 50; without it all but false positives.
    #[serde(default)]
    findings: Option<String>,
}

/// Findings of a published report as a file of tickets.
#[utoipa::path(
    get, path = "/reports/{report}/ticket-exports/{format}",
    params(("report" = ReportId, Path), ("format" = TicketFormat, Path), ExportQuery),
    responses((status = 200, content_type = "application/octet-stream")),
)]
pub(super) async fn export(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath((id, format)): InPath<(ReportId, TicketFormat)>,
    InQuery(query): InQuery<ExportQuery>,
) -> Result<Response, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let (context, report) = load(&mut tx, signed.id(), &id).await?;
    let workflow = report_view::fix_workflow(&mut tx, &context, &report, Utc::now()).await?;
    let mut held = evaluate(&workflow.facts).blocked_reasons;
    held.retain(|reason| reason.code == ReasonCode::ReportPublicationBlocked);
    if !held.is_empty() {
        return Err(ApiError::blocked(held));
    }
    let asked = parse_selection(query.findings.as_deref().unwrap_or_default());
    let findings = reports::findings(&mut tx, &id).await?;
    let chosen = exported(&findings, &asked);
    // What is not a finding, or one of another report, is not left out in silence.
    let named = query
        .findings
        .as_deref()
        .map_or(0, |text| text.split(',').count());
    if query.findings.is_some() && chosen.len() != named {
        return Err(ApiError::not_found());
    }
    let source = TicketSource {
        report_id: report.id,
        report_title: report.title,
        project_id: context.project.id,
        domain: context.project.domain,
        scanned_at: report.scanned_at,
    };
    let name = format!("attachment; filename=\"{}\"", file_name(format, &source));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.media_type()),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).map_err(ApiError::internal)?,
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, written(format, &source, &chosen)).into_response())
}
