//! The demonstration data: written into an empty database through the same checkouts, provider events and ledger
//! commands as real traffic. Nothing here inserts a balance.

mod payments;
mod people;
mod projects;
mod work;

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{self, settings};
use domain::session::{DemoUser, SignInOptions};
use people::People;

/// The password of everybody in the demonstration data.
pub const PASSWORD: &str = "webriskops-demo";

/// Where it is noted how far the data is written.
const MARK: &str = "demo";

/// What keeps the data from being written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The data files in this folder do not read.
    #[error("the demonstration data does not read: {0}")]
    Data(#[from] serde_json::Error),
    /// An earlier start was cut off while it wrote the data.
    #[error(
        "an earlier start was cut off; delete the database file and the sandbox's state beside it, then start again"
    )]
    HalfWritten,
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

impl From<store::StoreError> for SeedError {
    fn from(error: store::StoreError) -> Self {
        ApiError::from(error).into()
    }
}

impl From<store::BadRow> for SeedError {
    fn from(error: store::BadRow) -> Self {
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
/// [`SeedError`]; a database whose filling was cut off is told apart by its mark and never served as if it were whole.
pub async fn seed(state: &AppState) -> Result<(), SeedError> {
    // Several may start at once on an empty database: one fills it, the others find it filled.
    let _turn = state.store.turn().await?;
    let mut reader = state.store.reader().acquire().await?;
    let mark = settings::get(&mut reader, MARK).await?;
    let people_there = store::people::any(&mut reader).await?;
    drop(reader);
    match mark.as_deref() {
        Some("begun") => return Err(SeedError::HalfWritten),
        _ if people_there => return Ok(()),
        _ => {}
    }
    tracing::info!("writing the demonstration data");
    let people = People::read()?;
    let projects = projects::read()?;
    set_mark(state, "begun").await?;
    people.write(state).await?;
    projects::write(state, &projects).await?;
    if let (Some(sim), true) = (state.config.sim_url.clone(), state.paddle.is_some()) {
        let sandbox = payments::Sandbox::new(state, sim);
        sandbox.buy_everything(&people).await?;
        work::write(state, &projects).await?;
        crate::patches::sweep(state, chrono::Utc::now()).await?;
        sandbox.finish(&people).await?;
    }
    people.write_price_lists(state).await?;
    set_mark(state, "done").await?;
    tracing::info!("demonstration data is written");
    Ok(())
}

async fn set_mark(state: &AppState, value: &str) -> Result<(), SeedError> {
    let mut tx = state.store.begin().await?;
    settings::set(&mut tx, MARK, value).await?;
    tx.commit().await?;
    Ok(())
}
