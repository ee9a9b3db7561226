//! The scope of a project and the proof of its domain, as their panels show them.

use crate::error::ApiError;
use crate::facts::ProjectContext;
use crate::store::errands::{self, ErrandKind};
use crate::store::{proofs, scopes};
use domain::Timestamp;
use domain::catalogue::catalogue;
use domain::errand::ErrandOutcome;
use domain::proof::{Challenge, ProofView};
use domain::scope::{Discovery, ScopeView};
use sqlx::AnyConnection;

/// Which pages are known, selected and accepted.
pub async fn scope(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    now: Timestamp,
) -> Result<ScopeView, ApiError> {
    let project = &context.project;
    let selection = scopes::selection(conn, &project.id).await?;
    let accepted = scopes::accepted(conn, &project.id).await?;
    let package = context.payer.package_key;
    Ok(ScopeView {
        project_id: project.id.clone(),
        status: project.scope,
        page_limit: catalogue().page_limit(package),
        plan: context.is_payer_member.then(|| package.label().to_owned()),
        discovery: discovery(conn, context).await?,
        selected: selection.pages,
        manual: selection.manual,
        digest: selection.digest,
        accepted: accepted.map(|(_, acceptance)| acceptance),
        as_of: now,
    })
}

/// How the newest crawl stands, with the pages of the newest that was done.
async fn discovery(
    conn: &mut AnyConnection,
    context: &ProjectContext,
) -> Result<Option<Discovery>, ApiError> {
    let (id, kind) = (&context.project.id, ErrandKind::Discover);
    let Some(newest) = errands::newest(conn, id, kind).await? else {
        return Ok(None);
    };
    let done = errands::newest_done(conn, id, kind).await?;
    let (pages, skipped, skipped_more) = match done.and_then(|done| done.answer) {
        Some(ErrandOutcome::Pages {
            pages,
            skipped,
            skipped_more,
        }) => (pages, skipped, skipped_more),
        _ => (Vec::new(), Vec::new(), 0),
    };
    Ok(Some(Discovery {
        state: newest.state,
        asked_at: newest.asked_at,
        ended_at: newest.ended_at,
        failure: newest.failure,
        pages,
        skipped,
        skipped_more,
    }))
}

/// The challenge, what was found, and how long the proof holds.
pub async fn proof(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    now: Timestamp,
) -> Result<ProofView, ApiError> {
    let project = &context.project;
    let stored = proofs::load(conn, &project.id).await?;
    let look = errands::newest(conn, &project.id, ErrandKind::Prove).await?;
    let (verified_at, holds_until) = stored
        .as_ref()
        .map_or((None, None), |proof| (proof.verified_at, proof.holds_until));
    let challenge = stored.map(|proof| {
        // A look for an older challenge says nothing of this one.
        let look = look.filter(|look| look.asked_at >= proof.created_at);
        let found = match look.as_ref().and_then(|look| look.answer.clone()) {
            Some(ErrandOutcome::Proof { found }) => found,
            _ => Vec::new(),
        };
        Challenge {
            method: proof.method,
            place: proof.method.place(&project.domain),
            text: proof.method.text(&proof.token),
            expected: proof.method.expected(&proof.token),
            created_at: proof.created_at,
            look: look.as_ref().map(|look| look.state),
            looked_at: look.as_ref().and_then(|look| look.ended_at),
            failure: look.and_then(|look| look.failure),
            found,
        }
    });
    Ok(ProofView {
        project_id: project.id.clone(),
        domain: project.domain.clone(),
        status: project.domain_status,
        challenge,
        verified_at,
        holds_until,
        as_of: now,
    })
}
