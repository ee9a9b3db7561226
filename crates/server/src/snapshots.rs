//! Public quick scans: asking for one, giving it to a worker, and taking what came of it. No account, no ledger (S1-21).

use crate::audits::lost;
use crate::error::ApiError;
use crate::store::new_id;
use crate::store::snapshots::{self as stored, Snapshot};
use crate::write::Write;
use chrono::Duration;
use domain::Timestamp;
use domain::audit::ClaimScan;
use domain::audit::text::plain;
use domain::errand::{
    ErrandAnswer, ErrandClaim, ErrandOutcome, ErrandResult, ErrandState, ErrandTaken, ErrandWork,
};
use domain::id::{ErrandId, SnapshotId};
use domain::problem::ProblemCode;
use domain::snapshot::{KEPT_DAYS, SHARED_MINUTES, SnapshotView, preview};

/// How long a worker may take for one.
const LEASE: Duration = Duration::seconds(60);
/// How long one may wait for a worker.
const LONGEST_WAIT: Duration = Duration::minutes(5);
/// How many may wait at once: work that was paid for is not kept waiting by what is free.
const MOST_WAITING: i64 = 30;

/// A quick scan of this site: one that is under way or was just done, else a new one.
///
/// # Errors
/// [`ProblemCode::RateLimited`] while too many wait.
pub async fn ask(
    write: &mut Write,
    domain: &str,
    now: Timestamp,
) -> Result<SnapshotView, ApiError> {
    let since = now - Duration::minutes(SHARED_MINUTES);
    if let Some(same) = stored::shared(write, domain, since).await? {
        return Ok(view(same));
    }
    if stored::waiting(write).await? >= MOST_WAITING {
        let detail = "Many quick scans are waiting now. Try again in a minute.";
        return Err(ApiError::later(ProblemCode::RateLimited, detail, 60));
    }
    let id: SnapshotId = new_id(SnapshotId::PREFIX)?;
    let errand: ErrandId = new_id(ErrandId::PREFIX)?;
    stored::insert(write, (&id, &errand), domain, now).await?;
    let made = stored::load(write, &id).await?;
    Ok(view(made.ok_or_else(ApiError::not_found)?))
}

/// One as everybody sees it.
pub fn view(snapshot: Snapshot) -> SnapshotView {
    let outcome = snapshot.outcome.as_ref();
    let (findings, more) = outcome.map(preview).unwrap_or_default();
    let page = outcome.and_then(|outcome| outcome.pages.first());
    SnapshotView {
        page: page.map(|page| page.url.clone()),
        findings,
        more,
        snapshot_id: snapshot.id,
        domain: snapshot.domain,
        state: snapshot.state,
        failure: snapshot.failure,
        asked_at: snapshot.asked_at,
        ended_at: snapshot.ended_at,
    }
}

/// Gives the one that has waited longest to a worker.
pub async fn claim(
    write: &mut Write,
    worker: &ClaimScan,
    now: Timestamp,
) -> Result<ErrandAnswer, ApiError> {
    let nothing = ErrandAnswer { errand: None };
    let Some(waiting) = stored::longest_waiting(write).await? else {
        return Ok(nothing);
    };
    let lease = hex::encode(rand::random::<[u8; 16]>());
    let until = now + LEASE;
    let worker = plain(&worker.worker, 60);
    if !stored::take(write, &waiting.id, (&worker, &lease), until).await? {
        return Ok(nothing);
    }
    Ok(ErrandAnswer {
        errand: Some(ErrandClaim {
            errand_id: waiting.errand,
            lease,
            lease_until: until,
            domain: waiting.domain,
            work: ErrandWork::Snapshot,
        }),
    })
}

/// Takes the outcome of one; the same again changes nothing.
///
/// # Errors
/// [`ProblemCode::ResultConflict`] when it is not in the hands of this worker.
pub async fn hand_in(
    write: &mut Write,
    snapshot: &Snapshot,
    result: &ErrandResult,
    now: Timestamp,
) -> Result<ErrandTaken, ApiError> {
    if snapshot.lease.as_deref() != Some(result.lease.as_str()) {
        return Err(lost());
    }
    if !snapshot.state.is_open() {
        return Ok(ErrandTaken {
            state: snapshot.state,
        });
    }
    if let Some(why) = result.outcome.refusal() {
        return Err(ApiError::field("/outcome", why));
    }
    let ended = match &result.outcome {
        ErrandOutcome::Snapshot { outcome } => Ok(outcome),
        ErrandOutcome::Failed { why } => Err(why.as_str()),
        ErrandOutcome::Pages { .. } | ErrandOutcome::Proof { .. } => {
            return Err(ApiError::field("/outcome", "an outcome of another kind"));
        }
    };
    stored::end(write, &snapshot.id, ended, now).await?;
    Ok(ErrandTaken {
        state: if ended.is_ok() {
            ErrandState::Done
        } else {
            ErrandState::Failed
        },
    })
}

/// Ends those that nobody took or whose worker fell silent, and forgets old ones.
pub async fn sweep(write: &mut Write, now: Timestamp) -> Result<(), ApiError> {
    for snapshot in stored::lapsed(write, now, now - LONGEST_WAIT).await? {
        let why = snapshot.state.why_lapsed();
        stored::end(write, &snapshot.id, Err(why), now).await?;
    }
    stored::forget(write, now - Duration::days(KEPT_DAYS)).await?;
    Ok(())
}
