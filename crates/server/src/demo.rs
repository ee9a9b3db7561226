//! The demonstration data: written into an empty database through the same checkouts, provider events and ledger
//! commands as real traffic. Nothing here inserts a balance.

mod payments;
mod people;
mod projects;
mod work;

use crate::error::ApiError;
use crate::state::AppState;
use domain::session::{DemoUser, SignInOptions};
use people::People;

/// The password of everybody in the demonstration data.
pub const PASSWORD: &str = "webriskops-demo";

/// What keeps the data from being written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The data files in this folder do not read.
    #[error("the demonstration data does not read: {0}")]
    Data(#[from] serde_json::Error),
    /// The sandbox does not answer.
    #[error("the payment sandbox does not answer: {0}")]
    Sandbox(String),
    /// Our side.
    #[error("{}", .0.title)]
    Ours(Box<domain::problem::Problem>),
}

impl From<ApiError> for SeedError {
    fn from(error: ApiError) -> Self {
        Self::Ours(Box::new(error.into_problem()))
    }
}

impl From<sqlx::Error> for SeedError {
    fn from(error: sqlx::Error) -> Self {
        ApiError::from(error).into()
    }
}

impl From<crate::ledger::LedgerError> for SeedError {
    fn from(error: crate::ledger::LedgerError) -> Self {
        ApiError::from(error).into()
    }
}

impl From<crate::store::BadRow> for SeedError {
    fn from(error: crate::store::BadRow) -> Self {
        ApiError::from(error).into()
    }
}

/// What the sign-in page offers in demo mode.
pub fn sign_in_options() -> SignInOptions {
    let users = People::read()
        .map(|people| people.users)
        .unwrap_or_default();
    SignInOptions {
        demo_users: users
            .into_iter()
            .map(|user| DemoUser {
                email: user.email,
                shows: user.shows,
            })
            .collect(),
        demo_password: Some(PASSWORD.to_owned()),
    }
}

/// Fills an empty database; one that has people is left alone.
///
/// Payments need the sandbox's control address (`PADDLE_SIM_URL`). Without it people and projects are there, and
/// nobody has credits.
///
/// # Errors
/// [`SeedError`]; a database that is half filled is told apart by having no end mark and is filled anew next time.
pub async fn seed(state: &AppState) -> Result<(), SeedError> {
    let people = People::read()?;
    let filled: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
        .fetch_one(state.store.reader())
        .await?;
    if filled > 0 {
        return Ok(());
    }
    tracing::info!("writing the demonstration data");
    people.write(state).await?;
    let projects = projects::read()?;
    projects::write(state, &projects).await?;
    if let (Some(sim), true) = (state.config.sim_url.clone(), state.paddle.is_some()) {
        let sandbox = payments::Sandbox::new(state, sim);
        sandbox.buy_everything(&people).await?;
        work::write(state, &projects).await?;
        sandbox.finish(&people).await?;
    }
    people.write_price_lists(state).await?;
    tracing::info!("demonstration data is written");
    Ok(())
}
