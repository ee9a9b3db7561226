//! The API as the worker uses it: five calls, each with the worker's token and a key, so that a repeated one has one effect.

use super::Settings;
use domain::audit::{ClaimAnswer, ClaimScan, LeaseExtended, ScanClaim, ScanProgress};
use domain::audit::{ScanResult, ScanResultTaken};
use domain::errand::{ErrandAnswer, ErrandClaim, ErrandResult, ErrandTaken};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Tries to hand a result in; the lease ends long before the last one.
const TRIES: u32 = 8;

/// What goes wrong between the worker and the API.
#[derive(Debug, thiserror::Error)]
pub enum ApiProblem {
    /// No answer, or one that does not read.
    #[error("{0}")]
    Away(#[from] reqwest::Error),
    /// The API is in trouble.
    #[error("the API answers {0}")]
    Trouble(u16),
    /// The API says no.
    #[error("refused with {status}: {detail}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its words.
        detail: String,
    },
}

/// A client of the API.
#[derive(Clone, Debug)]
pub struct Api {
    client: reqwest::Client,
    base: String,
    name: String,
    secret: reqwest::header::HeaderValue,
}

impl Api {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`ApiProblem`] when the secret cannot stand in a header.
    pub fn new(settings: &Settings) -> Result<Self, ApiProblem> {
        let unfit = |_| ApiProblem::Refused {
            status: 0,
            detail: "SCANNER_SECRET cannot stand in a header".to_owned(),
        };
        let mut secret = reqwest::header::HeaderValue::from_str(&settings.secret).map_err(unfit)?;
        secret.set_sensitive(true);
        Ok(Self {
            client: reqwest::Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(10))
                .build()?,
            base: format!("{}/api/v1/scanner", settings.api_url),
            name: settings.name.clone(),
            secret,
        })
    }

    /// Asks for a run.
    ///
    /// # Errors
    /// [`ApiProblem`]
    pub async fn claim(&self) -> Result<Option<ScanClaim>, ApiProblem> {
        let body = ClaimScan {
            worker: self.name.clone(),
        };
        let answer: ClaimAnswer = self.post("claims", &key("claim"), &body).await?;
        Ok(answer.claim)
    }

    /// Tells how far a run is.
    ///
    /// # Errors
    /// [`ApiProblem::Refused`] when the lease is lost.
    pub async fn tell(&self, progress: &ScanProgress) -> Result<LeaseExtended, ApiProblem> {
        self.post("progress", &key("progress"), progress).await
    }

    /// Hands a result in, again and again while the API is away or in trouble; the key makes it one.
    ///
    /// # Errors
    /// [`ApiProblem`] of the last try.
    pub async fn hand_in(&self, result: &ScanResult) -> Result<ScanResultTaken, ApiProblem> {
        let key = format!("result-{}", result.scan_run_id);
        self.insist("results", &key, result).await
    }

    /// Asks for a small job.
    ///
    /// # Errors
    /// [`ApiProblem`]
    pub async fn claim_errand(&self) -> Result<Option<ErrandClaim>, ApiProblem> {
        let body = ClaimScan {
            worker: self.name.clone(),
        };
        let answer: ErrandAnswer = self.post("errands/claims", &key("errand"), &body).await?;
        Ok(answer.errand)
    }

    /// Hands the outcome of a small job in, like a result.
    ///
    /// # Errors
    /// [`ApiProblem`] of the last try.
    pub async fn hand_in_errand(&self, result: &ErrandResult) -> Result<ErrandTaken, ApiProblem> {
        let key = format!("errand-{}", result.errand_id);
        self.insist("errands/results", &key, result).await
    }

    /// Posts again and again while the API is away or in trouble.
    async fn insist<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &B,
    ) -> Result<T, ApiProblem> {
        let mut tries = 0;
        loop {
            let error = match self.post(path, key, body).await {
                Ok(taken) => return Ok(taken),
                Err(error) => error,
            };
            tries += 1;
            if tries >= TRIES || matches!(error, ApiProblem::Refused { .. }) {
                return Err(error);
            }
            tracing::warn!(%error, tries, "the result could not be handed in yet");
            tokio::time::sleep(Duration::from_millis(250 << tries.min(5))).await;
        }
    }

    async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &B,
    ) -> Result<T, ApiProblem> {
        let response = self
            .client
            .post(format!("{}/{path}", self.base))
            .header("X-Scanner-Secret", self.secret.clone())
            .header("Idempotency-Key", key)
            .json(body)
            .send()
            .await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response.json().await?);
        }
        if status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429) {
            return Err(ApiProblem::Trouble(status.as_u16()));
        }
        let detail = response.text().await.unwrap_or_default();
        Err(ApiProblem::Refused {
            status: status.as_u16(),
            detail: detail.chars().take(300).collect(),
        })
    }
}

fn key(what: &str) -> String {
    format!("{what}-{}", hex::encode(rand::random::<[u8; 12]>()))
}
