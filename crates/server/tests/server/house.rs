//! The whole console of a test: the demonstration data, the real router on a loopback port, and a sandbox of its own
//! that delivers its webhooks there.

use crate::desk::{folder, line, violations};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use hmac::{Hmac, KeyInit, Mac};
use paddle_sandbox::Sandbox;
use serde_json::{Value, json};
use server::config::Config;
use server::http::auth::hash_token;
use server::payments::{inbox, reconcile};
use server::store::{Store, people};
use server::{AppState, app, demo};
use sha2::Sha256;
use sqlx::Row;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tower::ServiceExt;

pub(crate) const SECRET: &str = "pdl_ntfset_01test";
pub(crate) const SCANNER: &str = "scanner-secret-of-the-tests";
const KEY: &str = "pdl_sdbx_apikey_01test";
const DEADLINE: Duration = Duration::from_secs(20);

/// The demonstration data, written once and copied for each test.
struct Template {
    database: Vec<u8>,
    sandbox: Vec<u8>,
}

static TEMPLATE: OnceLock<Template> = OnceLock::new();

fn template() -> &'static Template {
    TEMPLATE.get_or_init(|| {
        // In a thread and runtime of its own: the first test that asks may already run in one.
        std::thread::spawn(|| tokio::runtime::Runtime::new().unwrap().block_on(write_template())).join().unwrap()
    })
}

async fn write_template() -> Template {
    let folder = folder();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sandbox = start_sandbox(&folder, listener, None).await;
    let config = settings(&folder, Some(sandbox.url()), &[]);
    let store = Store::open(&config.database_url).await.unwrap();
    let state = AppState::new(config, store.clone()).unwrap();
    demo::seed(&state).await.unwrap();
    store.close().await;
    sandbox.stop().await;
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    Template { database: read("console.db"), sandbox: read("sandbox.json") }
}

async fn start_sandbox(folder: &TempDir, listener: TcpListener, webhook_url: Option<String>) -> Sandbox {
    let config = paddle_sandbox::Config {
        api_key: KEY.into(),
        webhook_secret: SECRET.into(),
        webhook_url,
        state_file: Some(folder.path().join("sandbox.json")),
        retry_delays: vec![Duration::from_millis(10), Duration::from_millis(10)],
        ..paddle_sandbox::Config::default()
    };
    paddle_sandbox::serve(config, listener).await.unwrap()
}

fn settings(folder: &TempDir, sandbox: Option<&str>, extra: &[(&str, &str)]) -> Config {
    let database = format!("sqlite:{}", folder.path().join("console.db").display());
    let dist = folder.path().join("dist").display().to_string();
    let lookup = |name: &str| -> Option<String> {
        if let Some((_, value)) = extra.iter().find(|(key, _)| *key == name) {
            return Some((*value).to_owned());
        }
        let paddle = |value: String| sandbox.map(|_| value);
        let url = sandbox.unwrap_or_default();
        match name {
            "DATABASE_URL" => Some(database.clone()),
            "DIST_DIR" => Some(dist.clone()),
            "DEMO" => Some("1".into()),
            "SCANNER_SECRET" => Some(SCANNER.into()),
            "PADDLE_API_URL" => paddle(url.to_owned()),
            "PADDLE_JS_URL" => paddle(format!("{url}/paddle/v2/paddle.js")),
            "PADDLE_API_KEY" => paddle(KEY.into()),
            "PADDLE_CLIENT_TOKEN" => paddle("test_client_token".into()),
            "PADDLE_WEBHOOK_SECRETS" => paddle(SECRET.into()),
            "PADDLE_SIM_URL" => paddle(format!("{url}/__sim")),
            _ => None,
        }
    };
    Config::from_lookup(&lookup).unwrap()
}

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

/// An answer of the router.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: not JSON: {:?}", self.status, self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {:?}", self.status, self.body);
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Fails unless this is a problem document with this status and code, whole in itself.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{:?}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status);
        for field in ["type", "title", "detail"] {
            assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {body}");
        }
        assert!(!self.header("x-request-id").is_empty());
        body
    }

    /// The code of the first reason of a refused start.
    #[track_caller]
    pub(crate) fn blocked(&self) -> String {
        let body = self.problem(409, "BLOCKED");
        let first = &body["blocked_reasons"][0];
        assert!(first["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        first["code"].as_str().unwrap().to_owned()
    }
}

/// A signed-in person in front of the console.
pub(crate) struct Person<'a> {
    house: &'a House,
    pub(crate) cookie: String,
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
        let Template { database, sandbox } = template();
        std::fs::write(folder.path().join("console.db"), database).unwrap();
        std::fs::write(folder.path().join("sandbox.json"), sandbox).unwrap();
        Self::open(folder, extra, provider).await
    }

    /// A console on a folder that may hold data already.
    pub(crate) async fn open(folder: TempDir, extra: &[(&str, &str)], provider: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let webhooks = format!("{base}/api/v1/webhooks/paddle");
        let hall = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = start_sandbox(&folder, hall, Some(webhooks)).await;
        let config = settings(&folder, provider.then(|| sandbox.url()), extra);
        let store = Store::open(&config.database_url).await.unwrap();
        let state = AppState::new(config, store).unwrap();
        let router = app(state.clone());
        let service = router.clone();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { state, router, base, sandbox, http, folder, keys: AtomicU32::new(0) }
    }

    /// Lets the worker run that a server has: inbox, questions, prices.
    pub(crate) fn work(&self) {
        tokio::spawn(reconcile::work(self.state.clone()));
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
        let _ = people::begin_session(&mut tx, &hash_token(&token), &user.parse().unwrap(), chrono::Utc::now()).await;
        tx.commit().await.unwrap();
        Person { house: self, cookie: format!("sid={token}") }
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

    /// A control of the sandbox.
    pub(crate) async fn sim(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/__sim{path}", self.sandbox.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// What the sandbox knows.
    pub(crate) async fn sim_state(&self) -> Value {
        let url = format!("{}/__sim/state", self.sandbox.url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// The sandbox's events about a transaction and its subscription, in the order in which they happened.
    pub(crate) async fn events_of(&self, transaction: &str) -> Vec<Value> {
        let state = self.sim_state().await;
        let rows = |value: &Value| value.as_array().cloned().unwrap();
        let transactions = rows(&state["transactions"]);
        let subscription = transactions.iter().find(|row| row["id"] == transaction).unwrap()["subscription_id"].clone();
        let mut events: Vec<Value> = rows(&state["events"])
            .into_iter()
            .filter(|event| {
                let data = &event["data"];
                data["id"] == transaction
                    || (!subscription.is_null() && (data["id"] == subscription || data["subscription_id"] == subscription))
            })
            .collect();
        events.sort_by_key(|event| event["occurred_at"].as_str().unwrap().to_owned());
        events
    }

    /// How many of the sandbox's transactions were made for a checkout.
    pub(crate) async fn transactions_for(&self, checkout: &str) -> usize {
        let state = self.sim_state().await;
        let rows = state["transactions"].as_array().unwrap();
        rows.iter().filter(|row| row["custom_data"]["checkout_id"] == checkout).count()
    }

    /// Hands in an event as the provider does.
    pub(crate) async fn deliver(&self, event: &Value) -> Reply {
        let body = event.to_string();
        let header = signature(SECRET, chrono::Utc::now().timestamp(), body.as_bytes());
        self.webhook(&header, body.into_bytes()).await
    }

    pub(crate) async fn webhook(&self, signature: &str, body: Vec<u8>) -> Reply {
        let request = Request::post("/api/v1/webhooks/paddle")
            .header("paddle-signature", signature)
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// A scanner's result.
    pub(crate) async fn scanner(&self, secret: &str, key: &str, body: &Value) -> Reply {
        let request = Request::post("/api/v1/scanner/results")
            .header("x-scanner-secret", secret)
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// `Avail/Res/Spent` of scan, fix and AI credits.
    pub(crate) async fn figures(&self, account: &str) -> [String; 3] {
        let mut figures = ["scan", "automated_fix", "ai"].map(|_| "0/0/0".to_owned());
        let rows = sqlx::query("SELECT credit_type, avail, res, spent FROM credit_balances WHERE account_id = $1")
            .bind(account)
            .fetch_all(self.state.store.reader())
            .await
            .unwrap();
        for row in rows {
            let place = match row.get::<String, _>(0).as_str() {
                "scan" => 0,
                "automated_fix" => 1,
                _ => 2,
            };
            figures[place] = format!("{}/{}/{}", row.get::<i64, _>(1), row.get::<i64, _>(2), row.get::<i64, _>(3));
        }
        figures
    }

    pub(crate) async fn seq(&self, account: &str) -> i64 {
        sqlx::query_scalar("SELECT ledger_seq FROM accounts WHERE id = $1")
            .bind(account)
            .fetch_one(self.state.store.reader())
            .await
            .unwrap()
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.state.store.reader()).await.unwrap()
    }

    pub(crate) async fn text(&self, sql: &'static str, value: &str) -> String {
        sqlx::query_scalar(sql).bind(value).fetch_one(self.state.store.reader()).await.unwrap()
    }

    /// A write behind the console's back, to bring about a state.
    pub(crate) async fn write(&self, sql: &'static str) {
        let mut tx = self.state.store.begin().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Every row of every table but sign-ins and remembered answers.
    pub(crate) async fn rows(&self) -> Vec<String> {
        rows(&self.state.store, &["sessions", "idempotency_keys", "_sqlx_migrations"]).await
    }

    pub(crate) async fn assert_sound(&self) {
        assert_eq!(violations(self.state.store.reader()).await, Vec::<&str>::new());
    }

    /// Asks until the answer is there; fails after the deadline.
    pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(&self, what: &str, ask: impl Fn() -> F) -> T {
        let waiting = async {
            loop {
                if let Some(found) = ask().await {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(DEADLINE, waiting).await.unwrap_or_else(|_| panic!("never: {what}"))
    }

    /// The figures once they are these.
    pub(crate) async fn await_figures(&self, account: &str, wanted: [&str; 3]) {
        let wanted = wanted.map(str::to_owned);
        self.eventually(&format!("{account} with {wanted:?}"), || async {
            (self.figures(account).await == wanted).then_some(())
        })
        .await;
    }
}

/// Every row of every table but these, each as one line.
pub(crate) async fn rows(store: &Store, but: &[&str]) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        .fetch_all(store.reader())
        .await
        .unwrap();
    let mut lines = Vec::new();
    for table in tables.iter().filter(|table| !but.contains(&table.as_str())) {
        let query = sqlx::AssertSqlSafe(format!("SELECT * FROM {table} ORDER BY 1, 2"));
        let found = sqlx::query(query).fetch_all(store.reader()).await.unwrap();
        lines.extend(found.iter().map(|row| format!("{table}: {}", line(row))));
    }
    lines
}

/// Makes every event that waits for something due again, and processes what is due, until nothing moves.
pub(crate) async fn settle_inbox(state: &AppState) {
    loop {
        let waiting = "SELECT count(*) FROM paddle_events WHERE status = 'pending'";
        let before: i64 = sqlx::query_scalar(waiting).fetch_one(state.store.reader()).await.unwrap();
        let mut tx = state.store.begin().await.unwrap();
        sqlx::query("UPDATE paddle_events SET next_attempt_at = 0 WHERE status = 'pending'").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        inbox::drain(state).await.unwrap();
        let after: i64 = sqlx::query_scalar(waiting).fetch_one(state.store.reader()).await.unwrap();
        if after == before {
            return;
        }
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Reply { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// `Paddle-Signature` as the provider writes it.
pub(crate) fn signature(secret: &str, ts: i64, body: &[u8]) -> String {
    format!("ts={ts};h1={}", h1(secret, ts, body))
}

pub(crate) fn h1(secret: &str, ts: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{ts}:").as_bytes());
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// A request of this person that the test may still change.
pub(crate) struct Draft {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Body,
}

impl Draft {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: HeaderMap::new(), body: Body::empty() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        self
    }

    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw(body.to_string())
    }

    pub(crate) fn raw(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        if self.headers.contains_key("content-type") { self } else { self.header("content-type", "application/json") }
    }

    pub(crate) fn build(self) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(format!("/api/v1{}", self.path)).body(self.body).unwrap();
        *request.headers_mut() = self.headers;
        request
    }
}

impl Person<'_> {
    pub(crate) fn draft(&self, method: Method, path: &str) -> Draft {
        Draft::new(method, path).header("cookie", &self.cookie)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.house.send(self.draft(Method::GET, path).build()).await
    }

    /// A POST with a key of its own.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_with(&self.house.key(), path, body).await
    }

    pub(crate) async fn post_with(&self, key: &str, path: &str, body: &Value) -> Reply {
        let mut draft = self.draft(Method::POST, path).header("idempotency-key", key);
        if !body.is_null() {
            draft = draft.json(body);
        }
        self.house.send(draft.build()).await
    }

    /// Opens a checkout; answers its id and the provider's transaction.
    pub(crate) async fn open(&self, account: &str, item: &str, quantity: i64) -> (String, String) {
        let body = json!({ "item_key": item, "quantity": quantity });
        let view = self.post(&format!("/accounts/{account}/checkouts"), &body).await.ok();
        let text = |field: &str| view[field].as_str().unwrap().to_owned();
        (text("checkout_session_id"), text("transaction_id"))
    }

    pub(crate) async fn step(&self, account: &str, checkout: &str, step: &str) -> Reply {
        self.post(&format!("/accounts/{account}/checkouts/{checkout}/{step}"), &Value::Null).await
    }

    pub(crate) async fn checkout(&self, account: &str, checkout: &str) -> Value {
        self.get(&format!("/accounts/{account}/checkouts/{checkout}")).await.ok()
    }

    pub(crate) async fn scan(&self, account: &str, project: &str) -> Reply {
        self.post(&format!("/projects/{project}/scans"), &json!({ "account_id": account })).await
    }

    pub(crate) async fn fix(&self, account: &str, report: &str, findings: &[&str], mode: &str, cost: i64) -> Reply {
        self.post(&format!("/reports/{report}/fix-workflow"), &fix_order(account, findings, mode, cost)).await
    }
}

pub(crate) fn fix_order(account: &str, findings: &[&str], mode: &str, cost: i64) -> Value {
    json!({ "account_id": account, "finding_ids": findings, "delivery_mode": mode, "expected_cost": cost })
}
