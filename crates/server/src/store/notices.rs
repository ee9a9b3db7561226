//! Notices as stored, who has read which, and what they are made from.

use super::{StoreError, id, keyed, maybe_moment, micros, moment, new_id};
use domain::Timestamp;
use domain::account::{AccountRef, PackageKey};
use domain::credits::CreditType;
use domain::id::{AccountId, NoticeId, UserId};
use domain::notice::{Notice, NoticeKind};
use domain::role::{Ability, Role};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A notice to be kept.
#[derive(Clone, Debug)]
pub struct NewNotice<'a> {
    /// About which account.
    pub account: &'a AccountId,
    /// What happened.
    pub kind: NoticeKind,
    /// What caused it; the same is told once.
    pub cause: &'a str,
    /// The same in a sentence.
    pub sentence: &'a str,
    /// Where something can be done about it.
    pub href: &'a str,
    /// When it happened.
    pub at: Timestamp,
    /// When it ends or is due.
    pub until: Option<Timestamp>,
}

/// Keeps a notice; whether it is new.
pub async fn add(conn: &mut AnyConnection, new: &NewNotice<'_>) -> Result<bool, StoreError> {
    let notice: NoticeId = new_id(NoticeId::PREFIX)?;
    let done = sqlx::query(
        "INSERT INTO notices (id, account_id, kind, cause, sentence, href, at, until) VALUES ($1,$2,$3,$4,$5,$6,$7,$8) \
         ON CONFLICT (account_id, kind, cause) DO NOTHING",
    )
    .bind(notice.as_str())
    .bind(new.account.as_str())
    .bind(new.kind.key())
    .bind(new.cause)
    .bind(new.sentence)
    .bind(new.href)
    .bind(micros(new.at))
    .bind(new.until.map(micros))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a person has not read of the accounts that they may pay for, the newest first.
pub async fn unread(conn: &mut AnyConnection, user: &UserId) -> Result<Vec<Notice>, StoreError> {
    let payers = Role::ALL.iter().filter(|role| role.can(Ability::Purchase));
    let payers: Vec<String> = payers.map(|role| format!("'{role}'")).collect();
    // The roles are constants of ours.
    let sql = format!(
        "SELECT n.*, a.name FROM notices n JOIN memberships m ON m.account_id = n.account_id AND m.user_id = $1 AND m.role IN ({}) \
         JOIN accounts a ON a.id = n.account_id \
         WHERE NOT EXISTS (SELECT 1 FROM notice_reads r WHERE r.notice_id = n.id AND r.user_id = $1) ORDER BY n.at DESC, n.id LIMIT 100",
        payers.join(",")
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(user.as_str())
        .fetch_all(conn)
        .await?;
    let notice = |row: &AnyRow| {
        Ok(Notice {
            notice_id: id("notice", row.try_get("id")?)?,
            account: AccountRef {
                id: id("account", row.try_get("account_id")?)?,
                name: row.try_get("name")?,
            },
            kind: keyed("notice", row.try_get("kind")?, NoticeKind::parse)?,
            sentence: row.try_get("sentence")?,
            href: row.try_get("href")?,
            at: moment(row.try_get("at")?)?,
            until: maybe_moment(row.try_get("until")?)?,
        })
    };
    rows.iter().map(notice).collect()
}

/// Notes that a person has read a notice; of accounts that are not theirs nothing is noted.
pub async fn read(
    conn: &mut AnyConnection,
    user: &UserId,
    notice: &NoticeId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO notice_reads (notice_id, user_id, read_at) SELECT n.id, m.user_id, $3 FROM notices n \
         JOIN memberships m ON m.account_id = n.account_id WHERE n.id = $1 AND m.user_id = $2 ON CONFLICT DO NOTHING",
    )
    .bind(notice.as_str())
    .bind(user.as_str())
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// An account whose ledger has entries that were not looked at.
#[derive(Clone, Debug)]
pub struct Behind {
    /// Which.
    pub account: AccountId,
    /// Its plan.
    pub package: PackageKey,
    /// How far it was looked at.
    pub seen: i64,
}

/// Accounts whose ledger went on, 100 at most.
pub async fn behind(conn: &mut AnyConnection) -> Result<Vec<Behind>, StoreError> {
    let rows = sqlx::query(
        "SELECT a.id, a.package_key, coalesce(m.seq, 0) AS seen FROM accounts a LEFT JOIN notice_marks m ON m.account_id = a.id \
         WHERE a.ledger_seq > coalesce(m.seq, 0) ORDER BY a.id LIMIT 100",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Behind {
                account: id("account", row.try_get("id")?)?,
                package: keyed("plan", row.try_get("package_key")?, PackageKey::parse)?,
                seen: row.try_get("seen")?,
            })
        })
        .collect()
}

/// Notes how far a ledger was looked at.
pub async fn mark(
    conn: &mut AnyConnection,
    account: &AccountId,
    seq: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO notice_marks (account_id, seq) VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq")
        .bind(account.as_str())
        .bind(seq)
        .execute(conn)
        .await?;
    Ok(())
}

/// Free credits of one type that end at one moment.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Whose.
    pub account: AccountId,
    /// Of which type.
    pub credit_type: CreditType,
    /// How many.
    pub credits: i64,
    /// When.
    pub at: Timestamp,
}

/// Free credits that end between two moments and that nobody was told of, 100 at most.
pub async fn ending(
    conn: &mut AnyConnection,
    (after, until): (Timestamp, Timestamp),
) -> Result<Vec<Ending>, StoreError> {
    let rows = sqlx::query(
        "SELECT l.account_id, l.credit_type, l.expires_at, CAST(sum(l.avail) AS BIGINT) AS credits FROM credit_lots l \
         WHERE l.avail > 0 AND l.expires_at > $1 AND l.expires_at <= $2 AND NOT EXISTS (SELECT 1 FROM notices n \
         WHERE n.account_id = l.account_id AND n.kind = $3 AND n.cause = l.credit_type || '/' || l.expires_at) \
         GROUP BY l.account_id, l.credit_type, l.expires_at ORDER BY l.expires_at, l.account_id LIMIT 100",
    )
    .bind(micros(after))
    .bind(micros(until))
    .bind(NoticeKind::CreditsEnding.key())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Ending {
                account: id("account", row.try_get("account_id")?)?,
                credit_type: keyed(
                    "credit type",
                    row.try_get("credit_type")?,
                    CreditType::parse,
                )?,
                credits: row.try_get("credits")?,
                at: moment(row.try_get("expires_at")?)?,
            })
        })
        .collect()
}

/// A payment for a subscription that failed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Failed {
    /// The transaction.
    pub id: String,
    /// Whose.
    pub account_id: String,
    /// How much, in the smallest unit of the currency.
    pub grand_total: String,
    /// In which currency.
    pub currency_code: String,
    /// When the provider said so, in microseconds.
    pub state_at: i64,
}

/// Payments that failed and that nobody was told of, 100 at most.
pub async fn failed(conn: &mut AnyConnection) -> Result<Vec<Failed>, sqlx::Error> {
    sqlx::query_as(
        "SELECT t.id, t.account_id, t.grand_total, t.currency_code, t.state_at FROM paddle_transactions t \
         WHERE t.status = 'past_due' AND t.subscription_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM notices n \
         WHERE n.account_id = t.account_id AND n.kind = $1 AND n.cause = t.id) ORDER BY t.state_at, t.id LIMIT 100",
    )
    .bind(NoticeKind::PaymentFailed.key())
    .fetch_all(conn)
    .await
}

/// A card that pays for a plan and can soon no longer be charged.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EndingCard {
    /// The subscription.
    pub subscription_id: String,
    /// Whose.
    pub account_id: String,
    /// The first moment at which it cannot be charged, in microseconds.
    pub ends_at: i64,
}

/// Cards that end between two moments, of plans that go on after it, and that nobody was told of, 100 at most.
pub async fn ending_cards(
    conn: &mut AnyConnection,
    (after, until): (Timestamp, Timestamp),
) -> Result<Vec<EndingCard>, sqlx::Error> {
    sqlx::query_as(
        "SELECT c.subscription_id, c.account_id, c.ends_at FROM paying_cards c JOIN own_subscriptions s ON s.id = c.subscription_id \
         WHERE c.ends_at > $1 AND c.ends_at <= $2 AND s.status <> 'canceled' AND coalesce(s.scheduled_action, '') <> 'cancel' \
         AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.account_id = c.account_id AND n.kind = $3 \
         AND n.cause = c.subscription_id || '/' || c.ends_at) ORDER BY c.ends_at, c.subscription_id LIMIT 100",
    )
    .bind(micros(after))
    .bind(micros(until))
    .bind(NoticeKind::CardEnding.key())
    .fetch_all(conn)
    .await
}
