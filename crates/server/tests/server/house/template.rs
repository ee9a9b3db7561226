//! The demonstration data, written once a run, and the settings of a console on a copy of it.

use super::{SCANNER, SECRET};
use crate::desk::{folder, one_file};
use crate::place;
use paddle_sandbox::Sandbox;
use server::config::Config;
use server::store::Store;
use server::{AppState, demo};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;

const KEY: &str = "pdl_sdbx_apikey_01test";

/// The demonstration data, written once and copied for each test.
pub(super) struct Template {
    /// The file, or nothing where it is a database of the server.
    pub(super) database: Vec<u8>,
    /// The database of the server that tests copy.
    pub(super) name: String,
    pub(super) sandbox: Vec<u8>,
}

static TEMPLATE: OnceLock<Template> = OnceLock::new();

pub(super) fn template() -> &'static Template {
    TEMPLATE.get_or_init(|| {
        // In a thread and runtime of its own: the first test that asks may already run in one.
        std::thread::spawn(|| {
            tokio::runtime::Runtime::new()
                .unwrap()
                .block_on(write_template())
        })
        .join()
        .unwrap()
    })
}

async fn write_template() -> Template {
    let folder = folder();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sandbox = start_sandbox(folder.path(), listener, None).await;
    place::make(&folder, None).await;
    let config = settings(&folder, Some(sandbox.url()), &[]);
    let store = Store::open(&config.database_url).await.unwrap();
    let state = AppState::new(config, store.clone()).unwrap();
    demo::seed(&state).await.unwrap();
    store.close().await;
    // What is copied is the one file: nothing may still stand in the log beside it.
    if !place::on_postgres() {
        one_file(&folder.path().join("console.db")).await;
    }
    sandbox.stop().await;
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let file = if place::on_postgres() {
        Vec::new()
    } else {
        read("console.db")
    };
    Template {
        database: file,
        name: place::name_of(&folder),
        sandbox: read("sandbox.json"),
    }
}

pub(super) async fn start_sandbox(
    folder: &Path,
    listener: TcpListener,
    webhook_url: Option<String>,
) -> Sandbox {
    let config = paddle_sandbox::Config {
        api_key: KEY.into(),
        webhook_secret: SECRET.into(),
        webhook_url,
        state_file: Some(folder.join("sandbox.json")),
        retry_delays: vec![Duration::from_millis(10), Duration::from_millis(10)],
        ..paddle_sandbox::Config::default()
    };
    paddle_sandbox::serve(config, listener).await.unwrap()
}

pub(super) fn settings(folder: &TempDir, sandbox: Option<&str>, extra: &[(&str, &str)]) -> Config {
    let database = place::address(folder, "console.db");
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
            "REPOSITORY_ROOT" => Some(folder.path().display().to_string()),
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
