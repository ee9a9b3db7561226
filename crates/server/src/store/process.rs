//! Which process holds a lease, and whether it is still there.

use super::{Engine, Flag, Tx};
use sqlx::{AnyConnection, AnyPool, PgExecutor};
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// One of the processes that share a database.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its name: a positive number, drawn when it starts.
    pub number: i64,
    /// The lock beside a file of SQLite, once it is held.
    alone: Arc<OnceLock<File>>,
    /// Whether the others know that it is there.
    stands: Arc<AtomicBool>,
}

/// Locks of PostgreSQL that say "this process is there"; the second number is its name.
const THERE: i32 = 7404;

impl Default for Process {
    fn default() -> Self {
        Self {
            number: i64::from(rand::random::<u32>() >> 1).max(1),
            alone: Arc::default(),
            stands: Arc::default(),
        }
    }
}

impl Process {
    /// Says that it is the one that serves a file of SQLite, by a lock beside the file that the system opens when the process
    /// ends in whatever way. Where another one holds it, leases run out by themselves.
    pub(super) fn claim(&self, database: &Path) {
        let mut beside = database.as_os_str().to_owned();
        beside.push(".lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(beside);
        if let Some(file) = file.ok().filter(|file| file.try_lock().is_ok()) {
            // Claimed before is claimed.
            let _ = self.alone.set(file);
        }
    }

    /// The name under which it holds leases; none while the others could not know that it is there.
    pub fn holder(&self) -> Option<i64> {
        let known = self.alone.get().is_some() || self.stands.load(Ordering::Acquire);
        known.then_some(self.number)
    }

    /// The connection that says that it is there broke.
    pub fn falls(&self) {
        self.stands.store(false, Ordering::Release);
    }

    /// Says on a connection of PostgreSQL that this process is there, for as long as the connection lives. A lock that others may
    /// hold too: a broken connection of its own may still hold it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn stand(&self, conn: impl PgExecutor<'_>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT pg_advisory_lock_shared($1, $2)")
            .bind(THERE)
            .bind(i32::try_from(self.number).unwrap_or_default())
            .execute(conn)
            .await?;
        self.stands.store(true, Ordering::Release);
        Ok(())
    }

    /// Whether another process is known to be gone, so that nobody has to wait for what it held.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn knows_gone(&self, tx: &mut Tx, other: i64) -> Result<bool, sqlx::Error> {
        if other == self.number {
            return Ok(false);
        }
        if tx.backend_name() == "PostgreSQL" {
            return nobody_stands(tx, other).await;
        }
        Ok(self.alone.get().is_some())
    }
}

/// Its lock is free; the transaction gives it back at its end.
async fn nobody_stands(conn: &mut AnyConnection, other: i64) -> Result<bool, sqlx::Error> {
    let Flag(free) = sqlx::query_scalar(
        "SELECT pg_try_advisory_xact_lock(CAST($1 AS INTEGER), CAST($2 AS INTEGER))",
    )
    .bind(THERE)
    .bind(other)
    .fetch_one(conn)
    .await?;
    Ok(free)
}

/// The right to do what one process at a time does, until it is dropped: its connection is closed, and with it goes the lock.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "held, not used")] Option<AnyConnection>);

/// The lock of PostgreSQL that stands for such work.
const WORK: i64 = 7405;

impl Turn {
    /// Waits for the turn, on a connection of its own. SQLite has one process.
    pub(super) async fn wait(engine: Engine, pool: &AnyPool) -> Result<Self, sqlx::Error> {
        if engine == Engine::Sqlite {
            return Ok(Self(None));
        }
        let mut conn = pool.acquire().await?.detach();
        loop {
            let Flag(mine) = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
                .bind(WORK)
                .fetch_one(&mut conn)
                .await?;
            if mine {
                return Ok(Self(Some(conn)));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
