//! Tries to sign in, and the browsers in which a person did so before.

use super::{Flag, micros};
use domain::Timestamp;
use domain::id::UserId;
use sqlx::AnyConnection;

/// How many tries were counted for a bucket after a moment.
pub async fn tries(
    conn: &mut AnyConnection,
    bucket: &str,
    after: Timestamp,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM sign_in_tries WHERE bucket = $1 AND at > $2")
        .bind(bucket)
        .bind(micros(after))
        .fetch_one(conn)
        .await
}

/// Counts a try for a bucket and forgets those before a moment.
pub async fn note_try(
    conn: &mut AnyConnection,
    (id, bucket): (&str, &str),
    at: Timestamp,
    forget_before: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sign_in_tries WHERE at <= $1")
        .bind(micros(forget_before))
        .execute(&mut *conn)
        .await?;
    sqlx::query("INSERT INTO sign_in_tries (id, bucket, at) VALUES ($1,$2,$3)")
        .bind(id)
        .bind(bucket)
        .bind(micros(at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets one try.
pub async fn forget_try(conn: &mut AnyConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sign_in_tries WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the tries of a bucket.
pub async fn forget_tries(conn: &mut AnyConnection, bucket: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sign_in_tries WHERE bucket = $1")
        .bind(bucket)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether a person signed in with this browser before.
pub async fn knows(
    conn: &mut AnyConnection,
    user: &UserId,
    token_sha256: &str,
) -> Result<bool, sqlx::Error> {
    let Flag(known) = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM known_browsers WHERE token_sha256 = $1 AND user_id = $2)",
    )
    .bind(token_sha256)
    .bind(user.as_str())
    .fetch_one(conn)
    .await?;
    Ok(known)
}

/// How many browsers are remembered for a person; those not seen for longest go first.
const MOST_BROWSERS: i64 = 50;

/// Remembers a browser in which a person signed in.
pub async fn remember_browser(
    conn: &mut AnyConnection,
    user: &UserId,
    token_sha256: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO known_browsers (token_sha256, user_id, seen_at) VALUES ($1,$2,$3) \
         ON CONFLICT (token_sha256, user_id) DO UPDATE SET seen_at = excluded.seen_at",
    )
    .bind(token_sha256)
    .bind(user.as_str())
    .bind(micros(now))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM known_browsers WHERE user_id = $1 AND token_sha256 NOT IN (SELECT token_sha256 FROM known_browsers \
         WHERE user_id = $1 ORDER BY seen_at DESC, token_sha256 LIMIT $2)",
    )
    .bind(user.as_str())
    .bind(MOST_BROWSERS)
    .execute(conn)
    .await?;
    Ok(())
}
