//! What a person says of findings: to be reviewed, or false positives.

use super::auth::SignedIn;
use super::extract::InPath;
use super::mutation::Mutation;
use super::projects::authorise;
use super::reports::load;
use crate::error::ApiError;
use crate::live::Change;
use crate::state::AppState;
use crate::store::reports;
use crate::views::report as report_view;
use crate::write::Write;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::id::ReportId;
use domain::link::MOST_SELECTED;
use domain::problem::ProblemCode;
use domain::report::ReportView;
use domain::report::mark::MarkFindings;
use domain::role::Ability;
use std::collections::BTreeSet;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(mark))
}

/// Marks findings, or takes a mark back: all of them or none. A false positive stays one in later scans of the project.
#[utoipa::path(
    post, path = "/reports/{report}/finding-marks",
    params(("report" = ReportId, Path), Mutation),
    request_body = MarkFindings,
    responses((status = 200, body = ReportView)),
)]
pub(super) async fn mark(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ReportId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: MarkFindings = mutation.json()?;
    let work = async |write: &mut Write| {
        let (context, report) = load(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunFixes)?;
        let wanted: BTreeSet<_> = body.finding_ids.iter().collect();
        if wanted.is_empty() || wanted.len() > MOST_SELECTED {
            return Err(ApiError::field("/finding_ids", "Choose 1 to 50 findings."));
        }
        let findings = reports::findings(write, &id).await?;
        let chosen: Vec<_> = findings
            .iter()
            .filter(|finding| wanted.contains(&finding.finding_id))
            .collect();
        if chosen.len() != wanted.len() {
            return Err(ApiError::not_found());
        }
        let fit = chosen
            .iter()
            .all(|finding| body.mark.fits(finding.ineligible, finding.marked.is_some()));
        if !fit {
            let why = "One of these findings is in work, or the scan itself left it out. Nothing was marked; look at them again.";
            return Err(ApiError::new(ProblemCode::SelectionChanged, why));
        }
        let now = Utc::now();
        for finding in chosen {
            let why = body.mark.ineligible();
            reports::mark(write, &finding.finding_id, why, (signed.name(), now)).await?;
        }
        write.changed(&context.owner.account.id, Change::Billing);
        report_view::view(write, &context, report, now).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}
