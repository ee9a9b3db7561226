//! GitHub's REST API (version 2022-11-28): the few calls that a pull request takes. Its base address is configurable.

use super::{Opened, Proposal, RepositoryError, Target, refused};
use crate::config::RepositoryConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::fix::access::PROOF_FILE;
use domain::fix::pull_request::PullRequestTrouble;
use reqwest::{Method, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::time::Duration;

/// Calls GitHub; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct GitHub {
    base: String,
    token: SecretString,
    http: reqwest::Client,
}

impl GitHub {
    /// A client, where a token is configured.
    pub(super) fn new(config: &RepositoryConfig) -> Result<Option<Self>, reqwest::Error> {
        let Some(token) = config.github_token.clone() else {
            return Ok(None);
        };
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(15))
            .redirect(redirect::Policy::none())
            .user_agent("webriskops")
            .build()?;
        Ok(Some(Self {
            base: config.github_url.clone(),
            token,
            http,
        }))
    }

    /// The text of [`PROOF_FILE`] in the base branch, where that is there and the repository may be pushed to.
    pub(super) async fn look(&self, target: &Target) -> Result<Option<String>, RepositoryError> {
        let of = format!("/repos/{}", target.repository);
        let repository = self.get(&of).await?.ok_or_else(no_repository)?;
        if repository["permissions"]["push"] != true {
            let detail = "The repository may be read and not written. Give write access to the user of this server.";
            return Err(refused(PullRequestTrouble::PermissionMissing, detail));
        }
        self.head(target, &target.base).await?.ok_or_else(no_base)?;
        let file = format!("{of}/contents/{PROOF_FILE}?ref={}", target.base);
        let found = self.get(&file).await?;
        Ok(found.and_then(|found| content(&found)))
    }

    /// Branch, commit and pull request; each that is there from an earlier try is kept.
    pub(super) async fn open(
        &self,
        target: &Target,
        proposal: &Proposal,
    ) -> Result<Opened, RepositoryError> {
        let commit = match self.head(target, &proposal.branch).await? {
            Some(commit) => {
                self.must_be_ours(target, proposal, &commit).await?;
                commit
            }
            None => self.push(target, proposal).await?,
        };
        let url = match self.pull_request(target, proposal).await? {
            Some(url) => url,
            None => self.propose(target, proposal).await?,
        };
        Ok(Opened { url, commit })
    }

    async fn must_be_ours(
        &self,
        target: &Target,
        proposal: &Proposal,
        commit: &str,
    ) -> Result<(), RepositoryError> {
        let path = format!("/repos/{}/git/commits/{commit}", target.repository);
        let found = self.get(&path).await?.unwrap_or_default();
        let message = found["message"].as_str().unwrap_or_default();
        if message.contains(&proposal.mark) {
            return Ok(());
        }
        Err(conflict(&proposal.branch))
    }

    /// The commit onto the base, and the branch that names it.
    async fn push(&self, target: &Target, proposal: &Proposal) -> Result<String, RepositoryError> {
        let of = format!("/repos/{}/git", target.repository);
        let parent = self.head(target, &target.base).await?.ok_or_else(no_base)?;
        let before = self.get(&format!("{of}/commits/{parent}")).await?;
        let before = before.ok_or_else(no_base)?;
        let files: Vec<Value> = proposal
            .files
            .iter()
            .map(|file| json!({ "path": file.path, "mode": "100644", "type": "blob", "content": file.text }))
            .collect();
        let tree = json!({ "base_tree": before["tree"]["sha"], "tree": files });
        let tree = self.post(&format!("{of}/trees"), &tree).await?;
        let commit =
            json!({ "message": proposal.message, "tree": tree["sha"], "parents": [parent] });
        let commit = self.post(&format!("{of}/commits"), &commit).await?;
        let sha = text(&commit["sha"])?;
        let name = format!("refs/heads/{}", proposal.branch);
        let branch = json!({ "ref": name, "sha": sha });
        self.post(&format!("{of}/refs"), &branch).await?;
        Ok(sha)
    }

    /// The open pull request of the branch.
    async fn pull_request(
        &self,
        target: &Target,
        proposal: &Proposal,
    ) -> Result<Option<String>, RepositoryError> {
        let owner = target.repository.split('/').next().unwrap_or_default();
        let path = format!(
            "/repos/{}/pulls?state=open&head={owner}:{}",
            target.repository, proposal.branch
        );
        let found = self.get(&path).await?.unwrap_or_default();
        Ok(found[0]["html_url"].as_str().map(str::to_owned))
    }

    async fn propose(
        &self,
        target: &Target,
        proposal: &Proposal,
    ) -> Result<String, RepositoryError> {
        let body = json!({
            "title": proposal.title, "body": proposal.body, "head": proposal.branch, "base": target.base,
        });
        let path = format!("/repos/{}/pulls", target.repository);
        text(&self.post(&path, &body).await?["html_url"])
    }

    /// The commit that a branch names; none when there is no such branch.
    async fn head(&self, target: &Target, branch: &str) -> Result<Option<String>, RepositoryError> {
        let path = format!("/repos/{}/git/ref/heads/{branch}", target.repository);
        let found = self.get(&path).await?;
        found.map(|found| text(&found["object"]["sha"])).transpose()
    }

    async fn get(&self, path: &str) -> Result<Option<Value>, RepositoryError> {
        match self.call(Method::GET, path, None).await? {
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, value) => said(status, value).map(Some),
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, RepositoryError> {
        let (status, value) = self.call(Method::POST, path, Some(body)).await?;
        said(status, value)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Value), RepositoryError> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(self.token.expose_secret())
            .header("accept", "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28");
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| {
            tracing::warn!(%error, "GitHub does not answer");
            RepositoryError::Away
        })?;
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(RepositoryError::Away);
        }
        let value = answer.json().await.unwrap_or_default();
        Ok((status, value))
    }
}

/// What an answer means that is not a success.
fn said(status: StatusCode, value: Value) -> Result<Value, RepositoryError> {
    if status.is_success() {
        return Ok(value);
    }
    let message = value["message"].as_str().unwrap_or_default();
    tracing::warn!(%status, message, "GitHub refused");
    Err(match status.as_u16() {
        401 => refused(
            PullRequestTrouble::AuthRevoked,
            "GitHub does not take the access of this server any more. Its operator has to renew it.",
        ),
        403 | 422 if message.to_lowercase().contains("protected") || message.contains("rule") => {
            refused(
                PullRequestTrouble::BranchProtected,
                "A rule of the repository does not let branches that begin with webriskops/ be made. Allow them, then try again.",
            )
        }
        403 | 404 => no_repository(),
        422 if message.to_lowercase().contains("already exists") => refused(
            PullRequestTrouble::BranchConflict,
            "The branch or its pull request is there already. Close it in the repository, then try again.",
        ),
        _ => refused(
            PullRequestTrouble::CreationFailed,
            format!("GitHub refused ({status}). Nothing is merged; try again."),
        ),
    })
}

/// The text of a file: GitHub sends it as base64 with line breaks.
fn content(file: &Value) -> Option<String> {
    let mut encoded = file["content"].as_str()?.to_owned();
    encoded.retain(|letter| !letter.is_ascii_whitespace());
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
}

fn text(value: &Value) -> Result<String, RepositoryError> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| {
        refused(
            PullRequestTrouble::CreationFailed,
            "GitHub answered something that does not read. Try again.",
        )
    })
}

fn no_repository() -> RepositoryError {
    refused(
        PullRequestTrouble::PermissionMissing,
        "GitHub shows no such repository to the user of this server. Check its name, and invite the user.",
    )
}

fn no_base() -> RepositoryError {
    refused(
        PullRequestTrouble::PermissionMissing,
        "The base branch is not there.",
    )
}

fn conflict(branch: &str) -> RepositoryError {
    let detail = format!(
        "The branch {branch} is there already and is not of this draft. Delete it in the repository, then try again."
    );
    refused(PullRequestTrouble::BranchConflict, detail)
}
