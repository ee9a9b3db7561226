//! `server backup` and `server restore`: a copy of everything that is known to be whole, and the way back from it
//! (docs/operations.md#backup).

use crate::ledger::{self, Head};
use crate::store::backup as files;
use crate::store::{Store, StoreError};
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long is waited for connections of this process that were closed.
const OURS: Duration = Duration::from_secs(20);
/// How long is waited for a process that works on the database.
const THEIRS: Duration = Duration::from_secs(2);

/// Why there is no copy, or nothing was put back. What was there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The target is there already.
    #[error("{0} is there already. Name a new file, or move that one away.")]
    Taken(PathBuf),
    /// The copy is not what it must be.
    #[error("{file} is not whole; nothing was replaced:\n{}", faults.join("\n"))]
    NotWhole {
        /// Which copy.
        file: PathBuf,
        /// What is wrong with it.
        faults: Vec<String>,
    },
    /// A process works on the database that is to be replaced.
    #[error("{file} is in use: stop the server first. ({cause})")]
    InUse {
        /// The database.
        file: PathBuf,
        /// What the database answered.
        cause: StoreError,
    },
    /// A copy is a file of SQLite.
    #[error(
        "DATABASE_URL names no file. A database of PostgreSQL is copied with its own tools: pg_dump and pg_restore."
    )]
    NoFile,
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The file system.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
}

/// What was put back, and where the database that was there before is now.
#[derive(Debug)]
pub struct Restored {
    /// Where the ledger of the copy stands.
    pub head: Head,
    /// The database that was replaced, if there was one.
    pub kept: Option<PathBuf>,
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    name.into()
}

fn failed(file: &Path) -> impl FnOnce(std::io::Error) -> BackupError + use<> {
    let file = file.to_owned();
    move |error| BackupError::File(file, error)
}

/// Copies the database to a new file while the server runs, and restores the copy on trial before it gets its name.
///
/// # Errors
/// [`BackupError`]; then there is no file of that name.
pub async fn backup(url: &str, file: &Path) -> Result<Head, BackupError> {
    files::file_of(url).map_err(|_| BackupError::NoFile)?;
    if file.exists() {
        return Err(BackupError::Taken(file.to_owned()));
    }
    let (part, trial) = (beside(file, ".part"), beside(file, ".trial"));
    let copied = async {
        new_private(&part)?;
        files::copy_into(url, &part).await?;
        let head = proven_copy(&part, &trial).await?;
        lasting_rename(&part, file)?;
        Ok(head)
    };
    let done = copied.await;
    remove(&trial);
    if done.is_err() {
        remove(&part);
    }
    done
}

/// Puts a copy in the place of the database; what was there before stays beside it. Nobody is signed in afterwards.
///
/// # Errors
/// [`BackupError`]; then the database is as it was.
pub async fn restore(url: &str, file: &Path) -> Result<Restored, BackupError> {
    let target = files::file_of(url).map_err(|_| BackupError::NoFile)?;
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    let coming = beside(&target, ".restoring");
    remove(&coming);
    let put = async {
        let head = proven_copy(file, &coming).await?;
        let kept = set_aside(&target).await?;
        lasting_rename(&coming, &target)?;
        Ok(Restored { head, kept })
    };
    let done = put.await;
    remove(&coming);
    done
}

/// Copies a copy to where it can be opened, brings it up to date, and holds everything against the rules.
async fn proven_copy(file: &Path, to: &Path) -> Result<Head, BackupError> {
    remove(to);
    let mut from = File::open(file).map_err(failed(file))?;
    let mut into = new_private(to)?;
    std::io::copy(&mut from, &mut into).map_err(failed(to))?;
    let store = Store::open(&format!("sqlite:{}", to.display())).await?;
    let found = examine(&store).await;
    store.close().await;
    let (head, faults) = found?;
    if !faults.is_empty() {
        let file = file.to_owned();
        return Err(BackupError::NotWhole { file, faults });
    }
    // What the trial wrote is in its one file before that gets a name that counts.
    files::into_one_file(to, OURS).await?;
    Ok(head)
}

async fn examine(store: &Store) -> Result<(Head, Vec<String>), StoreError> {
    let mut faults = files::faults_of_file(store).await?;
    for violation in ledger::verify(store.reader()).await? {
        faults.push(violation.to_string());
    }
    let head = ledger::head(store.reader()).await?;
    files::end_all_sessions(store).await?;
    Ok((head, faults))
}

async fn set_aside(target: &Path) -> Result<Option<PathBuf>, BackupError> {
    if !target.exists() {
        return Ok(None);
    }
    files::into_one_file(target, THEIRS)
        .await
        .map_err(|cause| BackupError::InUse {
            file: target.to_owned(),
            cause,
        })?;
    let now = chrono::Utc::now().format("%Y%m%dT%H%M%S%3fZ");
    let kept = beside(target, &format!(".replaced-{now}"));
    lasting_rename(target, &kept)?;
    Ok(Some(kept))
}

/// A new, empty file that only its owner reads: it will hold names, addresses and hashes of passwords.
fn new_private(file: &Path) -> Result<File, BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map_err(failed(file))
}

/// Gives a file its name so that both survive a power loss.
fn lasting_rename(from: &Path, to: &Path) -> Result<(), BackupError> {
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
    sync(from).map_err(failed(from))?;
    std::fs::rename(from, to).map_err(failed(to))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    sync(folder).map_err(failed(folder))
}

/// Removes a file of ours with what SQLite may have left beside it.
fn remove(file: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(beside(file, ending));
    }
}
