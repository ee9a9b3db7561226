//! What can be configured, and the environment variables that do it.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// Everything the sandbox is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where browsers and clients reach this sandbox. Empty means: the address it listens on.
    pub public_url: String,
    /// The bearer key that the API asks for.
    pub api_key: String,
    /// The token that a page gives to `Paddle.Initialize`.
    pub client_token: String,
    /// Where webhooks go; nothing is delivered without it.
    pub webhook_url: Option<String>,
    /// The secret that signs webhooks until it is rotated.
    pub webhook_secret: String,
    /// The "default payment link" that a transaction's checkout URL is made from.
    pub checkout_url: String,
    /// The file that keeps the state across restarts; memory only without it.
    pub state_file: Option<PathBuf>,
    /// How long to wait before each further delivery attempt; its length plus one is the tries.
    pub retry_delays: Vec<Duration>,
    /// How old a pending refund must be before it approves itself, as Paddle's sandbox does.
    pub refund_approval: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: String::new(),
            api_key: "pdl_sdbx_apikey_01demo0000000000000000000_demo".into(),
            client_token: "test_demo00000000000000000000".into(),
            webhook_url: None,
            webhook_secret: "pdl_ntfset_01demo0000000000000000000_demo".into(),
            checkout_url: "http://127.0.0.1:8080/billing/checkout".into(),
            state_file: None,
            retry_delays: vec![Duration::from_secs(2), Duration::from_secs(10)],
            refund_approval: Duration::from_mins(10),
        }
    }
}

impl Config {
    /// Reads the `PADDLE_SANDBOX_*` variables; an empty variable counts as absent.
    pub fn from_env() -> Result<Self, String> {
        let base = Self::default();
        Ok(Self {
            public_url: var("PUBLIC_URL")
                .unwrap_or_default()
                .trim_end_matches('/')
                .to_owned(),
            api_key: var("API_KEY").unwrap_or(base.api_key),
            client_token: var("CLIENT_TOKEN").unwrap_or(base.client_token),
            webhook_url: var("WEBHOOK_URL"),
            webhook_secret: var("WEBHOOK_SECRET").unwrap_or(base.webhook_secret),
            checkout_url: var("CHECKOUT_URL").unwrap_or(base.checkout_url),
            state_file: var("STATE").map(PathBuf::from),
            retry_delays: match var("RETRY_MS") {
                Some(list) => delays(&list)?,
                None => base.retry_delays,
            },
            refund_approval: base.refund_approval,
        })
    }

    /// The port of the binary: `PADDLE_SANDBOX_PORT`, or 8090.
    pub fn port_from_env() -> Result<u16, String> {
        match var("PORT") {
            Some(text) => text
                .parse()
                .map_err(|_| format!("PADDLE_SANDBOX_PORT must be a port number, not {text:?}.")),
            None => Ok(8090),
        }
    }
}

fn var(name: &str) -> Option<String> {
    env::var(format!("PADDLE_SANDBOX_{name}"))
        .ok()
        .filter(|value| !value.is_empty())
}

fn delays(list: &str) -> Result<Vec<Duration>, String> {
    list.split(',')
        .map(|part| part.trim().parse().map(Duration::from_millis))
        .collect::<Result<_, _>>()
        .map_err(|_| format!("PADDLE_SANDBOX_RETRY_MS must be milliseconds, not {list:?}."))
}
