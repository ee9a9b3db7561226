//! The database: its pools, migrations and the conversions between rows and domain values.

pub mod access;
pub mod accounts;
pub mod adjustments;
pub mod agencies;
pub mod ai_drafts;
pub mod audits;
pub mod backup;
pub mod checkouts;
pub mod copy;
pub mod debts;
pub mod errands;
pub mod feedback;
pub mod figures;
pub mod fix_steps;
pub mod history;
pub mod inbox;
pub mod keys;
pub mod moments;
pub mod monitoring;
pub mod notices;
pub mod patches;
pub mod people;
pub mod prices;
pub mod process;
pub mod projects;
pub mod proofs;
pub mod pull_requests;
pub mod refunds;
pub mod reports;
pub mod retests;
pub mod runs;
pub mod scopes;
pub mod second_plans;
pub mod service_credits;
pub mod settings;
pub mod sign_ins;
pub mod snapshots;
mod stored;
pub mod subscriptions;
pub mod transactions;

pub use process::{Process, Turn};
pub use stored::{Flag, Small};

use chrono::DateTime;
use domain::Timestamp;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use sqlx::any::{Any, AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Executor, Transaction};
use std::str::FromStr;
use std::sync::Once;
use std::time::{Duration, Instant};

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// A write transaction: nobody else writes what it reads before it ends.
pub type Tx = Transaction<'static, Any>;

/// What holds the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of this machine.
    Sqlite,
    /// A server that several processes share.
    Postgres,
}

impl Engine {
    /// The engine that an address names.
    ///
    /// # Errors
    /// [`StoreError::Engine`] when there is none of that name.
    pub fn of(url: &str) -> Result<Self, StoreError> {
        match url.split(':').next() {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            _ => Err(StoreError::Engine),
        }
    }
}

/// A stored value that does not read as what it must be.
#[derive(Debug, thiserror::Error)]
#[error("stored {what} does not read: {value}")]
pub struct BadRow {
    /// Which column.
    pub what: &'static str,
    /// Its value.
    pub value: String,
}

/// What goes wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is away.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// A migration failed.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds something it must not.
    #[error(transparent)]
    Row(#[from] BadRow),
    /// The address names another engine.
    #[error("DATABASE_URL must begin with sqlite: or postgres:")]
    Engine,
}

/// The database: what writes and what reads, apart.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
    writer: AnyPool,
    reader: AnyPool,
    process: Process,
    waits: Histogram,
}

/// What a connection to SQLite is told first. We answer 200 to the provider: what was acknowledged must survive a power loss.
const SQLITE_WRITES: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF";
const SQLITE_READS: &str = "PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF";
/// No wait for another writer is without an end, and a writer that has died is let go.
const POSTGRES_WRITES: &str = "SET lock_timeout = '10s'; SET statement_timeout = '15s'; SET idle_in_transaction_session_timeout = '15s'; SET synchronous_commit = on";
/// What a reading transaction sees is of one moment, as on SQLite.
const POSTGRES_READS: &str = "SET statement_timeout = '15s'; SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read'";
/// Writers take their turn here before they read anything: one at a time over all processes, as on SQLite.
const POSTGRES_BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(7403)";

impl Store {
    /// Opens the database and brings its tables up to date; on SQLite makes its file and folder if missing.
    ///
    /// # Errors
    /// When the address names no engine, the database cannot be reached, or its tables do not fit.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        match Engine::of(url)? {
            Engine::Sqlite => Self::open_sqlite(url).await,
            Engine::Postgres => Self::open_postgres(url).await,
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        let file = backup::file_of(url)?;
        if let Some(folder) = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            tokio::fs::create_dir_all(folder)
                .await
                .map_err(sqlx::Error::Io)?;
        }
        let named = file.display();
        let writer = pool(&format!("sqlite:{named}?mode=rwc"), 1, SQLITE_WRITES).await?;
        SQLITE.run(&writer).await?;
        let reader = pool(&format!("sqlite:{named}?mode=ro"), 8, SQLITE_READS).await?;
        Ok(Self {
            engine: Engine::Sqlite,
            writer,
            reader,
            process: Process::default(),
            waits: waits(),
        })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let writer = pool(url, 8, POSTGRES_WRITES).await?;
        POSTGRES.run(&writer).await?;
        let reader = pool(url, 8, POSTGRES_READS).await?;
        Ok(Self {
            engine: Engine::Postgres,
            writer,
            reader,
            process: Process::default(),
            waits: waits(),
        })
    }

    /// Begins a write transaction that has its turn at once, not at the first write: nothing can change between reading
    /// and writing.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        let begin = match self.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => POSTGRES_BEGIN,
        };
        let asked = Instant::now();
        let begun = self.writer.begin_with(begin).await;
        self.waits.observe(asked.elapsed().as_secs_f64());
        begun
    }

    /// How long writers waited for their turn.
    pub const fn waits(&self) -> &Histogram {
        &self.waits
    }

    /// How many connections of each pool are in use.
    pub fn in_use(&self) -> [(&'static str, i64); 2] {
        let of = |pool: &AnyPool| {
            let idle = i64::try_from(pool.num_idle()).unwrap_or(i64::MAX);
            i64::from(pool.size()).saturating_sub(idle)
        };
        [("reader", of(&self.reader)), ("writer", of(&self.writer))]
    }

    /// For reading.
    pub const fn reader(&self) -> &AnyPool {
        &self.reader
    }

    /// Says that this process serves the database; commands that look at it meanwhile do not.
    ///
    /// # Errors
    /// When the address does not read.
    pub fn claim(&self, url: &str) -> Result<(), StoreError> {
        if self.engine == Engine::Sqlite {
            self.process.claim(&backup::file_of(url)?);
        }
        Ok(())
    }

    /// Waits for the right to do what one process at a time does, such as filling an empty database.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn turn(&self) -> Result<Turn, sqlx::Error> {
        Turn::wait(self.engine, &self.reader).await
    }

    /// This process among those that share the database.
    pub const fn process(&self) -> &Process {
        &self.process
    }

    /// What holds the tables.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Closes both pools after what is under way.
    pub async fn close(&self) {
        self.reader.close().await;
        if self.engine == Engine::Sqlite {
            // Statistics of the planner, kept while they are cheap to gather; their absence harms nothing.
            let _ = self.writer.execute("PRAGMA optimize").await;
        }
        self.writer.close().await;
    }
}

fn waits() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 16))
}

async fn pool(url: &str, size: u32, first: &'static str) -> Result<AnyPool, sqlx::Error> {
    AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(move |conn, _| {
            Box::pin(async move {
                conn.execute(sqlx::raw_sql(first)).await?;
                Ok(())
            })
        })
        .connect_with(AnyConnectOptions::from_str(url)?)
        .await
}

/// The channel on which processes tell each other what changed.
pub const CHANNEL: &str = "webriskops_changes";

/// Says something to every process on this database, once the transaction is committed. SQLite has no
/// other process.
///
/// # Errors
/// When the database does not answer.
pub async fn announce(tx: &mut Tx, text: &str) -> Result<(), sqlx::Error> {
    if tx.backend_name() == "PostgreSQL" {
        sqlx::query("SELECT 1 FROM pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(text)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Marks a place in a transaction; a newer mark hides an older one.
pub async fn mark(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("SAVEPOINT work").execute(&mut **tx).await?;
    Ok(())
}

/// Takes back what was written since the newest mark.
pub async fn back_to_mark(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("ROLLBACK TO work").execute(&mut **tx).await?;
    Ok(())
}

/// Stored microseconds as a moment.
pub fn moment(micros: i64) -> Result<Timestamp, BadRow> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| BadRow {
        what: "time",
        value: micros.to_string(),
    })
}

/// Stored microseconds as a moment, where there may be none.
pub fn maybe_moment(micros: Option<i64>) -> Result<Option<Timestamp>, BadRow> {
    micros.map(moment).transpose()
}

/// A moment as stored.
pub const fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

/// Reads a stored key with its parser.
pub fn keyed<T>(
    what: &'static str,
    value: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, BadRow> {
    parse(value).ok_or_else(|| BadRow {
        what,
        value: value.to_owned(),
    })
}

/// Reads a stored identifier.
pub fn id<T: FromStr>(what: &'static str, value: &str) -> Result<T, BadRow> {
    value.parse().map_err(|_| BadRow {
        what,
        value: value.to_owned(),
    })
}

/// Makes a new identifier with this prefix: 20 random letters and digits.
pub fn new_id<T: FromStr>(prefix: &'static str) -> Result<T, BadRow> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz0123456";
    let bytes: [u8; 20] = rand::random();
    let tail: String = bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte & 31)]))
        .collect();
    id("new id", &format!("{prefix}{tail}"))
}
