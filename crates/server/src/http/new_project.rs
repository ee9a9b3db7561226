//! Creating a project: one site of an account, with every service off.

use super::auth::SignedIn;
use super::extract::InPath;
use super::mutation::Mutation;
use super::projects::authorise;
use crate::error::ApiError;
use crate::facts::{account, context_of};
use crate::live::Change;
use crate::state::AppState;
use crate::store::new_id;
use crate::store::projects::{self as stored, Project};
use crate::views::project as project_view;
use crate::write::Write;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::account::AccountType;
use domain::id::{AccountId, ProjectId};
use domain::project::{DomainStatus, ProjectView, ScopeStatus, ServiceKind, ServiceState};
use domain::role::Ability;
use domain::site::{CreateProject, project_name, site};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(create))
}

/// Creates a project for a public site; its services are there and none is enabled.
#[utoipa::path(
    post, path = "/accounts/{account}/projects",
    params(("account" = AccountId, Path), Mutation),
    request_body = CreateProject,
    responses((status = 201, body = ProjectView)),
)]
pub(super) async fn create(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<AccountId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: CreateProject = mutation.json()?;
    let principal = signed.id().as_str();
    let work = async |write: &mut Write| {
        signed.role(write, &id).await?;
        let project = checked(write, &id, &body).await?;
        stored::insert(write, &project, Utc::now()).await?;
        let context = context_of(write, signed.id(), project).await?;
        authorise(&context, &id, Ability::RunProjects)?;
        for service in services(context.owner.account_type) {
            stored::insert_service(
                write,
                &context.project.id,
                service,
                ServiceState::NotEnabled,
            )
            .await?;
        }
        write.changed(&id, Change::Billing);
        let context = context_of(write, signed.id(), context.project).await?;
        project_view::view(write, &context, Utc::now()).await
    };
    mutation
        .perform(&state, principal, StatusCode::CREATED, work)
        .await
}

/// The project as it will be stored.
async fn checked(
    write: &mut Write,
    id: &AccountId,
    body: &CreateProject,
) -> Result<Project, ApiError> {
    let Some(name) = project_name(&body.name) else {
        return Err(ApiError::field(
            "/name",
            "Enter a name of 1 to 300 letters.",
        ));
    };
    let domain = site(&body.domain, ascii_host)
        .map_err(|problem| ApiError::field("/domain", problem.sentence()))?;
    let owned = stored::owned(write, id).await?;
    if let Some(other) = owned.iter().find(|other| other.domain == domain) {
        let detail = format!("The project {} is for {domain} already.", other.name);
        return Err(ApiError::field("/domain", &detail));
    }
    let payer = account(write, id).await?.account.id;
    Ok(Project {
        id: new_id(ProjectId::PREFIX)?,
        account: id.clone(),
        payer,
        name,
        domain,
        unsupported: None,
        setup_done: true,
        scope: ScopeStatus::None,
        scope_pages: 0,
        domain_status: DomainStatus::None,
        connected_access: false,
        baseline: None,
    })
}

/// The services that exist for a project of such an account.
fn services(kind: AccountType) -> impl Iterator<Item = ServiceKind> {
    ServiceKind::ALL.iter().copied().filter(move |service| {
        *service != ServiceKind::AgencyDelivery || kind == AccountType::Agency
    })
}

/// A host name in ASCII letters, as it is looked up; `None` when no name comes of it.
pub(super) fn ascii_host(host: &str) -> Option<String> {
    let url = reqwest::Url::parse(&format!("https://{host}/")).ok()?;
    url.host_str().map(str::to_owned)
}
