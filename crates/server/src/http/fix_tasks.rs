//! Fix tasks: read one, cancel one.

use super::auth::SignedIn;
use super::extract::InPath;
use super::mutation::Mutation;
use super::projects::authorise;
use super::reports::load;
use crate::error::ApiError;
use crate::ledger::{LedgerError, balance, restore};
use crate::live::Change;
use crate::state::AppState;
use crate::store::fix_steps;
use crate::store::reports::{self, StoredTask};
use crate::views::report as report_view;
use crate::write::Write;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use domain::credits::CreditType;
use domain::fix::task::TaskEventKind;
use domain::fix::{CancelFix, CancelledFix, FixTaskStatus, FixTaskView};
use domain::id::FixTaskId;
use domain::problem::ProblemCode;
use domain::role::Ability;
use sqlx::AnyConnection;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show))
        .routes(routes!(cancel))
}

/// A task; not found when there is none.
pub(super) async fn stored(
    conn: &mut AnyConnection,
    id: &FixTaskId,
) -> Result<StoredTask, ApiError> {
    reports::load_task(conn, id)
        .await?
        .ok_or_else(ApiError::not_found)
}

/// A fix task page.
#[utoipa::path(
    get, path = "/fix-tasks/{task}",
    params(("task" = FixTaskId, Path)),
    responses((status = 200, body = FixTaskView)),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
) -> Result<Json<FixTaskView>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let task = stored(&mut tx, &id).await?;
    let (context, report) = load(&mut tx, signed.id(), &task.report).await?;
    Ok(Json(
        report_view::fix_task(
            &mut tx,
            &context,
            &report,
            task,
            (state.model.is_some(), Utc::now()),
        )
        .await?,
    ))
}

/// Cancels a task that has not been delivered: what it holds goes back to Avail and its findings are free again, all or
/// nothing (docs/states.md#fix-task).
#[utoipa::path(
    post, path = "/fix-tasks/{task}/cancel",
    params(("task" = FixTaskId, Path), Mutation),
    request_body = CancelFix,
    responses((status = 200, body = CancelledFix)),
)]
pub(super) async fn cancel(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(id): InPath<FixTaskId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let body: CancelFix = mutation.json()?;
    let work = async |write: &mut Write| {
        let task = stored(write, &id).await?;
        let (context, _) = load(write, signed.id(), &task.report).await?;
        authorise(&context, &body.account_id, Ability::RunFixes)?;
        // Cancelled in another tab: what was asked for is so.
        if task.row.status.is_open() {
            give_back(write, &signed, &task).await?;
            reports::cancel_task(write, &id, Utc::now()).await?;
            let restored = format!("Fix credits restored: {}.", task.row.fix_credit_cost);
            let said = (signed.name(), restored.as_str());
            fix_steps::add_event(write, &id, TaskEventKind::Cancelled, said, Utc::now()).await?;
        } else if task.row.status != FixTaskStatus::Cancelled {
            return Err(delivered());
        }
        write.changed(&task.payer, Change::Ledger);
        write.changed(&context.owner.account.id, Change::Billing);
        Ok(CancelledFix {
            fix_task: stored(write, &id).await?.row,
            balance: context.shown(balance(write, &task.payer, CreditType::AutomatedFix).await?),
        })
    };
    mutation
        .perform(&state, signed.id().as_str(), StatusCode::OK, work)
        .await
}

async fn give_back(
    write: &mut Write,
    signed: &SignedIn,
    task: &StoredTask,
) -> Result<(), ApiError> {
    let Some(hold) = &task.hold else {
        return Ok(());
    };
    match restore(write, &task.payer, hold, signed.name(), Utc::now()).await {
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
