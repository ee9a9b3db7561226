//! What every request shares.

use crate::assets::Assets;
use crate::config::Config;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::model::ModelClient;
use crate::paddle::client::PaddleClient;
use crate::passwords::Passwords;
use crate::repository::Repositories;
use crate::store::Store;
use crate::tries::Tries;
use crate::write::Write;
use std::sync::Arc;
use tokio::sync::Notify;

/// What every request shares; cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    /// Settings.
    pub config: Arc<Config>,
    /// The database.
    pub store: Store,
    /// Open event streams.
    pub live: Live,
    /// The payment provider, when it is configured.
    pub paddle: Option<PaddleClient>,
    /// The model for AI assistance, when one is configured.
    pub model: Option<ModelClient>,
    /// Where repositories of customers are.
    pub repositories: Repositories,
    /// The built app.
    pub assets: Assets,
    /// Rings when a provider event was stored.
    pub inbox: Arc<Notify>,
    /// Rings when the provider refused one of our prices.
    pub prices_wrong: Arc<Notify>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Checks passwords.
    pub passwords: Arc<Passwords>,
    /// Holds a flood of tries to sign in off the database.
    pub tries: Arc<Tries>,
}

impl AppState {
    /// Puts the parts together; the database is open and up to date.
    pub fn new(config: Config, store: Store) -> Result<Self, reqwest::Error> {
        let paddle = config.paddle.as_ref().map(PaddleClient::new).transpose()?;
        let model = config.model.as_ref().map(ModelClient::new).transpose()?;
        let assets = Assets::new(config.dist_dir.as_deref());
        Ok(Self {
            metrics: Arc::new(Metrics::new(&store)),
            store,
            live: Live::default(),
            paddle,
            model,
            repositories: Repositories::new(&config.repositories)?,
            assets,
            inbox: Arc::new(Notify::new()),
            prices_wrong: Arc::new(Notify::new()),
            passwords: Arc::default(),
            tries: Arc::default(),
            config: Arc::new(config),
        })
    }

    /// Begins to write; open pages hear of its changes after the commit.
    pub async fn write(&self) -> Result<Write, sqlx::Error> {
        Ok(Write::new(self.store.begin().await?, self.live.clone()))
    }
}
