//! Copies of the database file: taken while others write, looked at before they are trusted, put in the place of another.

use super::{Store, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{Connection, Row};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// The file that an address of SQLite names.
///
/// # Errors
/// When the address names no file of SQLite.
pub fn file_of(url: &str) -> Result<PathBuf, StoreError> {
    let path = url.strip_prefix("sqlite:").ok_or(StoreError::Engine)?;
    let file = path.trim_start_matches("//").split('?').next();
    match file {
        Some(file) if !file.is_empty() && file != ":memory:" => Ok(file.into()),
        _ => Err(StoreError::Engine),
    }
}

/// Writes the whole database, as it is at one moment, into an empty file. Others go on reading and writing meanwhile,
/// and nothing in the database is changed, not even its version.
///
/// # Errors
/// When the database or the new file cannot be read or written.
pub async fn copy_into(url: &str, file: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::from_str(url)?
        .read_only(true)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(30));
    let mut conn = SqliteConnection::connect_with(&options).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(file.display().to_string())
        .execute(&mut conn)
        .await?;
    Ok(conn.close().await?)
}

/// What is wrong with the file itself: broken pages, rows that name rows that are not there. Empty when nothing is.
///
/// # Errors
/// When the database does not answer.
pub async fn faults_of_file(store: &Store) -> Result<Vec<String>, sqlx::Error> {
    let pages: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(20)")
        .fetch_all(store.reader())
        .await?;
    let mut faults: Vec<String> = pages.into_iter().filter(|line| line != "ok").collect();
    let orphans = sqlx::query("PRAGMA foreign_key_check")
        .fetch_all(store.reader())
        .await?;
    for row in orphans {
        let (table, parent): (String, String) = (row.try_get(0)?, row.try_get(2)?);
        faults.push(format!("a row of {table} names no row of {parent}"));
    }
    Ok(faults)
}

/// Ends every sign-in: one that was ended after the copy was taken must not come back to life with it.
///
/// # Errors
/// When the database cannot be written.
pub async fn end_all_sessions(store: &Store) -> Result<(), sqlx::Error> {
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM sessions")
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

/// Makes a database one single file without companions; fails when any process has it open for longer than this. A
/// connection that was closed ends a little later than it says, under load much later.
///
/// # Errors
/// When it is open elsewhere, or cannot be written.
pub async fn into_one_file(file: &Path, patience: Duration) -> Result<(), StoreError> {
    let end = Instant::now() + patience;
    loop {
        // To leave the write-ahead log takes the file for itself alone, and SQLite does not wait for that.
        match leave_log(file).await {
            Err(_) if Instant::now() < end => tokio::time::sleep(Duration::from_millis(50)).await,
            ended => return ended,
        }
    }
}

async fn leave_log(file: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(Duration::from_millis(200))
        .journal_mode(SqliteJournalMode::Delete);
    let conn = SqliteConnection::connect_with(&options).await?;
    Ok(conn.close().await?)
}
