//! The built app inside the program, so that `server` alone serves it (the feature `held`).

use std::future::{Ready, ready};
use std::io::{Cursor, Error, ErrorKind, Result, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

/// Finds a file by its path below the folder.
pub(super) type Find = fn(&str) -> Option<&'static [u8]>;

/// The app of this program, where it was built with one.
#[cfg(not(feature = "held"))]
pub(super) const APP: Option<Find> = None;
#[cfg(feature = "held")]
pub(super) const APP: Option<Find> = Some(|path| {
    static DIST: include_dir::Dir = include_dir::include_dir!("$CARGO_MANIFEST_DIR/../../dist");
    DIST.get_file(path).map(include_dir::File::contents)
});

/// Files in memory, all as old as the process: a page asks for what has no hash in its name once more after each start.
#[derive(Clone, Debug)]
pub(super) struct Held {
    find: Find,
    since: SystemTime,
}

impl Held {
    pub(super) fn new(find: Find) -> Self {
        Self {
            find,
            since: SystemTime::now(),
        }
    }

    pub(super) fn find(&self, path: &Path) -> Option<&'static [u8]> {
        let path = path.strip_prefix(".").unwrap_or(path);
        (self.find)(path.to_str()?)
    }

    fn open_now(&self, path: &Path) -> Result<HeldFile> {
        let bytes = self.find(path).ok_or(Error::from(ErrorKind::NotFound))?;
        Ok(HeldFile {
            bytes: Cursor::new(bytes),
            since: self.since,
        })
    }
}

impl Backend for Held {
    type File = HeldFile;
    type Metadata = HeldFacts;
    type OpenFuture = Ready<Result<HeldFile>>;
    type MetadataFuture = Ready<Result<HeldFacts>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.open_now(&path))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.open_now(&path).map(|file| file.facts()))
    }
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct HeldFile {
    bytes: Cursor<&'static [u8]>,
    since: SystemTime,
}

impl HeldFile {
    fn facts(&self) -> HeldFacts {
        HeldFacts {
            length: self.bytes.get_ref().len() as u64,
            since: self.since,
        }
    }
}

impl AsyncRead for HeldFile {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.bytes).poll_read(context, into)
    }
}

impl AsyncSeek for HeldFile {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> Result<()> {
        Pin::new(&mut self.bytes).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<u64>> {
        Pin::new(&mut self.bytes).poll_complete(context)
    }
}

impl File for HeldFile {
    type Metadata = HeldFacts;
    type MetadataFuture<'a> = Ready<Result<HeldFacts>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.facts()))
    }
}

/// What is known of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeldFacts {
    length: u64,
    since: SystemTime,
}

impl Metadata for HeldFacts {
    fn is_dir(&self) -> bool {
        false
    }

    fn modified(&self) -> Result<SystemTime> {
        Ok(self.since)
    }

    fn len(&self) -> u64 {
        self.length
    }
}
