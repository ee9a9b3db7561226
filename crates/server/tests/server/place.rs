//! Where a test's tables are: a file in its folder, or with `TEST_POSTGRES` a database of its own on that server.

use server::store::Store;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// The server that the tests run on: an address without a database; none when they run on files.
fn server() -> Option<String> {
    std::env::var("TEST_POSTGRES").ok()
}

/// Whether the tests run on PostgreSQL.
pub(crate) fn on_postgres() -> bool {
    server().is_some()
}

/// The address of the database that belongs to a folder: its file of this name, or the database named after it.
pub(crate) fn address(folder: &TempDir, file: &str) -> String {
    match server() {
        None => format!("sqlite:{}", folder.path().join(file).display()),
        Some(server) => format!("{server}/{}", name_of(folder)),
    }
}

/// Makes the database of a folder, empty or as a copy of another folder's; a file is made when it is opened.
pub(crate) async fn make(folder: &TempDir, like: Option<&str>) {
    let template = like.unwrap_or("template0");
    let name = name_of(folder);
    run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
}

/// The name of the database that belongs to a folder.
pub(crate) fn name_of(folder: &TempDir) -> String {
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    // Names of folders tell capitals apart, names of databases do not when they stand bare.
    let letters = name.bytes().map(|byte| format!("{byte:02x}"));
    format!("t{}", letters.collect::<String>())
}

async fn run(sql: &str) {
    let Some(server) = server() else { return };
    let mut conn = PgConnection::connect(&format!("{server}/postgres"))
        .await
        .unwrap();
    conn.execute(AssertSqlSafe(sql)).await.unwrap();
    conn.close().await.unwrap();
}

/// A database as it was at one moment, from which any number of copies are opened.
pub(crate) struct Image {
    name: String,
    /// The file; empty where it is a database of the server.
    file: Vec<u8>,
    copies: AtomicU32,
}

impl Image {
    /// As the database of this folder is now; nobody writes meanwhile.
    pub(crate) async fn of(folder: &TempDir, store: &Store) -> Self {
        let name = format!("{}_image", name_of(folder));
        let mut file = Vec::new();
        if on_postgres() {
            // A database is copied while nobody is connected to it; the pools connect again by themselves.
            let from = name_of(folder);
            run(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'"
            ))
            .await;
            run(&format!("CREATE DATABASE {name} TEMPLATE {from}")).await;
        } else {
            let path = folder.path().join("image.db");
            let into = AssertSqlSafe(format!("VACUUM INTO '{}'", path.display()));
            sqlx::query(into).execute(store.reader()).await.unwrap();
            file = std::fs::read(path).unwrap();
        }
        Self {
            name,
            file,
            copies: AtomicU32::new(0),
        }
    }

    /// One more copy, opened; the one before it is given up.
    pub(crate) async fn open(&self, folder: &TempDir) -> Store {
        let n = self.copies.fetch_add(1, Ordering::Relaxed);
        let address = if let Some(server) = server() {
            let copy = format!("{}_{n}", self.name);
            // Hundreds of copies would fill a disk: the one before goes.
            if let Some(before) = n.checked_sub(1) {
                run(&format!(
                    "DROP DATABASE {}_{before} WITH (FORCE)",
                    self.name
                ))
                .await;
            }
            run(&format!("CREATE DATABASE {copy} TEMPLATE {}", self.name)).await;
            format!("{server}/{copy}")
        } else {
            let path = folder.path().join(format!("copy-{n}.db"));
            std::fs::write(&path, &self.file).unwrap();
            format!("sqlite:{}", path.display())
        };
        Store::open(&address).await.unwrap()
    }
}
