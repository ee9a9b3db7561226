//! Connected access of a project: asked for, granted, revoked (S0-36).

use super::auth::SignedIn;
use super::extract::InPath;
use super::mutation::Mutation;
use super::projects::authorise;
use crate::error::ApiError;
use crate::facts::project_context;
use crate::live::Change;
use crate::repository::{RepositoryError, Target};
use crate::state::AppState;
use crate::store::access as stored;
use crate::views::access as access_view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::fix::access::{AccessStatus, AccessView, DecideAccess, RequestAccess};
use domain::id::ProjectId;
use domain::problem::ProblemCode;
use domain::role::Ability;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show))
        .routes(routes!(request))
        .routes(routes!(grant))
        .routes(routes!(revoke))
}

/// Connected access of a project.
#[utoipa::path(
    get, path = "/projects/{project}/access",
    params(("project" = ProjectId, Path)),
    responses((status = 200, body = AccessView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
) -> Result<Json<AccessView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let context = project_context(&mut tx, signed.id(), &id).await?;
    let view = access_view::view(&mut tx, &context, &state.repositories).await?;
    Ok(Json(view))
}

/// Asks for access to a repository. Nothing is connected by it; another repository takes the place of the one before.
#[utoipa::path(
    post, path = "/projects/{project}/access",
    params(("project" = ProjectId, Path), Mutation),
    request_body = RequestAccess,
    responses((status = 200, body = AccessView)),
)]
pub(super) async fn request(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: RequestAccess = mutation.json()?;
    let repositories = state.repositories.clone();
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        if let Some((field, why)) = body.fault() {
            return Err(ApiError::field(field, why));
        }
        if let Some(why) = repositories.unavailable(body.provider) {
            return Err(ApiError::field("/provider", why));
        }
        let token = hex::encode(rand::random::<[u8; 16]>());
        stored::request(write, &id, (&body, &token), signed.name(), Utc::now()).await?;
        write.changed(&context.owner.account.id, Change::Billing);
        access_view::view(write, &context, &repositories).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

/// Grants what was asked for, after the provider showed that the repository can be written and that its base branch holds the
/// line of this project, which only those can commit to whom the repository belongs.
#[utoipa::path(
    post, path = "/projects/{project}/access/grant",
    params(("project" = ProjectId, Path), Mutation),
    request_body = DecideAccess,
    responses((status = 200, body = AccessView)),
)]
pub(super) async fn grant(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: DecideAccess = mutation.json()?;
    let repositories = state.repositories.clone();
    let looked = look(&state, &signed, &id, &body).await?;
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        let access = stored::load(write, &id).await?;
        // Granted in another tab: what was asked for is so.
        if access.as_ref().map(|one| one.status) != Some(AccessStatus::Granted) {
            let same = access.as_ref().map(|one| (&one.repository, &one.base))
                == looked.as_ref().map(|one| (&one.repository, &one.base));
            if !same || !stored::grant(write, &id, signed.name(), Utc::now()).await? {
                let why = "What was asked for changed since you read it. Nothing was granted; look at it again.";
                return Err(ApiError::new(ProblemCode::SelectionChanged, why));
            }
        }
        write.changed(&context.owner.account.id, Change::Billing);
        access_view::view(write, &context, &repositories).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

/// Asks the provider about what waits to be granted; nothing when nothing does.
async fn look(
    state: &AppState,
    signed: &SignedIn,
    id: &ProjectId,
    body: &DecideAccess,
) -> Result<Option<Target>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let context = project_context(&mut tx, signed.id(), id).await?;
    authorise(&context, &body.account_id, Ability::RunProjects)?;
    let access = stored::load(&mut tx, id).await?;
    drop(tx);
    let Some(access) = access.filter(|one| one.status == AccessStatus::Requested) else {
        return Ok(None);
    };
    let target = Target {
        provider: access.provider,
        repository: access.repository,
        base: access.base,
    };
    match state.repositories.look(&target, &access.token).await {
        Ok(()) => Ok(Some(target)),
        Err(RepositoryError::Away) => Err(ApiError::later(
            ProblemCode::Unavailable,
            "The provider of the repository does not answer. Nothing was granted; try again.",
            10,
        )),
        Err(RepositoryError::Refused { trouble, detail }) => Err(ApiError::field(
            "/repository_id",
            &format!("{detail} ({})", trouble.key()),
        )),
    }
}

/// Revokes the access: from then on nothing is read or written there. What is there already stays.
#[utoipa::path(
    post, path = "/projects/{project}/access/revoke",
    params(("project" = ProjectId, Path), Mutation),
    request_body = DecideAccess,
    responses((status = 200, body = AccessView)),
)]
pub(super) async fn revoke(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<ProjectId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: DecideAccess = mutation.json()?;
    let repositories = state.repositories.clone();
    let work = async |write: &mut Write| {
        let context = project_context(write, signed.id(), &id).await?;
        authorise(&context, &body.account_id, Ability::RunProjects)?;
        stored::revoke(write, &id, signed.name(), Utc::now()).await?;
        write.changed(&context.owner.account.id, Change::Billing);
        access_view::view(write, &context, &repositories).await
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}
