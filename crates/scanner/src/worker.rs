//! The worker: takes a queued run, carries it out, tells how far it is, and hands in what it found.

mod api;
mod settings;

pub use api::{Api, ApiProblem};
pub use settings::{BadSetting, Settings};

use crate::audit::{Failure, Order, Progress, audit};
use crate::discover::discover;
use crate::prove::look;
use domain::audit::{AuditOutcome, ScanClaim, ScanProgress};
use domain::audit::{ScanResult, ScanResultStatus};
use domain::errand::{ErrandClaim, ErrandOutcome, ErrandResult, ErrandWork};
use std::time::Duration;
use tokio::sync::watch;

/// Progress is told this often at most, and at least as often that the lease never ends while the worker lives.
const TELL: Duration = Duration::from_millis(500);
/// Without news the lease is renewed this often.
const RENEW: Duration = Duration::from_secs(10);

/// Takes and carries out runs until the task is dropped.
pub async fn work(settings: &Settings) {
    let api = match Api::new(settings) {
        Ok(api) => api,
        Err(error) => {
            tracing::error!(%error, "the client could not be made");
            return;
        }
    };
    loop {
        match once(&api, settings).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(settings.poll).await,
            Err(error) => {
                tracing::warn!(%error, "the API does not answer as it should");
                tokio::time::sleep(settings.poll.max(Duration::from_secs(2))).await;
            }
        }
    }
}

/// Asks for one small job or else one run, and carries it out; whether there was one.
///
/// # Errors
/// [`ApiProblem`] when the API cannot be asked.
pub async fn once(api: &Api, settings: &Settings) -> Result<bool, ApiProblem> {
    // Somebody looks at the page and waits for a small job; it takes seconds.
    if let Some(errand) = api.claim_errand().await? {
        run_errand(api, settings, errand).await?;
        return Ok(true);
    }
    let Some(claim) = api.claim().await? else {
        return Ok(false);
    };
    tracing::info!(run = %claim.scan_run_id, domain = %claim.domain, pages = claim.page_limit, "run taken");
    let Some(ended) = carry_out(api, settings, &claim).await else {
        tracing::warn!(run = %claim.scan_run_id, "the lease is lost; nothing is handed in");
        return Ok(true);
    };
    match &ended {
        Ok(outcome) => {
            tracing::info!(run = %claim.scan_run_id, pages = outcome.pages.len(), findings = outcome.findings.len(), "run done");
        }
        Err(failure) => tracing::info!(run = %claim.scan_run_id, %failure, "run failed"),
    }
    api.hand_in(&result_of(&claim, ended)).await?;
    Ok(true)
}

/// Does a small job and hands in what came of it.
async fn run_errand(api: &Api, settings: &Settings, claim: ErrandClaim) -> Result<(), ApiProblem> {
    let (domain, addresses, limits) = (&claim.domain, &settings.addresses, settings.limits);
    tracing::info!(errand = %claim.errand_id, %domain, work = ?claim.work, "job taken");
    let ended = match claim.work {
        ErrandWork::Discover => discover(domain, addresses, limits).await,
        ErrandWork::Prove { method } => look(domain, method, addresses, limits).await,
        ErrandWork::Snapshot => first_page(domain, settings).await,
    };
    let outcome = ended.unwrap_or_else(|failure| ErrandOutcome::Failed { why: failure.0 });
    let result = ErrandResult {
        errand_id: claim.errand_id,
        lease: claim.lease,
        outcome,
    };
    let taken = api.hand_in_errand(&result).await?;
    tracing::info!(errand = %result.errand_id, state = %taken.state, "job done");
    Ok(())
}

/// The first page of a site alone, judged like a page of an audit.
async fn first_page(domain: &str, settings: &Settings) -> Result<ErrandOutcome, Failure> {
    let order = Order {
        domain: domain.to_owned(),
        page_limit: 1,
        only: None,
    };
    let (tell, _told) = watch::channel(Progress::default());
    let outcome = audit(&order, &settings.addresses, settings.limits, &tell).await?;
    // What else the page links to was not looked at, and is nobody's business here.
    Ok(ErrandOutcome::Snapshot {
        outcome: AuditOutcome {
            skipped: Vec::new(),
            skipped_more: 0,
            ..outcome
        },
    })
}

/// What a run ended with, as it is handed in.
fn result_of(claim: &ScanClaim, ended: Result<AuditOutcome, Failure>) -> ScanResult {
    let (status, error_summary, outcome) = match ended {
        Ok(outcome) => (ScanResultStatus::Completed, None, Some(outcome)),
        Err(failure) => (ScanResultStatus::Failed, Some(failure.0), None),
    };
    ScanResult {
        scan_run_id: claim.scan_run_id.clone(),
        status,
        error_summary,
        scanned_pages: outcome
            .as_ref()
            .map(|outcome| u32::try_from(outcome.pages.len()).unwrap_or(u32::MAX)),
        lease: Some(claim.lease.clone()),
        outcome,
    }
}

/// Carries a run out while telling how far it is; `None` when the API says that the lease is somebody else's now.
async fn carry_out(
    api: &Api,
    settings: &Settings,
    claim: &ScanClaim,
) -> Option<Result<AuditOutcome, Failure>> {
    let order = Order {
        domain: claim.domain.clone(),
        page_limit: claim.page_limit,
        only: Some(claim.pages.clone()),
    };
    let (tell, told) = watch::channel(Progress::default());
    tokio::select! {
        ended = audit(&order, &settings.addresses, settings.limits, &tell) => Some(ended),
        () = keep(api, claim, told) => None,
    }
}

/// Tells progress and so keeps the lease; ends only when it is lost.
async fn keep(api: &Api, claim: &ScanClaim, mut progress: watch::Receiver<Progress>) {
    loop {
        // The sender lives as long as the audit beside this.
        let _ = tokio::time::timeout(RENEW, progress.changed()).await;
        let now = progress.borrow_and_update().clone();
        let body = ScanProgress {
            scan_run_id: claim.scan_run_id.clone(),
            lease: claim.lease.clone(),
            current_page: now.page,
            pages_done: now.done,
            pages_total: now.total,
        };
        match api.tell(&body).await {
            Ok(_) => {}
            Err(ApiProblem::Refused { .. }) => return,
            Err(error) => tracing::warn!(%error, "progress could not be told"),
        }
        tokio::time::sleep(TELL).await;
    }
}
