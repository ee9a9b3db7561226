//! The background work: what arrives, what is asked, and what is kept tidy, each at its own pace.

use super::prices::{self, SyncError};
use super::{inbox, reconcile, refund, second_plan, sweep};
use crate::state::AppState;
use crate::store::{inbox as stored_inbox, keys};
use chrono::{Duration, Utc};
use domain::Timestamp;
use std::time::Duration as Pause;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How often the tables are looked at for what is due.
const TICK: Pause = Pause::from_secs(1);
/// Minutes between two looks at everything that changed at the provider.
const SWEEP_MINUTES: i64 = 10;

/// Works until it is dropped. Each kind of work is a task of its own, so that a provider that is slow to answer keeps
/// no event waiting that has arrived.
pub async fn work(state: AppState) {
    tokio::join!(
        keep("inbox", || process(state.clone())),
        keep("questions", || ask(state.clone())),
        keep("prices and tidying", || tidy(state.clone())),
    );
}

/// Runs a task and, should it ever end, says so and starts it again.
async fn keep<F: Future<Output = ()> + Send + 'static>(name: &str, task: impl Fn() -> F) {
    loop {
        let mut running = JoinSet::new();
        running.spawn(task());
        let ended = running.join_next().await;
        tracing::error!(
            task = name,
            ?ended,
            "background work ended; it starts again"
        );
        sleep(TICK).await;
    }
}

/// Processes stored events as they come.
async fn process(state: AppState) {
    loop {
        if let Err(error) = inbox::drain(&state).await {
            tracing::error!(?error, "inbox");
        }
        // Rung when an event is stored; the timer is for retries.
        let _ = timeout(TICK, state.inbox.notified()).await;
    }
}

/// Asks the provider about sessions that wait, and from time to time about everything.
async fn ask(state: AppState) {
    let mut sweep_at = Utc::now();
    loop {
        let now = Utc::now();
        if let Err(error) = reconcile::poll_due(&state, now).await {
            tracing::error!(?error, "reconcile");
        }
        if let Err(error) = second_plan::finish(&state, now).await {
            tracing::error!(?error, "second plans");
        }
        if now >= sweep_at {
            sweep_at = now + Duration::minutes(SWEEP_MINUTES);
            sweep::run_and_log(&state).await;
            if let Err(error) = refund::finish_open(&state).await {
                tracing::error!(?error, "refunds on their way");
            }
        }
        sleep(TICK).await;
    }
}

/// Reads prices and forgets what nobody needs.
async fn tidy(state: AppState) {
    let mut prices_at = Utc::now();
    let mut tidy_at = prices_at;
    loop {
        let now = Utc::now();
        if now >= prices_at {
            prices_at = now + sync_prices(&state).await;
        }
        if now >= tidy_at {
            tidy_at = now + Duration::hours(1);
            if let Err(error) = forget_old(&state, now).await {
                tracing::error!(%error, "old idempotency keys and provider events");
            }
        }
        // Rung when the provider refused one of our prices.
        if timeout(TICK, state.prices_wrong.notified()).await.is_ok() {
            prices_at = Utc::now();
        }
    }
}

/// Answers are kept for a week; a retry comes within minutes. The texts of events that had their effect are kept for ninety days;
/// Paddle repeats one for three, and what we ask it for goes back thirty.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(state: &AppState, now: Timestamp) -> Result<(), sqlx::Error> {
    let mut tx = state.store.begin().await?;
    keys::forget_before(&mut tx, now - Duration::days(7)).await?;
    tx.commit().await?;
    let mut tx = state.store.begin().await?;
    stored_inbox::forget_before(&mut tx, now - Duration::days(90)).await?;
    tx.commit().await
}

/// Reads prices; answers when to read them again.
async fn sync_prices(state: &AppState) -> Duration {
    match prices::sync(state).await {
        Ok(_) => Duration::minutes(10),
        Err(SyncError::Paddle(error)) => {
            tracing::warn!(%error, "prices could not be read");
            Duration::seconds(10)
        }
        Err(SyncError::Ours(error)) => {
            tracing::error!(?error, "prices could not be stored");
            Duration::seconds(30)
        }
    }
}
