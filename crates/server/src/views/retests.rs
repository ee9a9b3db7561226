//! The retests of a fix task and whether another can be requested.

use crate::error::ApiError;
use crate::facts::{ProjectContext, project_facts};
use crate::store::reports::StoredTask;
use crate::store::retests;
use domain::fix::retest::{RetestView, not_yet};
use domain::gate::{Action, evaluate};
use sqlx::AnyConnection;

/// What the task page tells of retests.
pub async fn view(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    task: &StoredTask,
) -> Result<RetestView, ApiError> {
    let mut facts = project_facts(conn, context, Action::Retest).await?;
    facts.task = Some(task.row.fix_task_id.clone());
    Ok(RetestView {
        not_yet: not_yet(task.row.status, task.row.delivery_mode).map(str::to_owned),
        verdict: evaluate(&facts),
        facts,
        retests: retests::of_task(conn, &task.row.fix_task_id).await?,
    })
}
