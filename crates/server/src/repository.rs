//! Repositories of customers: whether one can be read and written, and a pull request into it. Each provider is an adapter.

mod git;
mod github;

use crate::config::RepositoryConfig;
use domain::fix::access::{PROOF_FILE, RepositoryProvider, is_proven};
use domain::fix::pull_request::{AddedFile, PullRequestTrouble};
use github::GitHub;
use std::path::PathBuf;
use std::sync::Arc;

/// Which repository, and into which branch.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it is.
    pub provider: RepositoryProvider,
    /// Its name at the provider, or its path below the server's folder.
    pub repository: String,
    /// The base branch.
    pub base: String,
}

/// A change to be proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The branch that is made for it.
    pub branch: String,
    /// The title of the pull request.
    pub title: String,
    /// Its text.
    pub body: String,
    /// The message of the commit; has [`Proposal::mark`] in it.
    pub message: String,
    /// By which a later try knows a branch of its own.
    pub mark: String,
    /// The files that are added.
    pub files: Vec<AddedFile>,
}

/// A pull request that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Where it is.
    pub url: String,
    /// The commit with the change.
    pub commit: String,
}

/// Why a repository cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryError {
    /// The provider does not answer, or is not able to; it is tried again.
    #[error("the provider does not answer")]
    Away,
    /// It says no.
    #[error("{detail}")]
    Refused {
        /// Why, for machines.
        trouble: PullRequestTrouble,
        /// Why and what helps, in a sentence.
        detail: String,
    },
}

fn refused(trouble: PullRequestTrouble, detail: impl Into<String>) -> RepositoryError {
    RepositoryError::Refused {
        trouble,
        detail: detail.into(),
    }
}

/// The providers that are configured; cheap to clone.
#[derive(Clone, Debug)]
pub struct Repositories {
    root: Option<Arc<PathBuf>>,
    github: Option<GitHub>,
}

impl Repositories {
    /// The providers of this configuration.
    ///
    /// # Errors
    /// When the TLS backend cannot start.
    pub fn new(config: &RepositoryConfig) -> Result<Self, reqwest::Error> {
        Ok(Self {
            root: config.root.clone().map(Arc::new),
            github: GitHub::new(config)?,
        })
    }

    /// Why this provider cannot be connected here; `None` when it can.
    pub fn unavailable(&self, provider: RepositoryProvider) -> Option<&'static str> {
        match provider {
            RepositoryProvider::Git if self.root.is_none() => {
                Some("This server has no folder of repositories.")
            }
            RepositoryProvider::GitHub if self.github.is_none() => {
                Some("This server has no access to GitHub.")
            }
            _ => None,
        }
    }

    /// Whether the base branch can be read, the repository be written, and [`PROOF_FILE`] there holds this token.
    ///
    /// # Errors
    /// [`RepositoryError`] with a sentence.
    pub async fn look(&self, target: &Target, token: &str) -> Result<(), RepositoryError> {
        let found = match target.provider {
            RepositoryProvider::Git => {
                let (root, target) = (self.root()?, target.clone());
                blocking(move || git::look(&root, &target)).await?
            }
            RepositoryProvider::GitHub => self.github()?.look(target).await?,
        };
        match found {
            Some(text) if is_proven(token, &text) => Ok(()),
            _ => Err(unproven(&target.base)),
        }
    }

    /// Makes the branch, the commit and the pull request; what an earlier try of the same has made is found and kept.
    ///
    /// # Errors
    /// [`RepositoryError`] with a sentence.
    pub async fn open(
        &self,
        target: &Target,
        proposal: &Proposal,
    ) -> Result<Opened, RepositoryError> {
        match target.provider {
            RepositoryProvider::Git => {
                let (root, target) = (self.root()?, target.clone());
                let proposal = proposal.clone();
                blocking(move || git::open(&root, &target, &proposal)).await
            }
            RepositoryProvider::GitHub => self.github()?.open(target, proposal).await,
        }
    }

    fn root(&self) -> Result<Arc<PathBuf>, RepositoryError> {
        self.root
            .clone()
            .ok_or_else(|| not_here(RepositoryProvider::Git))
    }

    fn github(&self) -> Result<&GitHub, RepositoryError> {
        self.github
            .as_ref()
            .ok_or_else(|| not_here(RepositoryProvider::GitHub))
    }
}

fn unproven(base: &str) -> RepositoryError {
    let detail = format!(
        "The file {PROOF_FILE} of the branch {base} does not hold the line of this project, so that it is not shown that the \
         repository is yours. Commit it there, then grant again."
    );
    refused(PullRequestTrouble::PermissionMissing, detail)
}

fn not_here(provider: RepositoryProvider) -> RepositoryError {
    let detail = format!(
        "{} is not configured on this server any more.",
        provider.label()
    );
    refused(PullRequestTrouble::AuthRevoked, detail)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RepositoryError> + Send + 'static,
) -> Result<T, RepositoryError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or(Err(RepositoryError::Away))
}
