//! An agency's clients, and what each took of the pool.

use super::{Flag, StoreError, id, keyed, maybe_moment, micros};
use domain::Timestamp;
use domain::account::AccountRef;
use domain::credits::CreditType;
use domain::id::{AccountId, UserId};
use domain::workspace::{ClientUse, PoolUse};
use sqlx::{AnyConnection, Row};

/// First and last moment of the period that an account's subscription has paid.
pub async fn period(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<(Option<Timestamp>, Option<Timestamp>), StoreError> {
    let row = sqlx::query(
        "SELECT period_start, period_end FROM own_subscriptions WHERE account_id = $1 AND status <> 'canceled' ORDER BY state_at DESC LIMIT 1",
    )
    .bind(account.as_str())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok((None, None));
    };
    Ok((
        maybe_moment(row.try_get("period_start")?)?,
        maybe_moment(row.try_get("period_end")?)?,
    ))
}

/// Credits of an account that were used since a moment, by type.
pub async fn spent_since(
    conn: &mut AnyConnection,
    account: &AccountId,
    since: Option<Timestamp>,
) -> Result<Vec<(CreditType, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT credit_type, CAST(sum(amount) AS BIGINT) AS spent FROM ledger_entries \
         WHERE account_id = $1 AND kind = 'spend' AND created_at >= $2 GROUP BY credit_type",
    )
    .bind(account.as_str())
    .bind(since.map_or(0, micros))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let kind = row.try_get("credit_type")?;
            Ok((
                keyed("credit type", kind, CreditType::parse)?,
                row.try_get("spent")?,
            ))
        })
        .collect()
}

/// The clients of an agency by name, with what each took of its pool since a moment.
pub async fn clients(
    conn: &mut AnyConnection,
    agency: &AccountId,
    user: &UserId,
    since: Option<Timestamp>,
) -> Result<Vec<ClientUse>, StoreError> {
    let rows = sqlx::query(
        "SELECT a.id, a.name, EXISTS (SELECT 1 FROM memberships m WHERE m.account_id = a.id AND m.user_id = $2) AS is_member, \
         (SELECT count(*) FROM projects p WHERE p.account_id = a.id AND p.billing_account_id = $1) AS projects \
         FROM accounts a WHERE a.agency_account_id = $1 ORDER BY a.name, a.id",
    )
    .bind(agency.as_str())
    .bind(user.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let mut clients = Vec::with_capacity(rows.len());
    for row in &rows {
        clients.push(ClientUse {
            client: AccountRef {
                id: id("account", row.try_get("id")?)?,
                name: row.try_get("name")?,
            },
            is_member: row.try_get::<Flag, _>("is_member")?.0,
            projects: row.try_get("projects")?,
            scan: PoolUse::default(),
            automated_fix: PoolUse::default(),
            ai: PoolUse::default(),
        });
    }
    let used = sqlx::query(
        "SELECT p.account_id AS client, u.credit_type, CAST(sum(u.held) AS BIGINT) AS held, CAST(sum(u.spent) AS BIGINT) AS spent FROM ( \
         SELECT project_id, credit_type, amount AS held, 0 AS spent FROM holds WHERE account_id = $1 AND status = 'held' \
         UNION ALL SELECT project_id, credit_type, 0, amount FROM ledger_entries WHERE account_id = $1 AND kind = 'spend' AND created_at >= $2) u \
         JOIN projects p ON p.id = u.project_id GROUP BY p.account_id, u.credit_type",
    )
    .bind(agency.as_str())
    .bind(since.map_or(0, micros))
    .fetch_all(conn)
    .await?;
    for row in &used {
        let whose: &str = row.try_get("client")?;
        let kind = keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?;
        let client = clients
            .iter_mut()
            .find(|one| one.client.id.as_str() == whose);
        if let Some(client) = client {
            *client.of_mut(kind) = PoolUse {
                held: row.try_get("held")?,
                spent: row.try_get("spent")?,
            };
        }
    }
    Ok(clients)
}

/// How many projects an account owns.
pub async fn owned_projects(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM projects WHERE account_id = $1")
        .bind(account.as_str())
        .fetch_one(conn)
        .await
}
