//! The provider's prices: which stands for which catalogue item.

use super::micros;
use domain::Timestamp;
use sqlx::SqliteConnection;

/// The price for an item on a price list, when it is sold now.
pub async fn of_item(
    conn: &mut SqliteConnection,
    item_key: &str,
    price_list: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT price_id FROM catalog_prices WHERE item_key = $1 AND price_list = $2 AND active = 1 ORDER BY price_id LIMIT 1",
    )
    .bind(item_key)
    .bind(price_list)
    .fetch_optional(conn)
    .await
}

/// The item that a price stands for, also when it is not sold any more.
pub async fn item_of(
    conn: &mut SqliteConnection,
    price_id: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT item_key FROM catalog_prices WHERE price_id = $1")
        .bind(price_id)
        .fetch_optional(conn)
        .await
}

/// Sells nothing any more, until prices are offered again.
pub async fn close(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE catalog_prices SET active = 0")
        .execute(conn)
        .await?;
    Ok(())
}

/// Sells an item at a price; answers whether it may: a price never changes its item.
pub async fn offer(
    conn: &mut SqliteConnection,
    price_id: &str,
    item_key: &str,
    price_list: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query(
        "INSERT INTO catalog_prices (price_id, item_key, price_list, active, seen_at) VALUES ($1,$2,$3,1,$4) \
         ON CONFLICT (price_id) DO UPDATE SET active = 1, price_list = excluded.price_list, seen_at = excluded.seen_at \
         WHERE catalog_prices.item_key = excluded.item_key",
    )
    .bind(price_id)
    .bind(item_key)
    .bind(price_list)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(stored.rows_affected() == 1)
}
