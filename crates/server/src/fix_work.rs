//! Ending fix work: a task is completed by a step that it takes now, and what it holds is spent, exactly once.

use crate::error::ApiError;
use crate::ledger::{LedgerError, settle};
use crate::store::fix_steps;
use crate::store::reports::StoredTask;
use crate::write::Write;
use domain::Timestamp;
use domain::fix::FixTaskStatus;
use domain::fix::task::{TaskStep, after};
use domain::problem::ProblemCode;

/// Completes the task if it takes this step now, and spends what it holds.
///
/// # Errors
/// [`ProblemCode::FixTaskStepRefused`] when it does not.
pub async fn finish(
    write: &mut Write,
    by: &str,
    task: &StoredTask,
    step: TaskStep,
    now: Timestamp,
) -> Result<(), ApiError> {
    let next = after(task.row.status, task.row.delivery_mode, step);
    if next != Some(FixTaskStatus::Completed) {
        return Err(refused(step));
    }
    if let Some(hold) = &task.hold {
        let cost = task.row.fix_credit_cost;
        match settle(write, &task.payer, hold, cost, by, now).await {
            Ok(_) => {}
            Err(LedgerError::Resolved) => return Err(refused(step)),
            Err(error) => return Err(error.into()),
        }
    }
    if fix_steps::complete(write, &task.row.fix_task_id, now).await? {
        Ok(())
    } else {
        Err(refused(step))
    }
}

fn refused(step: TaskStep) -> ApiError {
    ApiError::new(
        ProblemCode::FixTaskStepRefused,
        format!(
            "\"{}\" is not a step of this task as it stands now. Nothing was changed.",
            step.label()
        ),
    )
}
