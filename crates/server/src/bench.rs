//! `server bench`: ledger pairs and billing reads a second, beside the raw commits a second of the same kind of file.

use crate::config::Config;
use crate::error::ApiError;
use crate::http::auth::hash_token;
use crate::ledger::{
    GrantCause, GrantOrder, HoldOrder, LedgerError, Purpose, grant, reserve, settle,
};
use crate::state::AppState;
use crate::store::accounts::{self, NewAccount};
use crate::store::people::{self, StoredUser};
use crate::store::{Store, StoreError, settings};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::Utc;
use domain::account::AccountType;
use domain::credits::CreditType;
use domain::id::{AccountId, BadId, UserId};
use domain::lots::LotSource;
use domain::role::Role;
use domain::session::User;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tower::ServiceExt;

/// The measures take turns, so that a busy moment of the machine falls on all of them.
const ROUNDS: u32 = 12;
/// How long one turn lasts.
const TURN: Duration = Duration::from_millis(250);
const TOKEN: &str = "bench";
/// Credits that are never used up while measuring.
const PLENTY: i64 = 1_000_000_000;

#[derive(Debug, thiserror::Error)]
enum BenchError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Http(#[from] axum::http::Error),
    #[error(transparent)]
    Body(#[from] axum::Error),
    #[error("no client for the provider: {0}")]
    Client(#[from] reqwest::Error),
    #[error("settings: {0}")]
    Config(#[from] crate::config::ConfigError),
    #[error(transparent)]
    Id(#[from] BadId),
    #[error("/billing answered {0}")]
    Answer(axum::http::StatusCode),
    #[error("{}", .0.title)]
    Api(Box<domain::problem::Problem>),
}

impl From<sqlx::Error> for BenchError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<ApiError> for BenchError {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error.into_problem()))
    }
}

/// Prints the measures: about ten seconds, on a database of its own beside the configured one.
///
/// # Errors
/// A sentence about what failed.
pub async fn run() -> Result<(), String> {
    let file = place();
    let outcome = measure(&file).await;
    for end in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(end);
        // What was never made need not be removed.
        let _ = std::fs::remove_file(name);
    }
    outcome.map_err(|error| format!("The bench failed: {error}"))
}

/// Beside the configured database, so that both lie on the same disk.
fn place() -> PathBuf {
    let configured = Config::from_lookup(&|name| std::env::var(name).ok());
    let url = configured.map_or_else(|_| String::new(), |config| config.database_url);
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let folder = Path::new(path.split('?').next().unwrap_or_default())
        .parent()
        .unwrap_or(Path::new(""));
    folder.join(format!("bench-{}.db", std::process::id()))
}

async fn measure(file: &Path) -> Result<(), BenchError> {
    let config = Config::from_lookup(&|name| {
        (name == "DATABASE_URL").then(|| format!("sqlite:{}", file.display()))
    })?;
    let store = Store::open(&config.database_url).await?;
    let account = AccountId::parse("acc_bench")?;
    seed(&store, &account).await?;
    let router = crate::http::app(AppState::new(config, store.clone())?);
    let (mut commits, mut holds, mut reads) = (Rate::default(), Rate::default(), Rate::default());
    for _ in 0..ROUNDS {
        raw_commits(&store, &mut commits).await?;
        pairs(&store, &account, &mut holds).await?;
        billing_reads(&router, &mut reads).await?;
    }
    store.close().await;
    print(commits.a_second(), holds.a_second(), reads.a_second())?;
    Ok(())
}

/// An account with a person, and a ledger of a few hundred entries.
async fn seed(store: &Store, account: &AccountId) -> Result<(), BenchError> {
    let mut tx = store.begin().await?;
    let user = User {
        user_id: UserId::parse("usr_bench")?,
        name: "Bench".to_owned(),
        email: "b@example.com".to_owned(),
    };
    let new = NewAccount {
        id: account,
        name: "Bench",
        account_type: AccountType::Owner,
        billing_email: &user.email,
        agency: None,
    };
    let now = Utc::now();
    accounts::insert(&mut tx, &new, now).await?;
    let person = StoredUser {
        user,
        password_hash: String::new(),
        last_account: None,
    };
    people::insert(&mut tx, &person, now).await?;
    let id = &person.user.user_id;
    people::insert_membership(&mut tx, account, id, Role::Owner).await?;
    people::begin_session(&mut tx, &hash_token(TOKEN), id, now).await?;
    let given = GrantOrder {
        account,
        credit_type: CreditType::Scan,
        amount: PLENTY,
        source: LotSource::Plan,
        source_ref: "bench",
        txn_id: None,
        expires_at: None,
        cause: GrantCause::Renewal,
        cause_ref: "bench",
        actor: "bench",
    };
    grant(&mut tx, &given, Utc::now()).await?;
    for n in 0..150 {
        let held = reserve(&mut tx, &order(account, &format!("seed_{n}")), Utc::now()).await?;
        settle(&mut tx, account, &held.hold, 1, "bench", Utc::now()).await?;
    }
    tx.commit().await?;
    Ok(())
}

const fn order<'a>(account: &'a AccountId, work_ref: &'a str) -> HoldOrder<'a> {
    HoldOrder {
        account,
        purpose: Purpose::Scan,
        amount: 1,
        project: None,
        work_ref,
        actor: "bench",
    }
}

/// How often something was done, in how much time.
#[derive(Default)]
struct Rate {
    count: u32,
    time: Duration,
}

impl Rate {
    /// Notes what a turn brought.
    fn add(&mut self, count: u32, begun: Instant) {
        self.count += count;
        self.time += begun.elapsed();
    }

    fn a_second(&self) -> f64 {
        f64::from(self.count) / self.time.as_secs_f64()
    }
}

/// One row in one transaction: what the file can do at most.
async fn raw_commits(store: &Store, rate: &mut Rate) -> Result<(), BenchError> {
    let (begun, mut count) = (Instant::now(), 0);
    while begun.elapsed() < TURN {
        let mut tx = store.begin().await?;
        settings::set(&mut tx, "bench", &count.to_string()).await?;
        tx.commit().await?;
        count += 1;
    }
    rate.add(count, begun);
    Ok(())
}

/// A hold and its end, each in its own transaction as in the product.
async fn pairs(store: &Store, account: &AccountId, rate: &mut Rate) -> Result<(), BenchError> {
    let (begun, mut count) = (Instant::now(), 0);
    while begun.elapsed() < TURN {
        let work_ref = format!("run_{}", rate.count + count);
        let mut tx = store.begin().await?;
        let held = reserve(&mut tx, &order(account, &work_ref), Utc::now()).await?;
        tx.commit().await?;
        let mut tx = store.begin().await?;
        settle(&mut tx, account, &held.hold, 1, "bench", Utc::now()).await?;
        tx.commit().await?;
        count += 1;
    }
    rate.add(count, begun);
    Ok(())
}

/// The billing page's data through the whole router, signed in, one after another.
async fn billing_reads(router: &Router, rate: &mut Rate) -> Result<(), BenchError> {
    let (begun, mut count) = (Instant::now(), 0);
    while begun.elapsed() < TURN {
        read(router).await?;
        count += 1;
    }
    rate.add(count, begun);
    Ok(())
}

async fn read(router: &Router) -> Result<(), BenchError> {
    let request = Request::get("/api/v1/accounts/acc_bench/billing")
        .header(header::COOKIE, format!("sid={TOKEN}"))
        .body(Body::empty())?;
    let Ok(response) = router.clone().oneshot(request).await;
    let status = response.status();
    to_bytes(response.into_body(), usize::MAX).await?;
    if status.is_success() {
        Ok(())
    } else {
        Err(BenchError::Answer(status))
    }
}

fn print(commits: f64, pairs: f64, reads: f64) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<26}{:>10}   beside raw commits",
        "on SQLite, one at a time", "a second"
    )?;
    writeln!(
        out,
        "{:<26}{commits:>10.0}   1.00",
        "raw commits of one row"
    )?;
    let share = 2.0 * pairs / commits;
    writeln!(
        out,
        "{:<26}{pairs:>10.0}   {:.2}   (two commits each: {share:.2} of what the file can do)",
        "reserve-and-settle pairs",
        pairs / commits
    )?;
    writeln!(
        out,
        "{:<26}{reads:>10.0}   {:.2}",
        "/billing reads",
        reads / commits
    )
}
