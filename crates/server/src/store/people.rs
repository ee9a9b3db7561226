//! People, their memberships and sign-ins.

use super::{Flag, StoreError, id, keyed, micros};
use domain::Timestamp;
use domain::account::AccountType;
use domain::id::{AccountId, UserId};
use domain::role::Role;
use domain::session::{Membership, User};
use sqlx::{AnyConnection, Row};

/// A person with the stored password hash.
#[derive(Clone, Debug)]
pub struct StoredUser {
    /// The person.
    pub user: User,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// The account that new tabs begin with.
    pub last_account: Option<AccountId>,
}

fn stored_user(row: &sqlx::any::AnyRow) -> Result<StoredUser, StoreError> {
    let last: Option<String> = row.try_get("last_account_id")?;
    Ok(StoredUser {
        user: User {
            user_id: id("user", row.try_get("id")?)?,
            name: row.try_get("name")?,
            email: row.try_get("email")?,
        },
        password_hash: row.try_get("password_hash")?,
        last_account: last
            .as_deref()
            .map(|text| id("account", text))
            .transpose()?,
    })
}

/// The person with this email, in any case of letters.
pub async fn by_email(
    conn: &mut AnyConnection,
    email: &str,
) -> Result<Option<StoredUser>, StoreError> {
    let row = sqlx::query("SELECT * FROM users WHERE email = $1")
        .bind(email.trim().to_lowercase())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(stored_user).transpose()
}

/// The person behind a sign-in that has not run out: absolute 7 days, idle 12 hours.
pub async fn by_session(
    conn: &mut AnyConnection,
    token_sha256: &str,
    now: Timestamp,
) -> Result<Option<StoredUser>, StoreError> {
    let row = sqlx::query(
        "SELECT u.* FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_sha256 = $1 AND s.expires_at > $2 AND s.last_seen_at > $3",
    )
    .bind(token_sha256)
    .bind(micros(now))
    .bind(micros(now - chrono::Duration::hours(12)))
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(stored_user).transpose()
}

/// Notes that a sign-in was used; at most once a minute, so that reading pages writes little.
pub async fn touch_session(
    conn: &mut AnyConnection,
    token_sha256: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE sessions SET last_seen_at = $2 WHERE token_sha256 = $1 AND last_seen_at < $3",
    )
    .bind(token_sha256)
    .bind(micros(now))
    .bind(micros(now - chrono::Duration::minutes(1)))
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether [`touch_session`] would write.
pub async fn session_is_due(
    conn: &mut AnyConnection,
    token_sha256: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let Flag(found) = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sessions WHERE token_sha256 = $1 AND last_seen_at < $2)",
    )
    .bind(token_sha256)
    .bind(micros(now - chrono::Duration::minutes(1)))
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// Begins a sign-in and forgets those that have run out.
pub async fn begin_session(
    conn: &mut AnyConnection,
    token_sha256: &str,
    user: &UserId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
        .bind(micros(now))
        .execute(&mut *conn)
        .await?;
    sqlx::query("INSERT INTO sessions (token_sha256, user_id, created_at, last_seen_at, expires_at) VALUES ($1,$2,$3,$3,$4)")
        .bind(token_sha256)
        .bind(user.as_str())
        .bind(micros(now))
        .bind(micros(now + chrono::Duration::days(7)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a sign-in.
pub async fn end_session(conn: &mut AnyConnection, token_sha256: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE token_sha256 = $1")
        .bind(token_sha256)
        .execute(conn)
        .await?;
    Ok(())
}

/// Remembers the account that new tabs begin with.
pub async fn remember_account(
    conn: &mut AnyConnection,
    user: &UserId,
    account: &AccountId,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE users SET last_account_id = $2 WHERE id = $1")
        .bind(user.as_str())
        .bind(account.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// The person's role in an account; `None` when they are no member.
pub async fn role(
    conn: &mut AnyConnection,
    user: &UserId,
    account: &AccountId,
) -> Result<Option<Role>, StoreError> {
    let role: Option<String> =
        sqlx::query_scalar("SELECT role FROM memberships WHERE user_id = $1 AND account_id = $2")
            .bind(user.as_str())
            .bind(account.as_str())
            .fetch_optional(conn)
            .await?;
    Ok(role
        .as_deref()
        .map(|text| keyed("role", text, Role::parse))
        .transpose()?)
}

/// What the person may open, and as what.
pub async fn roles(
    conn: &mut AnyConnection,
    user: &UserId,
) -> Result<Vec<(AccountId, Role)>, StoreError> {
    let rows = sqlx::query("SELECT account_id, role FROM memberships WHERE user_id = $1")
        .bind(user.as_str())
        .fetch_all(conn)
        .await?;
    let pair = |row: &sqlx::any::AnyRow| {
        Ok((
            id("account", row.try_get("account_id")?)?,
            keyed("role", row.try_get("role")?, Role::parse)?,
        ))
    };
    rows.iter().map(pair).collect()
}

/// The person's accounts, by name.
pub async fn memberships(
    conn: &mut AnyConnection,
    user: &UserId,
) -> Result<Vec<Membership>, StoreError> {
    let rows = sqlx::query(
        "SELECT m.role, a.id, a.name, a.account_type FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.user_id = $1 ORDER BY a.name",
    )
    .bind(user.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let mut memberships = Vec::with_capacity(rows.len());
    for row in &rows {
        let account_id: AccountId = id("account", row.try_get("id")?)?;
        let credit_balance = super::accounts::balances(conn, &account_id).await?;
        memberships.push(Membership {
            account_id,
            account_name: row.try_get("name")?,
            account_type: keyed(
                "account type",
                row.try_get("account_type")?,
                AccountType::parse,
            )?,
            role: keyed("role", row.try_get("role")?, Role::parse)?,
            credit_balance,
        });
    }
    Ok(memberships)
}

/// Whether there is anybody at all.
pub async fn any(conn: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let Flag(found) = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users)")
        .fetch_one(conn)
        .await?;
    Ok(found)
}

/// Adds a person.
pub async fn insert(
    conn: &mut AnyConnection,
    person: &StoredUser,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO users (id, email, name, password_hash, last_account_id, created_at) VALUES ($1,$2,$3,$4,$5,$6)")
        .bind(person.user.user_id.as_str())
        .bind(&person.user.email)
        .bind(&person.user.name)
        .bind(&person.password_hash)
        .bind(person.last_account.as_ref().map(AccountId::as_str))
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes a person a member of an account.
pub async fn insert_membership(
    conn: &mut AnyConnection,
    account: &AccountId,
    user: &UserId,
    role: Role,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO memberships (account_id, user_id, role) VALUES ($1,$2,$3)")
        .bind(account.as_str())
        .bind(user.as_str())
        .bind(role.key())
        .execute(conn)
        .await?;
    Ok(())
}
