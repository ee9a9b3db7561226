//! What other processes on the same database changed: heard there, and told to the open pages of this one. The same
//! connection says to them that this one is there.

use crate::state::AppState;
use crate::store::{CHANNEL, Engine};
use sqlx::postgres::PgListener;
use std::time::Duration;

/// Hears the other processes until it is dropped; on SQLite there are none.
pub async fn hear(state: AppState) {
    if state.store.engine() == Engine::Sqlite {
        return;
    }
    loop {
        if let Err(error) = listen(&state).await {
            state.store.process().falls();
            tracing::warn!(%error, "other processes are not heard; listening begins again");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn listen(state: &AppState) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect(&state.config.database_url).await?;
    listener.listen(CHANNEL).await?;
    let process = state.store.process();
    process.stand(&mut listener).await?;
    // What was said before this connection listened is lost.
    state.live.missed();
    loop {
        let told = listener.try_recv().await?;
        if let Some(told) = told {
            state.live.hear(told.payload());
        } else {
            // The connection broke and stands again; what was said meanwhile is lost.
            process.falls();
            process.stand(&mut listener).await?;
            state.live.missed();
        }
    }
}
