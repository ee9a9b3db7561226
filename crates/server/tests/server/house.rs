//! The whole console of a test: the demonstration data, the real router on a loopback port, and a sandbox of its own
//! that delivers its webhooks there.

mod look;
mod person;
mod provider;
mod reply;
mod template;

pub(crate) use look::{rows, settle_inbox};
pub(crate) use person::{Draft, Person, fix_order};
pub(crate) use provider::{SECRET, h1, signature};
pub(crate) use reply::{Reply, send};

use crate::desk::folder;
use crate::place;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use paddle_sandbox::Sandbox;
use server::http::auth::hash_token;
use server::payments::{inbox, worker};
use server::store::{Store, people};
use server::{AppState, app};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use template::{Template, settings, start_sandbox, template};
use tokio::net::TcpListener;

pub(crate) const SCANNER: &str = "scanner-secret-of-the-tests";

/// A console with everything around it.
pub(crate) struct House {
    pub(crate) state: AppState,
    pub(crate) router: Router,
    /// Where the router listens.
    pub(crate) base: String,
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) folder: TempDir,
    keys: AtomicU32,
}

impl House {
    /// The demonstration data with a sandbox whose webhooks arrive here.
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same with settings of its own.
    pub(crate) async fn with(extra: &[(&str, &str)]) -> Self {
        Self::build(extra, true).await
    }

    /// The same data, but no payment provider is configured.
    pub(crate) async fn without_provider() -> Self {
        Self::build(&[], false).await
    }

    async fn build(extra: &[(&str, &str)], provider: bool) -> Self {
        let folder = folder();
        let Template {
            database,
            name,
            sandbox,
        } = template();
        if place::on_postgres() {
            place::make(&folder, Some(name)).await;
        } else {
            std::fs::write(folder.path().join("console.db"), database).unwrap();
        }
        std::fs::write(folder.path().join("sandbox.json"), sandbox).unwrap();
        Self::open(folder, extra, provider).await
    }

    /// A console on a folder that may hold data already.
    pub(crate) async fn open(folder: TempDir, extra: &[(&str, &str)], provider: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let webhooks = format!("{base}/api/v1/webhooks/paddle");
        let hall = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // It reads its state once. Where it would save it there is a file in the way, so that nothing is written
        // while a test ends.
        let scrap = folder.path().join("sandbox");
        std::fs::create_dir(&scrap).unwrap();
        std::fs::copy(
            folder.path().join("sandbox.json"),
            scrap.join("sandbox.json"),
        )
        .unwrap();
        let sandbox = start_sandbox(&scrap, hall, Some(webhooks)).await;
        std::fs::remove_dir_all(&scrap).unwrap();
        std::fs::write(&scrap, "").unwrap();
        let config = settings(&folder, provider.then(|| sandbox.url()), extra);
        let store = Store::open(&config.database_url).await.unwrap();
        let state = AppState::new(config, store).unwrap();
        let router = app(state.clone());
        let service = router.clone();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            state,
            router,
            base,
            sandbox,
            http,
            folder,
            keys: AtomicU32::new(0),
        }
    }

    /// Lets the worker run that a server has: inbox, questions, prices.
    pub(crate) fn work(&self) {
        tokio::spawn(worker::work(self.state.clone()));
    }

    /// Processes what has arrived.
    pub(crate) async fn drain(&self) {
        inbox::drain(&self.state).await.unwrap();
    }

    /// Makes every event that waits for something due again, and processes what is due, until nothing moves.
    pub(crate) async fn drain_waiting(&self) {
        settle_inbox(&self.state).await;
    }

    /// A key that was never used.
    pub(crate) fn key(&self) -> String {
        format!("test-key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Signs a person in without the cost of a password.
    pub(crate) async fn person(&self, user: &str) -> Person<'_> {
        let token = format!("token-of-{user}");
        let mut tx = self.state.store.begin().await.unwrap();
        let _ = people::begin_session(
            &mut tx,
            &hash_token(&token),
            &user.parse().unwrap(),
            chrono::Utc::now(),
        )
        .await;
        tx.commit().await.unwrap();
        Person {
            house: self,
            cookie: format!("sid={token}"),
        }
    }

    pub(crate) async fn dana(&self) -> Person<'_> {
        self.person("usr_dana").await
    }

    pub(crate) async fn ana(&self) -> Person<'_> {
        self.person("usr_ana").await
    }

    /// A request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        send(&self.router, request).await
    }
}
