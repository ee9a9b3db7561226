//! AI assistance: a draft is asked for, holds a credit, is written by the model, and spends the credit or gives it back.

use crate::error::ApiError;
use crate::facts::ProjectContext;
use crate::ledger::{HoldOrder, LedgerError, Purpose, reserve, restore, settle};
use crate::live::Change;
use crate::state::AppState;
use crate::store::ai_drafts::{self as stored, NewDraft, StoredDraft};
use crate::store::reports::{self, StoredTask};
use crate::store::{new_id, projects};
use crate::write::Write;
use chrono::{Duration, Utc};
use domain::Timestamp;
use domain::fix::assist::readable;
use domain::id::{AiDraftId, FixTaskId};
use futures::future::join_all;
use std::time::Duration as Pause;

/// Credits that one draft takes.
const COST: i64 = 1;
/// Until when a draft must have begun and ended; then its credit is free again. Longer than the model may take twice.
const DEADLINE: Duration = Duration::minutes(3);
/// Drafts that are written at the same time.
const AT_ONCE: i64 = 4;

/// Holds a credit and queues a draft of a text about the task's findings.
///
/// # Errors
/// [`LedgerError::Short`] when the payer has no credit left, in the ledger's words.
pub async fn ask(
    write: &mut Write,
    context: &ProjectContext,
    task: &StoredTask,
    by: &str,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let id: AiDraftId = new_id(AiDraftId::PREFIX)?;
    let payer = &context.payer.account.id;
    let task = &task.row.fix_task_id;
    let order = HoldOrder {
        account: payer,
        purpose: Purpose::Ai,
        amount: COST,
        project: Some(&context.project.id),
        work_ref: &format!("{task}/{id}"),
        actor: by,
    };
    let held = reserve(write, &order, now).await?;
    let new = NewDraft {
        id: &id,
        task,
        payer,
        hold: &held.hold,
        asked_by: by,
    };
    stored::insert(write, &new, now, now + DEADLINE).await?;
    write.changed(payer, Change::Ledger);
    write.changed(&context.owner.account.id, Change::Billing);
    Ok(())
}

/// Writes drafts as they are asked for, until the task is dropped.
pub async fn work(state: AppState) {
    loop {
        if let Err(error) = run_due(&state).await {
            tracing::error!(?error, "drafts of AI assistance");
        }
        tokio::time::sleep(Pause::from_secs(1)).await;
    }
}

/// Gives up what took too long, then writes what waits.
///
/// # Errors
/// When our side fails; what the model does not do ends the draft.
pub async fn run_due(state: &AppState) -> Result<(), ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let late = stored::late(&mut reader, Utc::now()).await?;
    let waiting = stored::waiting(&mut reader, AT_ONCE).await?;
    drop(reader);
    for draft in late {
        let why = "The model did not answer in time.";
        end(state, &draft.id, Err(why), Utc::now()).await?;
    }
    let written = join_all(waiting.iter().map(|draft| write_one(state, draft))).await;
    written.into_iter().collect()
}

async fn write_one(state: &AppState, draft: &StoredDraft) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    if !stored::begin(&mut write, &draft.id).await? {
        return Ok(());
    }
    let (domain, findings) = subject(&mut write, &draft.task).await?;
    write.commit().await?;
    let answer = match &state.model {
        None => Err("No model is configured any more.".to_owned()),
        Some(model) => model.draft(&domain, &findings).await.map_err(|error| {
            tracing::warn!(%error, draft = %draft.id, "a model could not draft");
            error.to_string()
        }),
    };
    let text = answer.and_then(|text| readable(&text).map_err(str::to_owned));
    let text = text.as_deref().map_err(String::as_str);
    end(state, &draft.id, text, Utc::now()).await
}

/// What the draft is about.
async fn subject(
    write: &mut Write,
    task: &FixTaskId,
) -> Result<(String, Vec<domain::report::Finding>), ApiError> {
    let known = reports::load_task(write, task)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let project = projects::load(write, &known.project).await?;
    let domain = project.ok_or_else(ApiError::not_found)?.domain;
    Ok((domain, reports::findings_of_task(write, task).await?))
}

/// Ends a draft, once: what was written spends its credit, everything else gives it back.
async fn end(
    state: &AppState,
    id: &AiDraftId,
    text: Result<&str, &str>,
    now: Timestamp,
) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    let Some(draft) = stored::load(&mut write, id).await? else {
        return Ok(());
    };
    if !stored::end(&mut write, id, text, now).await? {
        return Ok(());
    }
    let (payer, hold) = (&draft.payer, &draft.hold);
    let ended = match text {
        Ok(_) => settle(&mut write, payer, hold, COST, "AI assistance", now).await,
        Err(_) => restore(&mut write, payer, hold, "AI assistance", now).await,
    };
    ended?;
    write.changed(payer, Change::Ledger);
    if let Some(task) = reports::load_task(&mut write, &draft.task).await?
        && let Some(project) = projects::load(&mut write, &task.project).await?
    {
        write.changed(&project.account, Change::Billing);
    }
    Ok(write.commit().await?)
}
