//! Which of the provider's prices stands for which catalogue item: read from the prices' own custom data.

use crate::error::ApiError;
use crate::paddle::client::PaddleError;
use crate::paddle::events::Price;
use crate::state::AppState;
use crate::store::prices as stored;
use chrono::Utc;
use domain::catalogue::catalogue;

/// Why prices could not be read.
#[derive(Debug)]
pub enum SyncError {
    /// The provider.
    Paddle(PaddleError),
    /// Our side.
    Ours(ApiError),
}

/// Reads all active prices and remembers those that name an item of ours.
///
/// A price says so in its custom data: `webriskops_item` is the item, `webriskops_price_list` the price list (`standard`
/// when absent). A price never changes its item, because past payments are read by it.
pub async fn sync(state: &AppState) -> Result<usize, SyncError> {
    let prices = match &state.paddle {
        Some(paddle) => paddle.prices().await.map_err(SyncError::Paddle)?,
        // Without a provider nothing can be sold, whatever an earlier start has read.
        None => Vec::new(),
    };
    write(state, &prices)
        .await
        .map_err(|error| SyncError::Ours(error.into()))
}

async fn write(state: &AppState, prices: &[Price]) -> Result<usize, sqlx::Error> {
    let now = Utc::now();
    let mut tx = state.store.begin().await?;
    stored::close(&mut tx).await?;
    let mut known = 0usize;
    for price in prices {
        let data = price.custom_data.as_ref();
        let text = |key: &str| data.and_then(|data| data.get(key)?.as_str());
        let Some(item) = text("webriskops_item").filter(|key| catalogue().item(key).is_some())
        else {
            continue;
        };
        let list = text("webriskops_price_list").unwrap_or("standard");
        if stored::offer(&mut tx, &price.id, item, list, now).await? {
            known += 1;
        } else {
            tracing::error!(price = %price.id, "a price changed its item; it is not sold until that is undone");
        }
    }
    tx.commit().await?;
    Ok(known)
}
