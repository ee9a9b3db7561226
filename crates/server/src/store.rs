//! The database: its pools, migrations and the conversions between rows and domain values.

pub mod access;
pub mod accounts;
pub mod adjustments;
pub mod agencies;
pub mod ai_drafts;
pub mod audits;
pub mod backup;
pub mod checkouts;
pub mod debts;
pub mod errands;
pub mod feedback;
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
pub mod snapshots;
pub mod subscriptions;
pub mod transactions;

use chrono::DateTime;
use domain::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use std::str::FromStr;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// A write transaction: it holds the one writer from its begin on, so what it reads cannot change under it.
pub type Tx = Transaction<'static, Sqlite>;

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
    /// Only SQLite is built in.
    #[error("DATABASE_URL must begin with sqlite: (this build has no other engine)")]
    Engine,
}

/// The database: one writer, several readers.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
}

impl Store {
    /// Opens the database, makes its file and folder if missing, and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Err(StoreError::Engine);
        };
        let file = path
            .trim_start_matches("//")
            .split('?')
            .next()
            .unwrap_or_default();
        if let Some(folder) = std::path::Path::new(file)
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            tokio::fs::create_dir_all(folder)
                .await
                .map_err(sqlx::Error::Io)?;
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // We answer 200 to the provider: what was acknowledged must survive a power loss.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("trusted_schema", "OFF")
            .optimize_on_close(true, None);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(8)
            .connect_with(options.read_only(true).create_if_missing(false))
            .await?;
        Ok(Self { writer, reader })
    }

    /// Begins a write transaction at once, not at the first write: nothing can change between reading and writing.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// For reading.
    pub const fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    /// Closes both pools after what is under way.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
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
