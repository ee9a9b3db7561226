//! What comes due by itself and waits for nobody: each is looked for every ten seconds.

use crate::error::ApiError;
use crate::ledger;
use crate::live::Change;
use crate::state::AppState;
use crate::{errands, monitoring, notices, patches, scans};
use chrono::Utc;
use domain::Timestamp;
use std::time::Duration;

/// Does all of it now and every ten seconds, until the task is dropped.
pub async fn work(state: AppState) {
    loop {
        match scans::give_up(&state, Utc::now()).await {
            Ok(0) => {}
            Ok(ended) => tracing::warn!(ended, "scan runs without a result"),
            Err(error) => tracing::error!(?error, "overdue scan runs"),
        }
        match monitoring::begin_due(&state, Utc::now()).await {
            Ok(0) => {}
            Ok(begun) => tracing::info!(begun, "monitoring runs queued"),
            Err(error) => tracing::error!(?error, "monitoring runs that are due"),
        }
        if let Err(error) = errands::sweep(&state, Utc::now()).await {
            tracing::error!(?error, "overdue jobs of scanners");
        }
        if let Err(error) = patches::sweep(&state, Utc::now()).await {
            tracing::error!(?error, "patches that wait for their draft");
        }
        if let Err(error) = expire(&state, Utc::now()).await {
            tracing::error!(?error, "credits whose time is over");
        }
        if let Err(error) = notices::sweep(&state, Utc::now()).await {
            tracing::error!(?error, "notices");
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
}

/// Writes off credits whose time is over, so that no page shows what nobody can use.
///
/// # Errors
/// When our side fails.
pub async fn expire(state: &AppState, now: Timestamp) -> Result<(), ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let due = ledger::expiring(&mut reader, now).await?;
    drop(reader);
    for (account, credit_type) in due {
        let mut write = state.write().await?;
        if ledger::expire_due(&mut write, &account, credit_type, now).await? {
            write.changed(&account, Change::Ledger);
        }
        write.commit().await?;
    }
    Ok(())
}

/// Looks at the whole ledger now and every hour, until the task is dropped.
pub async fn watch_ledger(state: AppState) {
    loop {
        match ledger::verify(state.store.reader()).await {
            Ok(violations) => {
                for violation in &violations {
                    tracing::error!(%violation, "the ledger is not whole");
                }
                state.metrics.looked(violations.len(), Utc::now());
            }
            Err(error) => tracing::error!(%error, "the ledger could not be looked at"),
        }
        tokio::time::sleep(Duration::from_hours(1)).await;
    }
}
