//! Which of the provider's prices stands for which catalogue item: read from the prices' own custom data.

use super::client::PaddleError;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::micros;
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
    let Some(paddle) = &state.paddle else {
        return close(state).await;
    };
    let prices = paddle.prices().await.map_err(SyncError::Paddle)?;
    let now = micros(Utc::now());
    let write = async {
        let mut tx = state.store.begin().await?;
        sqlx::query("UPDATE catalog_prices SET active = 0")
            .execute(&mut *tx)
            .await?;
        let mut known = 0usize;
        for price in &prices {
            let text = |key: &str| {
                price
                    .custom_data
                    .as_ref()
                    .and_then(|data| data.get(key))
                    .and_then(|v| v.as_str())
            };
            let Some(item) = text("webriskops_item").filter(|key| catalogue().item(key).is_some())
            else {
                continue;
            };
            let list = text("webriskops_price_list").unwrap_or("standard");
            let stored = sqlx::query(
                "INSERT INTO catalog_prices (price_id, item_key, price_list, active, seen_at) VALUES ($1,$2,$3,1,$4) \
                 ON CONFLICT (price_id) DO UPDATE SET active = 1, price_list = excluded.price_list, seen_at = excluded.seen_at \
                 WHERE catalog_prices.item_key = excluded.item_key",
            )
            .bind(&price.id)
            .bind(item)
            .bind(list)
            .bind(now)
            .execute(&mut *tx)
            .await?;
            if stored.rows_affected() == 0 {
                tracing::error!(price = %price.id, "a price changed its item; it is not sold until that is undone");
            } else {
                known += 1;
            }
        }
        tx.commit().await?;
        Ok::<usize, sqlx::Error>(known)
    };
    write.await.map_err(|error| SyncError::Ours(error.into()))
}

/// Without a provider nothing can be sold, whatever an earlier start has read.
async fn close(state: &AppState) -> Result<usize, SyncError> {
    let write = async {
        let mut tx = state.store.begin().await?;
        sqlx::query("UPDATE catalog_prices SET active = 0")
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok::<usize, sqlx::Error>(0)
    };
    write.await.map_err(|error| SyncError::Ours(error.into()))
}
