//! AI assistance as a task page shows it.

use crate::error::ApiError;
use crate::facts::{ProjectContext, project_facts};
use crate::store::ai_drafts;
use crate::store::reports::StoredTask;
use domain::fix::assist::AssistView;
use domain::gate::{Action, evaluate};
use sqlx::AnyConnection;

/// Whether a text can be drafted about this task, and the newest one.
pub async fn view(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    task: &StoredTask,
    offered: bool,
) -> Result<AssistView, ApiError> {
    let mut facts = project_facts(conn, context, Action::Ai).await?;
    facts.task = Some(task.row.fix_task_id.clone());
    Ok(AssistView {
        offered,
        verdict: evaluate(&facts),
        facts,
        newest: ai_drafts::newest(conn, &task.row.fix_task_id).await?,
    })
}
