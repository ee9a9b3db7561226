//! The services that depend on an account's coverage, project by project.

use super::project;
use crate::error::ApiError;
use crate::facts::context_of;
use crate::store::accounts::Account;
use crate::store::projects;
use domain::billing::UsageRow;
use domain::id::UserId;
use sqlx::AnyConnection;

/// The rows as a person may see them.
pub(super) async fn of(
    conn: &mut AnyConnection,
    user: &UserId,
    account: &Account,
) -> Result<Vec<UsageRow>, ApiError> {
    let mut rows = Vec::new();
    for stored in projects::depending(conn, &account.account.id).await? {
        let context = context_of(conn, user, stored).await?;
        rows.extend(project::usage(conn, &context).await?);
    }
    Ok(rows)
}
