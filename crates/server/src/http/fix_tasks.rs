//! Fix tasks: read one, cancel one.

use super::auth::SignedIn;
use super::extract::InPath;
use super::idempotency::{Mutation, Once};
use super::projects::authorise;
use super::reports::load;
use crate::error::ApiError;
use crate::ledger::{LedgerError, balance, restore};
use crate::live::{Change, Changes};
use crate::state::AppState;
use crate::store::Tx;
use crate::store::reports::{self, StoredTask};
use crate::views::report as report_view;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::credits::CreditType;
use domain::fix::{CancelFix, CancelledFix, FixTaskStatus, FixTaskView};
use domain::id::FixTaskId;
use domain::problem::ProblemCode;
use domain::role::Ability;
use sqlx::SqliteConnection;

async fn stored(conn: &mut SqliteConnection, id: &FixTaskId) -> Result<StoredTask, ApiError> {
    reports::load_task(conn, id)
        .await?
        .ok_or_else(ApiError::not_found)
}

/// A fix task page.
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
) -> Result<Json<FixTaskView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let task = stored(&mut tx, &id).await?;
    let (context, report) = load(&mut tx, signed.id(), &task.report).await?;
    Ok(Json(
        report_view::fix_task(&mut tx, &context, &report, task, Utc::now()).await?,
    ))
}

/// Cancels a task that has not been delivered: what it holds goes back to Avail and its findings are free again, all or
/// nothing (domain.md F9).
pub(super) async fn cancel(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: CancelFix = mutation.json()?;
    let mut work = match mutation.once(&state.store, signed.id().as_str()).await? {
        Once::Now(work) => work,
        Once::Before(response) => return Ok(response),
    };
    let mut changes = Changes::new();
    let outcome = end(work.tx(), &signed, &id, &body, &mut changes).await;
    let response = work
        .finish(outcome.map(|cancelled| (StatusCode::OK, cancelled)))
        .await?;
    state.live.tell_all(changes);
    Ok(response)
}

async fn end(
    tx: &mut Tx,
    signed: &SignedIn,
    id: &FixTaskId,
    body: &CancelFix,
    changes: &mut Changes,
) -> Result<CancelledFix, ApiError> {
    let task = stored(tx, id).await?;
    let (context, _) = load(tx, signed.id(), &task.report).await?;
    authorise(&context, &body.account_id, Ability::RunFixes)?;
    // Cancelled in another tab: what was asked for is so.
    if task.row.status.is_open() {
        give_back(tx, signed, &task).await?;
        reports::cancel_task(tx, id, Utc::now()).await?;
    } else if task.row.status != FixTaskStatus::Cancelled {
        return Err(delivered());
    }
    let cancelled = CancelledFix {
        fix_task: stored(tx, id).await?.row,
        balance: context.shown(balance(tx, &task.payer, CreditType::AutomatedFix).await?),
    };
    changes.push((task.payer, Change::Ledger));
    changes.push((context.owner.account.id, Change::Billing));
    Ok(cancelled)
}

async fn give_back(tx: &mut Tx, signed: &SignedIn, task: &StoredTask) -> Result<(), ApiError> {
    let Some(hold) = &task.hold else {
        return Ok(());
    };
    match restore(tx, &task.payer, hold, signed.name(), Utc::now()).await {
        Ok(_) => Ok(()),
        Err(LedgerError::Resolved) => Err(delivered()),
        Err(error) => Err(error.into()),
    }
}

fn delivered() -> ApiError {
    ApiError::new(
        ProblemCode::FixTaskNotCancellable,
        "This work is delivered, so its credits are spent. Nothing was changed.",
    )
}
