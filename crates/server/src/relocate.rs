//! `server copy`: from a file of SQLite to an empty PostgreSQL, checked before it is called done (docs/operations.md#postgresql).

use crate::ledger::{self, Head};
use crate::store::{Engine, Store, StoreError, copy};

/// Why nothing was copied, or why the copy must not be used.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The addresses are not a file and a PostgreSQL.
    #[error(
        "server copy goes from a file of SQLite (DATABASE_URL) to PostgreSQL (server copy postgres://…)."
    )]
    Direction,
    /// Something stands there already.
    #[error("The target is not empty; nothing was copied. Name an empty database.")]
    Taken,
    /// The copy differs, or breaks a rule.
    #[error("The copy is not whole and must not be used:\n{}", .0.join("\n"))]
    NotWhole(Vec<String>),
    /// One of the databases.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// One of the databases.
    #[error("{0}")]
    Sql(#[from] sqlx::Error),
}

/// What was copied.
#[derive(Debug)]
pub struct Copied {
    /// Rows of all tables.
    pub rows: usize,
    /// Where the ledger stands, there as here.
    pub head: Head,
}

/// Copies everything and holds the copy against the rules and against the original. Stop the server first: what is written
/// after the copy began is not in it.
///
/// # Errors
/// [`CopyError`]; an interrupted copy leaves the target empty, so that it can be begun again.
pub async fn copy(from: &str, to: &str) -> Result<Copied, CopyError> {
    if Engine::of(from)? != Engine::Sqlite || Engine::of(to)? != Engine::Postgres {
        return Err(CopyError::Direction);
    }
    let (source, target) = (Store::open(from).await?, Store::open(to).await?);
    if !copy::is_empty(&target).await? {
        return Err(CopyError::Taken);
    }
    let rows = copy::copy_rows(&source, &target).await?;
    let (was, head) = (
        ledger::head(source.reader()).await?,
        ledger::head(target.reader()).await?,
    );
    let broken = ledger::verify(target.reader()).await?;
    let mut faults: Vec<String> = broken.iter().map(ToString::to_string).collect();
    if was != head {
        faults.push(format!("The ledger was at {was} and is at {head}."));
    }
    source.close().await;
    target.close().await;
    if faults.is_empty() {
        Ok(Copied { rows, head })
    } else {
        Err(CopyError::NotWhole(faults))
    }
}
