//! Creating the pull requests of fix tasks: asked for with an approved draft, made by the worker, and found again when a try
//! was cut off.

use crate::error::ApiError;
use crate::fix_work::finish;
use crate::live::Change;
use crate::repository::{Opened, Proposal, RepositoryError, Target};
use crate::state::AppState;
use crate::store::access::{self, Stored as Access};
use crate::store::fix_steps;
use crate::store::patches::{self, StoredPatch};
use crate::store::projects::{self, Project};
use crate::store::pull_requests::{self as stored, Stored};
use crate::store::reports::{self, StoredTask};
use crate::write::Write;
use chrono::{Duration, Utc};
use domain::Timestamp;
use domain::fix::access::AccessStatus;
use domain::fix::patch::is_clear;
use domain::fix::pull_request::{PullRequestTrouble, body, files, mark, message};
use domain::fix::task::{TaskEventKind, TaskStep};
use domain::id::FixTaskId;
use std::time::Duration as Pause;

/// When a provider that did not answer is asked again.
const AGAIN: Duration = Duration::seconds(30);
/// How often it is asked at most.
const MOST_TRIES: i64 = 10;

/// Creates what is asked for, until the task is dropped.
pub async fn work(state: AppState) {
    loop {
        if let Err(error) = run_due(&state, Utc::now()).await {
            tracing::error!(?error, "pull requests");
        }
        tokio::time::sleep(Pause::from_secs(1)).await;
    }
}

/// Creates what is due.
///
/// # Errors
/// When our side fails; what the provider does not do is noted with the pull request.
pub async fn run_due(state: &AppState, now: Timestamp) -> Result<(), ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let due = stored::due(&mut reader, now).await?;
    drop(reader);
    for asked in due {
        create(state, &asked, now).await?;
    }
    Ok(())
}

/// What a pull request is made of.
struct Subject {
    task: StoredTask,
    project: Project,
    patch: StoredPatch,
    access: Access,
}

async fn create(state: &AppState, asked: &Stored, now: Timestamp) -> Result<(), ApiError> {
    let mut reader = state.store.reader().begin().await?;
    let subject = subject(&mut reader, asked).await?;
    drop(reader);
    let outcome = match &subject {
        Ok(subject) => {
            let target = Target {
                provider: subject.access.provider,
                repository: subject.access.repository.clone(),
                base: subject.access.base.clone(),
            };
            state
                .repositories
                .open(&target, &proposal(subject, asked))
                .await
        }
        Err(refusal) => Err(refusal.clone()),
    };
    let outcome = match outcome {
        Err(RepositoryError::Away) if asked.tries < MOST_TRIES => {
            let mut write = state.write().await?;
            stored::again(&mut write, &asked.task, now + AGAIN).await?;
            return Ok(write.commit().await?);
        }
        Err(RepositoryError::Away) => Err((
            PullRequestTrouble::CreationFailed,
            "The provider did not answer for some minutes. Nothing is merged; try again."
                .to_owned(),
        )),
        Err(RepositoryError::Refused { trouble, detail }) => Err((trouble, detail)),
        Ok(opened) => Ok(opened),
    };
    let mut write = state.write().await?;
    match outcome {
        Ok(opened) => record(&mut write, asked, &opened, now).await?,
        Err((trouble, detail)) => fail(&mut write, asked, (trouble, &detail), now).await?,
    }
    tell(&mut write, &asked.task).await?;
    Ok(write.commit().await?)
}

/// Reads what it is made of once more: what was revoked or drawn up again since it was asked for is not used.
async fn subject(
    conn: &mut sqlx::AnyConnection,
    asked: &Stored,
) -> Result<Result<Subject, RepositoryError>, ApiError> {
    let no = |trouble, detail: &str| {
        let detail = detail.to_owned();
        Ok(Err(RepositoryError::Refused { trouble, detail }))
    };
    let task = reports::load_task(conn, &asked.task).await?;
    let task = task.ok_or_else(ApiError::not_found)?;
    let project = projects::load(conn, &task.project).await?;
    let project = project.ok_or_else(ApiError::not_found)?;
    let approved = patches::load(conn, &asked.task).await?.filter(|patch| {
        patch.approved.is_some() && patch.digest == asked.digest && is_clear(&patch.files)
    });
    let Some(patch) = approved.filter(|_| task.row.status.is_open()) else {
        return no(
            PullRequestTrouble::CreationFailed,
            "The draft is not the approved one any more. Read it and approve it, then try again.",
        );
    };
    let granted = access::load(conn, &project.id).await?;
    let Some(access) = granted.filter(|access| access.status == AccessStatus::Granted) else {
        return no(
            PullRequestTrouble::AuthRevoked,
            "The access to the repository was revoked. Connect it again on the project's page.",
        );
    };
    Ok(Ok(Subject {
        task,
        project,
        patch,
        access,
    }))
}

fn proposal(subject: &Subject, asked: &Stored) -> Proposal {
    let domain = &subject.project.domain;
    let by = subject
        .patch
        .approved
        .as_ref()
        .map_or("Nobody", |(by, _)| by);
    Proposal {
        branch: asked.branch.clone(),
        title: format!("Mend findings of {domain}"),
        body: body(&subject.patch.files, by),
        message: message(domain, &asked.digest),
        mark: mark(&asked.digest),
        files: files(&subject.task.row.fix_task_id, &subject.patch.files),
    }
}

/// It is there: the task is delivered, and what it holds is spent, once.
async fn record(
    write: &mut Write,
    asked: &Stored,
    opened: &Opened,
    now: Timestamp,
) -> Result<(), ApiError> {
    let said = (opened.url.as_str(), opened.commit.as_str());
    if !stored::opened(write, &asked.task, said, now).await? {
        return Ok(());
    }
    let task = reports::load_task(write, &asked.task).await?;
    let task = task.ok_or_else(ApiError::not_found)?;
    let note = format!("{}. Nothing is merged by WebRiskOps.", opened.url);
    let said = (asked.asked_by.as_str(), note.as_str());
    let kind = TaskEventKind::PullRequestCreated;
    fix_steps::add_event(write, &asked.task, kind, said, now).await?;
    // Marked as done or cancelled meanwhile: what it held has its end already.
    if task.row.status.is_open() {
        finish(write, &asked.asked_by, &task, TaskStep::MarkDone, now).await?;
        let spent = format!("Fix credits spent: {}.", task.row.fix_credit_cost);
        let said = (asked.asked_by.as_str(), spent.as_str());
        fix_steps::add_event(write, &asked.task, TaskEventKind::Completed, said, now).await?;
        write.changed(&task.payer, Change::Ledger);
    }
    Ok(())
}

async fn fail(
    write: &mut Write,
    asked: &Stored,
    (trouble, detail): (PullRequestTrouble, &str),
    now: Timestamp,
) -> Result<(), ApiError> {
    if stored::failed(write, &asked.task, (trouble, detail), now).await? {
        let note = format!("{}: {detail}", trouble.key());
        let said = ("WebRiskOps", note.as_str());
        let kind = TaskEventKind::PullRequestFailed;
        fix_steps::add_event(write, &asked.task, kind, said, now).await?;
    }
    Ok(())
}

async fn tell(write: &mut Write, task: &FixTaskId) -> Result<(), ApiError> {
    if let Some(task) = reports::load_task(write, task).await?
        && let Some(project) = projects::load(write, &task.project).await?
    {
        write.changed(&project.account, Change::Billing);
        write.changed(&project.payer, Change::Billing);
    }
    Ok(())
}
