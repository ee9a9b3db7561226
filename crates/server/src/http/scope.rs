//! The scope of a project: finding its pages, selecting them, accepting exactly what is selected.

use super::auth::SignedIn;
use super::extract::InPath;
use super::mutation::Mutation;
use super::projects::authorise;
use crate::errands;
use crate::error::ApiError;
use crate::facts::{ProjectContext, project_context};
use crate::live::Change;
use crate::state::AppState;
use crate::store::errands::{ErrandKind, newest_done};
use crate::store::scopes::{self, Selection};
use crate::views::scope as view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::errand::ErrandOutcome;
use domain::id::ProjectId;
use domain::problem::ProblemCode;
use domain::role::Ability;
use domain::scope::{
    AcceptScope, DiscoverPages, MOST_MANUAL, PageProblem, ScopeView, SelectScope, page, selection,
    status,
};
use std::collections::BTreeSet;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show))
        .routes(routes!(discover))
        .routes(routes!(select))
        .routes(routes!(accept))
}

/// Which pages are known, selected and accepted.
#[utoipa::path(
    get, path = "/projects/{project}/scope",
    params(("project" = ProjectId, Path)),
    responses((status = 200, body = ScopeView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
) -> Result<Json<ScopeView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let context = project_context(&mut tx, signed.id(), &id).await?;
    Ok(Json(view::scope(&mut tx, &context, Utc::now()).await?))
}

/// Asks a scanner to find the site's public pages; what it finds appears in the scope.
#[utoipa::path(
    post, path = "/projects/{project}/scope/discovery",
    params(("project" = ProjectId, Path), Mutation),
    request_body = DiscoverPages,
    responses((status = 202, body = ScopeView)),
)]
pub(super) async fn discover(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: DiscoverPages = mutation.json()?;
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        let now = Utc::now();
        errands::ask(write, &context, ErrandKind::Discover, signed.name(), now).await?;
        view::scope(write, &context, now).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::ACCEPTED, work)
        .await
}

/// Replaces what is selected: pages that the crawl found, and pages of the site that are added by hand.
#[utoipa::path(
    post, path = "/projects/{project}/scope/selection",
    params(("project" = ProjectId, Path), Mutation),
    request_body = SelectScope,
    responses((status = 200, body = ScopeView)),
)]
pub(super) async fn select(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: SelectScope = mutation.json()?;
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        let chosen = chosen(write, &context, &body).await?;
        scopes::select(write, &id, &chosen, signed.name(), Utc::now()).await?;
        after(write, signed.id(), &id).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

/// The selection as it will be kept.
async fn chosen(
    write: &mut Write,
    context: &ProjectContext,
    body: &SelectScope,
) -> Result<Selection, ApiError> {
    let domain = &context.project.domain;
    if body.manual.len() > MOST_MANUAL {
        return Err(ApiError::field("/manual", PageProblem::TooMany.sentence()));
    }
    let mut manual = Vec::new();
    for (place, text) in body.manual.iter().enumerate() {
        let pointer = format!("/manual/{place}");
        let path =
            page(text, domain).map_err(|problem| ApiError::field(&pointer, problem.sentence()))?;
        manual.push(path);
    }
    manual.sort();
    manual.dedup();
    let known = known(write, context).await?;
    if body.pages.iter().any(|page| !known.contains(page)) {
        let detail = "A selected page is not among those that were found. The list is fresh now; select again.";
        return Err(ApiError::new(ProblemCode::SelectionChanged, detail));
    }
    let all: Vec<String> = body.pages.iter().chain(&manual).cloned().collect();
    let pages = selection(&all, domain)
        .map_err(|(_, problem)| ApiError::field("/pages", problem.sentence()))?;
    Ok(Selection {
        digest: scopes::digest(&pages),
        manual,
        pages,
    })
}

/// Pages that may be selected without being added by hand: found ones, and those that were accepted before.
async fn known(write: &mut Write, context: &ProjectContext) -> Result<BTreeSet<String>, ApiError> {
    let id = &context.project.id;
    let found = newest_done(write, id, ErrandKind::Discover).await?;
    let mut known: BTreeSet<String> = match found.and_then(|found| found.answer) {
        Some(ErrandOutcome::Pages { pages, .. }) => pages.into_iter().collect(),
        _ => BTreeSet::new(),
    };
    if let Some((_, accepted)) = scopes::accepted(write, id).await? {
        known.extend(accepted.pages);
    }
    Ok(known)
}

/// Accepts exactly the selection that was looked at; who, when and which pages are kept.
#[utoipa::path(
    post, path = "/projects/{project}/scope/accept",
    params(("project" = ProjectId, Path), Mutation),
    request_body = AcceptScope,
    responses((status = 200, body = ScopeView)),
)]
pub(super) async fn accept(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: AcceptScope = mutation.json()?;
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        if !body.accept {
            let sentence =
                "Accept the plan scope, assumptions, exclusions and legal-boundary disclaimer.";
            return Err(ApiError::field("/accept", sentence));
        }
        let selected = scopes::selection(write, &id).await?;
        if selected.digest.is_empty() {
            let detail = "Select at least one page before you accept the scope.";
            return Err(ApiError::new(ProblemCode::SelectionChanged, detail));
        }
        if selected.digest != body.digest {
            let detail = "The selection changed since you looked at it. Nothing was accepted; look at it again.";
            return Err(ApiError::new(ProblemCode::SelectionChanged, detail));
        }
        let accepted = scopes::accepted(write, &id).await?;
        if accepted.is_none_or(|(digest, _)| digest != selected.digest) {
            let person = (signed.id().as_str(), signed.name());
            scopes::accept(write, &id, &selected, person, Utc::now()).await?;
        }
        after(write, signed.id(), &id).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

/// Writes where the scope stands now, and answers with it.
async fn after(
    write: &mut Write,
    user: &domain::id::UserId,
    id: &ProjectId,
) -> Result<ScopeView, ApiError> {
    let selected = scopes::selection(write, id).await?;
    let accepted = scopes::accepted(write, id).await?;
    let now = status(
        Some(selected.digest.as_str()).filter(|digest| !digest.is_empty()),
        accepted.as_ref().map(|(digest, _)| digest.as_str()),
    );
    scopes::set_status(write, id, now, selected.pages.len()).await?;
    let context = project_context(write, user, id).await?;
    write.changed(&context.owner.account.id, Change::Billing);
    write.changed(&context.payer.account.id, Change::Billing);
    view::scope(write, &context, Utc::now()).await
}
