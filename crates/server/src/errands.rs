//! Small jobs of a scanner on the server's side: asking for one, giving it to a worker, and what its outcome changes.

use crate::audits::lost;
use crate::error::ApiError;
use crate::facts::ProjectContext;
use crate::live::Change;
use crate::snapshots;
use crate::state::AppState;
use crate::store::errands::{self as stored, Errand, ErrandKind};
use crate::store::projects::{self, Project};
use crate::store::snapshots::of_errand;
use crate::store::{new_id, proofs};
use crate::write::Write;
use chrono::Duration;
use domain::Timestamp;
use domain::audit::ClaimScan;
use domain::audit::text::plain;
use domain::errand::{
    ErrandAnswer, ErrandClaim, ErrandOutcome, ErrandResult, ErrandState, ErrandTaken, ErrandWork,
};
use domain::id::ErrandId;
use domain::problem::ProblemCode;
use domain::proof::{HOLDS_DAYS, after_look, is_proven};

/// How long a worker may take for one job.
const LEASE: Duration = Duration::seconds(150);
/// How long a job may wait for a worker.
const LONGEST_WAIT: Duration = Duration::minutes(15);
/// How soon the same may be asked for again.
const PAUSE: Duration = Duration::seconds(5);

/// Queues a job for a project.
///
/// # Errors
/// [`ProblemCode::SelectionChanged`] while one is open, [`ProblemCode::RateLimited`] right after one.
pub async fn ask(
    write: &mut Write,
    context: &ProjectContext,
    kind: ErrandKind,
    asked_by: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let project = &context.project;
    if let Some(why) = &project.unsupported {
        let detail = format!("This target cannot be scanned: {why}. Nothing was started.");
        return Err(ApiError::new(ProblemCode::SelectionChanged, detail));
    }
    if let Some(last) = stored::newest(write, &project.id, kind).await? {
        if last.state.is_open() {
            let detail = "This is under way already. Its result appears here by itself.";
            return Err(ApiError::new(ProblemCode::SelectionChanged, detail));
        }
        if last.ended_at.is_some_and(|ended| now - ended < PAUSE) {
            let detail = "This ended just now. Wait a few seconds, then ask again.";
            return Err(ApiError::later(ProblemCode::RateLimited, detail, 5));
        }
    }
    let id: ErrandId = new_id(ErrandId::PREFIX)?;
    stored::insert(write, &id, (&project.id, kind), asked_by, now).await?;
    write.changed(&project.account, Change::Billing);
    Ok(())
}

/// Gives the job that has waited longest to a worker; none when nothing waits.
pub async fn claim(
    write: &mut Write,
    worker: &ClaimScan,
    now: Timestamp,
) -> Result<ErrandAnswer, ApiError> {
    let nothing = ErrandAnswer { errand: None };
    let Some(waiting) = stored::longest_waiting(write).await? else {
        // What belongs to an account comes first.
        return snapshots::claim(write, worker, now).await;
    };
    let project = project_of(write, &waiting).await?;
    let work = match waiting.kind {
        ErrandKind::Discover => ErrandWork::Discover,
        ErrandKind::Prove => {
            let proof = proofs::load(write, &project.id).await?;
            let method = proof.ok_or_else(ApiError::not_found)?.method;
            ErrandWork::Prove { method }
        }
    };
    let lease = hex::encode(rand::random::<[u8; 16]>());
    let until = now + LEASE;
    let worker = plain(&worker.worker, 60);
    if !stored::take(write, &waiting.id, (&worker, &lease), until).await? {
        return Ok(nothing);
    }
    write.changed(&project.account, Change::Billing);
    Ok(ErrandAnswer {
        errand: Some(ErrandClaim {
            errand_id: waiting.id,
            lease,
            lease_until: until,
            domain: project.domain,
            work,
        }),
    })
}

/// Takes the outcome of a job; the same one again changes nothing.
///
/// # Errors
/// [`ProblemCode::ResultConflict`] when the job is not in the hands of this worker.
pub async fn hand_in(
    write: &mut Write,
    result: &ErrandResult,
    now: Timestamp,
) -> Result<ErrandTaken, ApiError> {
    if let Some(snapshot) = of_errand(write, &result.errand_id).await? {
        return snapshots::hand_in(write, &snapshot, result, now).await;
    }
    let errand = stored::load(write, &result.errand_id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    if errand.lease.as_deref() != Some(result.lease.as_str()) {
        return Err(lost());
    }
    if !errand.state.is_open() {
        return Ok(ErrandTaken {
            state: errand.state,
        });
    }
    if let Some(why) = result.outcome.refusal() {
        return Err(ApiError::field("/outcome", why));
    }
    let fits = match (&result.outcome, errand.kind) {
        (ErrandOutcome::Pages { .. }, kind) => kind == ErrandKind::Discover,
        (ErrandOutcome::Proof { .. }, kind) => kind == ErrandKind::Prove,
        (ErrandOutcome::Snapshot { .. }, _) => false,
        (ErrandOutcome::Failed { .. }, _) => true,
    };
    if !fits {
        return Err(ApiError::field("/outcome", "an outcome of another kind"));
    }
    let state = end(write, &errand, &result.outcome, now).await?;
    Ok(ErrandTaken { state })
}

/// Ends a job and carries its consequences.
async fn end(
    write: &mut Write,
    errand: &Errand,
    outcome: &ErrandOutcome,
    now: Timestamp,
) -> Result<ErrandState, ApiError> {
    let project = project_of(write, errand).await?;
    let ended = match outcome {
        ErrandOutcome::Failed { why } => Err(why.as_str()),
        other => Ok(other),
    };
    stored::end(write, &errand.id, ended, now).await?;
    if errand.kind == ErrandKind::Prove {
        let found = match outcome {
            ErrandOutcome::Proof { found } => found.as_slice(),
            _ => &[],
        };
        prove(write, &project, found, now).await?;
    }
    write.changed(&project.account, Change::Billing);
    write.changed(&project.payer, Change::Billing);
    Ok(if ended.is_ok() {
        ErrandState::Done
    } else {
        ErrandState::Failed
    })
}

/// What a look for the proof changes.
async fn prove(
    write: &mut Write,
    project: &Project,
    found: &[String],
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(proof) = proofs::load(write, &project.id).await? else {
        return Ok(());
    };
    let proven = is_proven(proof.method, &proof.token, found);
    if proven {
        let until = now + Duration::days(HOLDS_DAYS);
        proofs::verified(write, &project.id, now, until).await?;
    }
    let status = after_look(project.domain_status, proven);
    proofs::set_status(write, &project.id, status).await?;
    Ok(())
}

async fn project_of(write: &mut Write, errand: &Errand) -> Result<Project, ApiError> {
    projects::load(write, &errand.project)
        .await?
        .ok_or_else(ApiError::not_found)
}

/// Ends jobs that nobody took or whose worker fell silent, and proofs that hold no longer, so that nothing waits for ever.
pub async fn sweep(state: &AppState, now: Timestamp) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    for errand in stored::lapsed(&mut write, now, now - LONGEST_WAIT).await? {
        let outcome = ErrandOutcome::Failed {
            why: errand.state.why_lapsed().to_owned(),
        };
        end(&mut write, &errand, &outcome, now).await?;
    }
    snapshots::sweep(&mut write, now).await?;
    for project in proofs::expired(&mut write, now).await? {
        proofs::set_status(&mut write, &project, domain::project::DomainStatus::Failed).await?;
        if let Some(project) = projects::load(&mut write, &project).await? {
            write.changed(&project.account, Change::Billing);
        }
    }
    write.commit().await?;
    Ok(())
}
