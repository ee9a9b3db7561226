//! A client for a model that speaks the chat-completions JSON, at whatever address is configured.

use crate::config::ModelConfig;
use domain::fix::assist::{ASSIGNMENT, told};
use domain::report::Finding;
use reqwest::redirect;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// How long a model may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes of an answer at most.
const MOST_BYTES: usize = 256 * 1024;
/// Tokens of an answer at most.
const MOST_TOKENS: u32 = 1_200;

/// Why a model drafted nothing, in sentences for people.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It could not be reached, or took too long.
    #[error("The model did not answer in time.")]
    NoAnswer(#[source] reqwest::Error),
    /// It answered with an error of its own.
    #[error("The model cannot be used now; it answered {0}.")]
    Refused(u16),
    /// Its answer is too long or no chat completion.
    #[error("The model's answer could not be read.")]
    Unreadable,
}

/// Calls a model; cheap to clone.
#[derive(Clone, Debug)]
pub struct ModelClient {
    address: String,
    key: Option<SecretString>,
    model: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

impl ModelClient {
    /// A client for this configuration.
    ///
    /// # Errors
    /// When the TLS backend cannot start.
    pub fn new(config: &ModelConfig) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(PATIENCE)
            .redirect(redirect::Policy::none())
            .build()?;
        Ok(Self {
            address: format!("{}/chat/completions", config.base_url),
            key: config.api_key.clone(),
            model: config.model.clone(),
            http,
        })
    }

    /// What the model writes about these findings, as it wrote it.
    ///
    /// # Errors
    /// [`ModelError`] in a sentence for people.
    pub async fn draft(&self, domain: &str, findings: &[Finding]) -> Result<String, ModelError> {
        let body = json!({
            "model": self.model,
            "max_tokens": MOST_TOKENS,
            "messages": [
                { "role": "system", "content": ASSIGNMENT },
                { "role": "user", "content": told(domain, findings) },
            ],
        });
        let mut request = self.http.post(&self.address).json(&body);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.expose_secret());
        }
        let mut answer = request.send().await.map_err(ModelError::NoAnswer)?;
        if !answer.status().is_success() {
            return Err(ModelError::Refused(answer.status().as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(ModelError::NoAnswer)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MOST_BYTES {
                return Err(ModelError::Unreadable);
            }
        }
        let read: Completion =
            serde_json::from_slice(&bytes).map_err(|_| ModelError::Unreadable)?;
        let first = read.choices.into_iter().next();
        first
            .and_then(|choice| choice.message.content)
            .ok_or(ModelError::Unreadable)
    }
}
