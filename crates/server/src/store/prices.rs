//! The provider's prices: which stands for which catalogue item.

use super::{Flag, micros};
use domain::Timestamp;
use domain::catalogue::{Trial, catalogue};
use domain::id::AccountId;
use sqlx::AnyConnection;

/// The price for an item to an account that buys from a price list, when it is sold now. The price of an approved trial is
/// sold once; what the list has no price for is sold as on its base.
pub async fn of_item(
    conn: &mut AnyConnection,
    item_key: &str,
    (account, price_list): (&AccountId, &str),
) -> Result<Option<String>, sqlx::Error> {
    let base = catalogue().base(price_list);
    let used = trial(conn, item_key, (account, price_list))
        .await?
        .is_none();
    let tries = catalogue().trial(price_list, item_key).is_some();
    let own = if tries && used { base } else { price_list };
    sqlx::query_scalar(
        "SELECT price_id FROM catalog_prices WHERE item_key = $1 AND price_list IN ($2, $3) AND active = 1 ORDER BY price_list <> $2, price_id LIMIT 1",
    )
    .bind(item_key)
    .bind(own)
    .bind(base)
    .fetch_optional(conn)
    .await
}

/// The approved trial with which an item would begin for this account now: none when it has had one.
pub async fn trial(
    conn: &mut AnyConnection,
    item_key: &str,
    (account, price_list): (&AccountId, &str),
) -> Result<Option<&'static Trial>, sqlx::Error> {
    let Some(trial) = catalogue().trial(price_list, item_key) else {
        return Ok(None);
    };
    let Flag(used) = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM credit_lots WHERE account_id = $1 AND source_ref LIKE '%/trial')",
    )
    .bind(account.as_str())
    .fetch_one(conn)
    .await?;
    Ok((!used).then_some(trial))
}

/// The approved trial that a price stands for.
pub async fn trial_of(
    conn: &mut AnyConnection,
    price_id: &str,
) -> Result<Option<&'static Trial>, sqlx::Error> {
    let known: Option<(String, String)> =
        sqlx::query_as("SELECT price_list, item_key FROM catalog_prices WHERE price_id = $1")
            .bind(price_id)
            .fetch_optional(conn)
            .await?;
    Ok(known.and_then(|(list, item)| catalogue().trial(&list, &item)))
}

/// The item that a price stands for, also when it is not sold any more.
pub async fn item_of(
    conn: &mut AnyConnection,
    price_id: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT item_key FROM catalog_prices WHERE price_id = $1")
        .bind(price_id)
        .fetch_optional(conn)
        .await
}

/// Sells nothing any more, until prices are offered again.
pub async fn close(conn: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE catalog_prices SET active = 0")
        .execute(conn)
        .await?;
    Ok(())
}

/// Sells an item at a price; answers whether it may: a price never changes its item.
pub async fn offer(
    conn: &mut AnyConnection,
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
