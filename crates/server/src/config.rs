//! Settings, read once from the environment.

use secrecy::SecretString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How to reach the payment provider.
#[derive(Clone, Debug)]
pub struct PaddleConfig {
    /// Base address of the API, without a slash at the end.
    pub api_url: String,
    /// Where Paddle.js is loaded from.
    pub js_url: String,
    /// The secret API key.
    pub api_key: SecretString,
    /// The browser-safe token.
    pub client_token: String,
    /// Secrets of the notification destination; several while one is being rotated.
    pub webhook_secrets: Vec<SecretString>,
}

impl PaddleConfig {
    /// `production` for live tokens, `sandbox` for everything else.
    pub fn environment(&self) -> &'static str {
        if self.client_token.starts_with("live_") {
            "production"
        } else {
            "sandbox"
        }
    }
}

/// How to reach a model that speaks the chat-completions JSON.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// Base address, without a slash at the end: `{base}/chat/completions` is called.
    pub base_url: String,
    /// The key, where one is needed.
    pub api_key: Option<SecretString>,
    /// The model's name.
    pub model: String,
}

/// Where repositories of customers are.
#[derive(Clone, Debug)]
pub struct RepositoryConfig {
    /// The folder below which git repositories may be connected by their path.
    pub root: Option<PathBuf>,
    /// Base address of GitHub's REST API, without a slash at the end.
    pub github_url: String,
    /// The token of the user that customers invite into their repositories.
    pub github_token: Option<SecretString>,
}

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port on loopback or all addresses.
    pub port: u16,
    /// Address to listen on.
    pub host: String,
    /// Where the database is.
    pub database_url: String,
    /// The folder of the built app; without it the app that the program holds, or `dist`.
    pub dist_dir: Option<PathBuf>,
    /// How browsers reach this server, without a slash at the end.
    pub public_url: String,
    /// Names under which browsers and scanners reach this server, in small letters: the one of `public_url`, and more.
    pub hosts: Vec<String>,
    /// Our own proxies: what they say of whom they ask for is believed, and their connections are not counted.
    pub trusted_proxies: Vec<IpAddr>,
    /// Address and port where Prometheus reads figures; none without.
    pub metrics_address: Option<String>,
    /// How many connections one address may hold open.
    pub most_connections: usize,
    /// The payment provider, when it is configured.
    pub paddle: Option<PaddleConfig>,
    /// The model for AI assistance, when one is configured.
    pub model: Option<ModelConfig>,
    /// Where repositories of customers are.
    pub repositories: RepositoryConfig,
    /// What a scanner must send along with results.
    pub scanner_secret: SecretString,
    /// Whether to fill an empty database with the demonstration data and offer its people.
    pub demo: bool,
    /// Emails of those who run this console, in small letters: they see the documentation review queue.
    pub operators: Vec<String>,
    /// Control address of the sandbox, used only to fill the demonstration data.
    pub sim_url: Option<String>,
    /// How old a provider's signature may be.
    pub signature_past: Duration,
    /// How long after opening a checkout the provider is asked the first time.
    pub first_poll: Duration,
    /// How long a scan run may go without a result before its credit is restored.
    pub scan_deadline: Duration,
}

/// A setting that is missing or does not fit.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    name: &'static str,
    problem: String,
}

/// The email of the demonstration's operator.
const DEMO_OPERATOR: &str = "noor@webriskops.example";

/// Emails between commas; the demonstration has an operator of its own.
fn operators(emails: Option<String>, demo: bool) -> Vec<String> {
    let emails = match emails {
        Some(emails) => emails,
        None if demo => DEMO_OPERATOR.to_owned(),
        None => String::new(),
    };
    let one = |email: &str| email.trim().to_lowercase();
    let all = emails.split(',').map(one);
    all.filter(|email| !email.is_empty()).collect()
}

fn wrong(name: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError {
        name,
        problem: problem.into(),
    }
}

impl Config {
    /// Reads the settings with a look-up function, so that tests need no environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the setting and what is wrong with it.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let number = |name: &'static str, or: u64| match text(name) {
            None => Ok(or),
            Some(value) => value
                .trim()
                .parse::<u64>()
                .map_err(|_| wrong(name, "must be a whole number")),
        };
        let port = u16::try_from(number("PORT", 8080)?)
            .map_err(|_| wrong("PORT", "must be 1 to 65535"))?;
        let demo = text("DEMO").is_some_and(|value| value == "1" || value == "true");
        let scanner_secret = match text("SCANNER_SECRET") {
            Some(secret) => secret,
            None if demo => "webriskops-demo-scanner".to_owned(),
            // Without a secret nobody can hand in results: a random one shuts the door.
            None => hex::encode(rand::random::<[u8; 32]>()),
        };
        let slashless = |value: String| value.trim_end_matches('/').to_owned();
        let public_url =
            slashless(text("PUBLIC_URL").unwrap_or_else(|| format!("http://127.0.0.1:{port}")));
        Ok(Self {
            port,
            host: text("HOST").unwrap_or_else(|| "127.0.0.1".into()),
            database_url: text("DATABASE_URL")
                .unwrap_or_else(|| "sqlite:data/webriskops.db".into()),
            dist_dir: text("DIST_DIR").map(PathBuf::from),
            hosts: hosts(&public_url, text("ALLOWED_HOSTS")),
            public_url,
            trusted_proxies: addresses(text("TRUSTED_PROXIES"))?,
            metrics_address: text("METRICS_ADDRESS"),
            most_connections: usize::try_from(number("CONNECTIONS_PER_ADDRESS", 256)?.max(1))
                .map_err(|_| wrong("CONNECTIONS_PER_ADDRESS", "is too large"))?,
            paddle: paddle(&text)?,
            model: model(&text)?,
            repositories: RepositoryConfig {
                root: text("REPOSITORY_ROOT").map(PathBuf::from),
                github_url: slashless(
                    text("GITHUB_API_URL").unwrap_or_else(|| "https://api.github.com".into()),
                ),
                github_token: text("GITHUB_TOKEN").map(SecretString::from),
            },
            scanner_secret: scanner_secret.into(),
            demo,
            operators: operators(text("OPERATORS"), demo),
            sim_url: text("PADDLE_SIM_URL").map(slashless),
            signature_past: Duration::from_secs(number("PADDLE_SIGNATURE_TOLERANCE_SECONDS", 300)?),
            first_poll: Duration::from_secs(number("RECONCILE_FIRST_POLL_SECONDS", 120)?),
            // The demonstration's queued scans wait for whoever plays the scanner.
            scan_deadline: hours(number(
                "SCAN_RESULT_DEADLINE_HOURS",
                if demo { 30 * 24 } else { 24 },
            )?),
        })
    }

    /// Whether cookies must only travel over TLS.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The name in the public address, and those that are told beside it.
fn hosts(public_url: &str, more: Option<String>) -> Vec<String> {
    let public = public_url.parse::<axum::http::Uri>().ok();
    let public = public.and_then(|address| address.host().map(str::to_owned));
    let more = more.unwrap_or_default();
    public
        .into_iter()
        .chain(more.split(',').map(|name| name.trim().to_owned()))
        .filter(|name| !name.is_empty())
        .map(|name| name.to_ascii_lowercase())
        .collect()
}

fn addresses(told: Option<String>) -> Result<Vec<IpAddr>, ConfigError> {
    let told = told.unwrap_or_default();
    let one = |text: &str| {
        text.parse()
            .map_err(|_| wrong("TRUSTED_PROXIES", format!("{text} is no IP address")))
    };
    let texts = told.split(',').map(str::trim);
    texts.filter(|text| !text.is_empty()).map(one).collect()
}

/// At most ten years, so that moments stay in range.
fn hours(count: u64) -> Duration {
    Duration::from_hours(count.clamp(1, 10 * 365 * 24))
}

/// The provider is configured as a whole or not at all: half of it would take money that never becomes credits.
fn model(text: &dyn Fn(&str) -> Option<String>) -> Result<Option<ModelConfig>, ConfigError> {
    let (base_url, model) = match (text("AI_BASE_URL"), text("AI_MODEL")) {
        (None, None) => return Ok(None),
        (Some(base_url), Some(model)) => (base_url, model),
        (None, Some(_)) => return Err(wrong("AI_BASE_URL", "is missing; set it with AI_MODEL")),
        (Some(_), None) => return Err(wrong("AI_MODEL", "is missing; set it with AI_BASE_URL")),
    };
    if !base_url.starts_with("https://") && !base_url.starts_with("http://") {
        return Err(wrong("AI_BASE_URL", "must be an http or https address"));
    }
    Ok(Some(ModelConfig {
        base_url: base_url.trim_end_matches('/').to_owned(),
        api_key: text("AI_API_KEY").map(SecretString::from),
        model,
    }))
}

fn paddle(text: &dyn Fn(&str) -> Option<String>) -> Result<Option<PaddleConfig>, ConfigError> {
    const NAMES: [&str; 5] = [
        "PADDLE_API_URL",
        "PADDLE_JS_URL",
        "PADDLE_API_KEY",
        "PADDLE_CLIENT_TOKEN",
        "PADDLE_WEBHOOK_SECRETS",
    ];
    let values = NAMES.map(text);
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    if let Some((name, _)) = NAMES.iter().zip(&values).find(|(_, value)| value.is_none()) {
        return Err(wrong(name, "is missing; set all PADDLE_ settings or none"));
    }
    let [api_url, js_url, api_key, client_token, secrets] = values.map(Option::unwrap_or_default);
    let webhook_secrets: Vec<SecretString> = secrets
        .split(',')
        .map(str::trim)
        .filter(|secret| !secret.is_empty())
        .map(SecretString::from)
        .collect();
    for (name, url) in [("PADDLE_API_URL", &api_url), ("PADDLE_JS_URL", &js_url)] {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(wrong(name, "must be an http or https address"));
        }
    }
    Ok(Some(PaddleConfig {
        api_url: api_url.trim_end_matches('/').to_owned(),
        js_url,
        api_key: api_key.into(),
        client_token,
        webhook_secrets,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_lookup(&|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn defaults_are_a_console_without_payments() {
        let config = read(&[]).unwrap();
        assert_eq!(
            (config.port, config.demo, config.paddle.is_none()),
            (8080, false, true)
        );
        assert!(!config.secure());
    }

    #[test]
    fn half_a_provider_is_refused_by_name() {
        let error = read(&[("PADDLE_API_KEY", "k")]).unwrap_err().to_string();
        assert!(error.starts_with("PADDLE_API_URL: is missing"), "{error}");
    }

    #[test]
    fn several_webhook_secrets_are_read() {
        let config = read(&[
            ("PADDLE_API_URL", "http://127.0.0.1:1/"),
            ("PADDLE_JS_URL", "http://127.0.0.1:1/paddle.js"),
            ("PADDLE_API_KEY", "k"),
            ("PADDLE_CLIENT_TOKEN", "test_x"),
            ("PADDLE_WEBHOOK_SECRETS", "a, b"),
        ])
        .unwrap();
        let paddle = config.paddle.unwrap();
        assert_eq!(
            (paddle.webhook_secrets.len(), paddle.environment()),
            (2, "sandbox")
        );
        assert_eq!(paddle.api_url, "http://127.0.0.1:1");
    }

    #[test]
    fn nonsense_is_named() {
        assert!(
            read(&[("PORT", "many")])
                .unwrap_err()
                .to_string()
                .starts_with("PORT")
        );
        assert!(
            read(&[("PORT", "70000")])
                .unwrap_err()
                .to_string()
                .starts_with("PORT")
        );
    }
}
