//! Connected access of a project as its page shows it.

use crate::error::ApiError;
use crate::facts::ProjectContext;
use crate::repository::Repositories;
use crate::store::access;
use domain::fix::access::{
    AccessStatus, AccessView, PROOF_FILE, ProviderOffer, REQUIRED_SCOPES, RepositoryProof,
    RepositoryProvider,
};
use domain::role::Ability;
use sqlx::AnyConnection;

/// What is connected, asked for or revoked, and what could be.
pub async fn view(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    repositories: &Repositories,
) -> Result<AccessView, ApiError> {
    let stored = access::load(conn, &context.project.id).await?;
    let offers = RepositoryProvider::ALL
        .iter()
        .map(|provider| ProviderOffer {
            provider: *provider,
            unavailable: repositories.unavailable(*provider).map(str::to_owned),
        });
    let may = context.role.can(Ability::RunProjects);
    let unavailable = (!may).then(|| {
        let holders = Ability::RunProjects.holders();
        format!(
            "Your role is {}. Ask {holders} to change the access.",
            context.role.label()
        )
    });
    let status = stored.as_ref().map_or(AccessStatus::None, |one| one.status);
    let approved = stored
        .as_ref()
        .filter(|one| one.status == AccessStatus::Granted);
    let approved_scope = approved.map(|one| {
        format!(
            "Read {} and write branches that begin with webriskops/ in {}, after a patch was approved.",
            one.base, one.repository
        )
    });
    let proof = stored
        .as_ref()
        .filter(|one| one.status == AccessStatus::Requested)
        .map(|one| RepositoryProof {
            file: PROOF_FILE.to_owned(),
            text: one.token.clone(),
        });
    let (granted_by, granted_at) = stored.as_ref().and_then(|one| one.granted.clone()).unzip();
    let (revoked_by, revoked_at) = stored.as_ref().and_then(|one| one.revoked.clone()).unzip();
    let (requested_by, requested_at) = stored.as_ref().map(|one| one.requested.clone()).unzip();
    Ok(AccessView {
        connected_access_status: status,
        required_scopes: REQUIRED_SCOPES.map(str::to_owned).to_vec(),
        approved_scope,
        proof,
        repository_provider: stored.as_ref().map(|one| one.provider),
        repository_id: stored.as_ref().map(|one| one.repository.clone()),
        base_branch: stored.map(|one| one.base),
        requested_by,
        requested_at,
        granted_by,
        granted_at,
        revoked_by,
        revoked_at,
        offers: offers.collect(),
        unavailable,
    })
}
