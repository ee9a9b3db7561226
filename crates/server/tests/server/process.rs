//! The server as a process of its own, on the tables of a folder.

use crate::house::SCANNER;
use crate::place;
use std::net::TcpListener;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running server.
pub(crate) struct Process {
    child: Child,
    pub(crate) port: u16,
    pub(crate) base: String,
}

/// A port that nobody uses at the moment.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port()
}

impl Process {
    /// Starts it with the demonstration's people and these settings beside the usual ones.
    pub(crate) async fn start(
        folder: &TempDir,
        client: &reqwest::Client,
        more: &[(&str, &str)],
    ) -> Self {
        let port = free_port();
        let child = Command::new(env!("CARGO_BIN_EXE_server"))
            .env_clear()
            .env("DATABASE_URL", place::address(folder, "console.db"))
            .env("DIST_DIR", folder.path().join("dist"))
            .env("PORT", port.to_string())
            .env("DEMO", "1")
            .env("SCANNER_SECRET", SCANNER)
            .envs(more.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let base = format!("http://127.0.0.1:{port}");
        let ready = async {
            while client.get(format!("{base}/readyz")).send().await.is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), ready)
            .await
            .expect("the server starts");
        Self { child, port, base }
    }

    /// Ends it by the signal that no program can catch.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop; how it ended and how long that took.
    pub(crate) async fn stop(mut self) -> (ExitStatus, Duration) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(asked.success());
        let began = Instant::now();
        loop {
            if let Some(ended) = self.child.try_wait().unwrap() {
                return (ended, began.elapsed());
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "it does not stop"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its memory that is really there, in MiB; Linux says it.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: u64 = line
            .and_then(|line| line.split_whitespace().next())
            .unwrap()
            .parse()
            .unwrap();
        kib / 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind; one that ended it already is not harmed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
