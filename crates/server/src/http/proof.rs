//! `Prove this is your domain`: a challenge, and a check that really looks.

use super::auth::SignedIn;
use super::extract::InPath;
use super::mutation::Mutation;
use super::projects::authorise;
use crate::errands;
use crate::error::ApiError;
use crate::facts::project_context;
use crate::live::Change;
use crate::state::AppState;
use crate::store::errands::{ErrandKind, newest};
use crate::store::proofs;
use crate::views::scope as view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::id::ProjectId;
use domain::problem::ProblemCode;
use domain::proof::{CheckProof, CreateChallenge, ProofView, after_challenge};
use domain::role::Ability;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show))
        .routes(routes!(challenge))
        .routes(routes!(check))
}

/// The challenge, what was found, and how long the proof holds.
#[utoipa::path(
    get, path = "/projects/{project}/proof",
    params(("project" = ProjectId, Path)),
    responses((status = 200, body = ProofView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
) -> Result<Json<ProofView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let context = project_context(&mut tx, signed.id(), &id).await?;
    Ok(Json(view::proof(&mut tx, &context, Utc::now()).await?))
}

/// Creates a challenge; one that was there before is worthless afterwards.
#[utoipa::path(
    post, path = "/projects/{project}/proof/challenge",
    params(("project" = ProjectId, Path), Mutation),
    request_body = CreateChallenge,
    responses((status = 201, body = ProofView)),
)]
pub(super) async fn challenge(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: CreateChallenge = mutation.json()?;
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        let look = newest(write, &id, ErrandKind::Prove).await?;
        if look.is_some_and(|look| look.state.is_open()) {
            let detail = "The old challenge is being looked for just now. Wait for its result.";
            return Err(ApiError::new(ProblemCode::SelectionChanged, detail));
        }
        let token = hex::encode(rand::random::<[u8; 16]>());
        let now = Utc::now();
        proofs::challenge(write, &id, (body.method, &token), signed.name(), now).await?;
        let status = after_challenge(context.project.domain_status);
        proofs::set_status(write, &id, status).await?;
        write.changed(&context.owner.account.id, Change::Billing);
        let context = project_context(write, signed.id(), &id).await?;
        view::proof(write, &context, now).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::CREATED, work)
        .await
}

/// Asks a scanner to look for the proof; what it finds appears beside the challenge.
#[utoipa::path(
    post, path = "/projects/{project}/proof/check",
    params(("project" = ProjectId, Path), Mutation),
    request_body = CheckProof,
    responses((status = 202, body = ProofView)),
)]
pub(super) async fn check(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: CheckProof = mutation.json()?;
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        if proofs::load(write, &id).await?.is_none() {
            let detail = "Create a challenge first; then there is something to look for.";
            return Err(ApiError::new(ProblemCode::SelectionChanged, detail));
        }
        let now = Utc::now();
        errands::ask(write, &context, ErrandKind::Prove, signed.name(), now).await?;
        view::proof(write, &context, now).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::ACCEPTED, work)
        .await
}
