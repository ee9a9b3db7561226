//! The mirror of the provider's subscriptions. Nothing else writes it.

use super::{Flag, StoreError, id, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::account::SubscriptionStatus;
use domain::catalogue::catalogue;
use domain::id::AccountId;
use domain::plan_change::PlanWish;
use domain::second_plan::Started;
use domain::transaction::SubscriptionRow;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// The subscription of an account as its badge says it.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Its state.
    pub status: SubscriptionStatus,
    /// End of the current period.
    pub period_end: Option<Timestamp>,
}

impl Subscription {
    /// End of the current period, while the subscription is in this state.
    pub fn ends_while(&self, status: SubscriptionStatus) -> Option<Timestamp> {
        self.period_end.filter(|_| self.status == status)
    }
}

/// The account's newest subscription.
pub async fn of_account(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Subscription, StoreError> {
    let row = sqlx::query(
        "SELECT status, scheduled_action, period_end FROM own_subscriptions \
         WHERE account_id = $1 ORDER BY status = 'canceled', state_at DESC LIMIT 1",
    )
    .bind(account.as_str())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(Subscription {
            status: SubscriptionStatus::None,
            period_end: None,
        });
    };
    Ok(Subscription {
        status: status_of(&row)?,
        period_end: maybe_moment(row.try_get("period_end")?)?,
    })
}

fn status_of(row: &AnyRow) -> Result<SubscriptionStatus, StoreError> {
    let status: &str = row.try_get("status")?;
    let scheduled: Option<&str> = row.try_get("scheduled_action")?;
    Ok(match (status, scheduled) {
        ("past_due", _) => SubscriptionStatus::PastDue,
        ("paused", _) => SubscriptionStatus::Paused,
        ("canceled", _) => SubscriptionStatus::Cancelled,
        (_, Some("cancel")) => SubscriptionStatus::CancellationScheduled,
        ("trialing", _) => SubscriptionStatus::Trialing,
        _ => SubscriptionStatus::Active,
    })
}

/// The account's subscriptions: those that go on first, then the newest.
pub async fn list(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<SubscriptionRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM paddle_subscriptions WHERE account_id = $1 ORDER BY status = 'canceled', state_at DESC, id LIMIT 50",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let item: &str = row.try_get("item_key")?;
            Ok(SubscriptionRow {
                subscription_id: row.try_get("id")?,
                plan: catalogue()
                    .item(item)
                    .map_or(item, |item| item.name.as_str())
                    .to_owned(),
                status: status_of(row)?,
                period_start: maybe_moment(row.try_get("period_start")?)?,
                period_end: maybe_moment(row.try_get("period_end")?)?,
            })
        })
        .collect()
}

/// First and last moment of a period.
pub type Period = (Timestamp, Timestamp);

/// A plan that the provider's next renewal brings, and the moment from which it holds.
pub type NextItem<'a> = (&'a str, Timestamp);

/// A subscription as the provider reported it.
#[derive(Clone, Copy, Debug)]
pub struct SubscriptionReport<'a> {
    /// The provider's id.
    pub id: &'a str,
    /// Whose it is.
    pub account: &'a AccountId,
    /// The plan that is paid.
    pub item_key: &'a str,
    /// The lower plan from the next period on, when one was chosen.
    pub next: Option<NextItem<'a>>,
    /// Whether the report shows what a person asked for, so that nothing waits any more.
    pub fulfils: bool,
    /// Its status.
    pub status: &'a str,
    /// The period that is paid.
    pub period: Option<Period>,
    /// What will happen to it, and when.
    pub scheduled: Option<(&'a str, Timestamp)>,
    /// When it was so; the newest report wins.
    pub state_at: Timestamp,
}

/// Takes a report, when it is newer than what is known.
pub async fn report(
    conn: &mut AnyConnection,
    report: &SubscriptionReport<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO paddle_subscriptions (id, account_id, item_key, status, period_start, period_end, scheduled_action, scheduled_at, state_at, next_item_key, next_from) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT (id) DO UPDATE SET status = excluded.status, item_key = excluded.item_key, \
         next_item_key = excluded.next_item_key, next_from = excluded.next_from, \
         asked_wish = CASE WHEN $12 = 1 THEN NULL ELSE paddle_subscriptions.asked_wish END, \
         period_start = COALESCE(excluded.period_start, paddle_subscriptions.period_start), \
         period_end = COALESCE(excluded.period_end, paddle_subscriptions.period_end), scheduled_action = excluded.scheduled_action, \
         scheduled_at = excluded.scheduled_at, state_at = excluded.state_at WHERE excluded.state_at > paddle_subscriptions.state_at",
    )
    .bind(report.id)
    .bind(report.account.as_str())
    .bind(report.item_key)
    .bind(report.status)
    .bind(report.period.map(|(start, _)| micros(start)))
    .bind(report.period.map(|(_, end)| micros(end)))
    .bind(report.scheduled.map(|(action, _)| action))
    .bind(report.scheduled.map(|(_, at)| micros(at)))
    .bind(micros(report.state_at))
    .bind(report.next.map(|(item, _)| item))
    .bind(report.next.map(|(_, from)| micros(from)))
    .bind(Flag(report.fulfils))
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes whose a subscription is because a payment started or renewed it. Its state is told by its own reports, of which
/// any is newer; a period never goes back.
pub async fn note_payment(
    conn: &mut AnyConnection,
    subscription: &str,
    account: &AccountId,
    item_key: &str,
    period: Option<Period>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO paddle_subscriptions (id, account_id, item_key, status, period_start, period_end, state_at) VALUES ($1,$2,$3,'active',$4,$5,0) \
         ON CONFLICT (id) DO UPDATE SET period_start = max(COALESCE(paddle_subscriptions.period_start, 0), COALESCE(excluded.period_start, 0)), \
         period_end = max(COALESCE(paddle_subscriptions.period_end, 0), COALESCE(excluded.period_end, 0))",
    )
    .bind(subscription)
    .bind(account.as_str())
    .bind(item_key)
    .bind(period.map(|(start, _)| micros(start)))
    .bind(period.map(|(_, end)| micros(end)))
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes until when the card that paid for a subscription can be charged; the newest payment wins, also where it was no card.
pub async fn note_card(
    conn: &mut AnyConnection,
    subscription: &str,
    account: &AccountId,
    (paid_at, ends_at): (Timestamp, Option<Timestamp>),
) -> Result<(), sqlx::Error> {
    let Some(ends_at) = ends_at else {
        sqlx::query("DELETE FROM paying_cards WHERE subscription_id = $1 AND paid_at < $2")
            .bind(subscription)
            .bind(micros(paid_at))
            .execute(conn)
            .await?;
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO paying_cards (subscription_id, account_id, ends_at, paid_at) VALUES ($1,$2,$3,$4) ON CONFLICT (subscription_id) \
         DO UPDATE SET ends_at = excluded.ends_at, paid_at = excluded.paid_at WHERE excluded.paid_at > paying_cards.paid_at",
    )
    .bind(subscription)
    .bind(account.as_str())
    .bind(micros(ends_at))
    .bind(micros(paid_at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose a subscription is, and its plan.
pub async fn owner(
    conn: &mut AnyConnection,
    subscription: &str,
) -> Result<Option<(AccountId, String)>, StoreError> {
    let known: Option<(String, String)> =
        sqlx::query_as("SELECT account_id, item_key FROM paddle_subscriptions WHERE id = $1")
            .bind(subscription)
            .fetch_optional(conn)
            .await?;
    let Some((account, item_key)) = known else {
        return Ok(None);
    };
    Ok(Some((id("account", &account)?, item_key)))
}

/// Notes when a subscription began, by its first payment; answers whether that was not known before.
pub async fn note_start(
    conn: &mut AnyConnection,
    subscription: &str,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE paddle_subscriptions SET started_at = $2 WHERE id = $1 AND started_at IS NULL",
    )
    .bind(subscription)
    .bind(micros(at))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The subscriptions of an account that run and were paid, but for those that have to end.
pub async fn started(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<Started>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT id, started_at FROM own_subscriptions WHERE account_id = $1 AND status NOT IN ('canceled','paused') \
         AND started_at IS NOT NULL ORDER BY id",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, at)| {
            Ok(Started {
                id,
                at: moment(at)?,
            })
        })
        .collect()
}

/// The plan of the account's newest subscription that runs and was paid, so that it does not depend on which event came
/// last: an old payment that is told again never brings an ended plan back.
pub async fn paid_plan(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT s.item_key FROM own_subscriptions s WHERE s.account_id = $1 AND s.status NOT IN ('canceled','paused') \
         AND EXISTS (SELECT 1 FROM paddle_transactions t WHERE t.subscription_id = s.id AND t.granted_at IS NOT NULL) \
         ORDER BY s.period_start DESC NULLS LAST, s.id LIMIT 1",
    )
    .bind(account.as_str())
    .fetch_optional(conn)
    .await
}

/// What is known of a subscription.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Mirror {
    /// The provider's id.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// Its status.
    pub status: String,
    /// End of the current period, in microseconds.
    pub period_end: Option<i64>,
    /// What will happen to it.
    pub scheduled_action: Option<String>,
    /// When it was so, in microseconds.
    pub state_at: i64,
}

/// The subscriptions that have not ended.
pub async fn running(conn: &mut AnyConnection) -> Result<Vec<Mirror>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, account_id, status, period_end, scheduled_action, state_at FROM paddle_subscriptions WHERE status <> 'canceled' ORDER BY id",
    )
    .fetch_all(conn)
    .await
}

/// How long what was asked for is waited for; after that it may be asked for again.
const PATIENCE: chrono::Duration = chrono::Duration::minutes(10);

/// The subscription that gives an account its plan.
#[derive(Clone, Debug)]
pub struct Running {
    /// The provider's id.
    pub id: String,
    /// The plan that is paid.
    pub item_key: String,
    /// The lower plan from the next renewal on.
    pub next_item_key: Option<String>,
    /// From when it holds.
    pub next_from: Option<Timestamp>,
    /// Begin of the period that is paid.
    pub period_start: Option<Timestamp>,
    /// End of it.
    pub period_end: Option<Timestamp>,
    /// What will happen at the end of it, such as `cancel`.
    pub scheduled_action: Option<String>,
    /// What was asked for and is not confirmed, as long as it is waited for.
    pub asked: Option<PlanWish>,
}

impl Running {
    /// Whether the period that was paid last goes on at this moment.
    pub fn is_paid(&self, now: Timestamp) -> bool {
        self.period_end.is_some_and(|end| end > now)
    }
}

const RUNNING: &str = "SELECT id, item_key, next_item_key, next_from, period_start, period_end, scheduled_action, asked_wish, asked_at";

/// The running subscription of an account: of several the one that gives the plan.
pub async fn plan_of(
    conn: &mut AnyConnection,
    account: &AccountId,
    now: Timestamp,
) -> Result<Option<Running>, StoreError> {
    let sql = format!(
        "{RUNNING} FROM own_subscriptions WHERE account_id = $1 AND status NOT IN ('canceled','paused') ORDER BY period_start DESC NULLS LAST, id LIMIT 1"
    );
    one(conn, &sql, account.as_str(), now).await
}

/// The paused subscription of an account, the newest of several.
pub async fn paused_of(
    conn: &mut AnyConnection,
    account: &AccountId,
    now: Timestamp,
) -> Result<Option<Running>, StoreError> {
    let sql = format!(
        "{RUNNING} FROM own_subscriptions WHERE account_id = $1 AND status = 'paused' ORDER BY state_at DESC, id LIMIT 1"
    );
    one(conn, &sql, account.as_str(), now).await
}

/// What is known of a subscription.
pub async fn known(
    conn: &mut AnyConnection,
    subscription: &str,
    now: Timestamp,
) -> Result<Option<Running>, StoreError> {
    let sql = format!("{RUNNING} FROM paddle_subscriptions WHERE id = $1");
    one(conn, &sql, subscription, now).await
}

async fn one(
    conn: &mut AnyConnection,
    sql: &str,
    value: &str,
    now: Timestamp,
) -> Result<Option<Running>, StoreError> {
    // The texts are constants of this file.
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(value)
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let asked: Option<String> = row.try_get("asked_wish")?;
    let asked_at = maybe_moment(row.try_get("asked_at")?)?;
    let waits = asked_at.is_some_and(|at| now - at < PATIENCE);
    Ok(Some(Running {
        id: row.try_get("id")?,
        item_key: row.try_get("item_key")?,
        next_item_key: row.try_get("next_item_key")?,
        next_from: maybe_moment(row.try_get("next_from")?)?,
        period_start: maybe_moment(row.try_get("period_start")?)?,
        period_end: maybe_moment(row.try_get("period_end")?)?,
        scheduled_action: row.try_get("scheduled_action")?,
        asked: asked.as_deref().and_then(PlanWish::parse).filter(|_| waits),
    }))
}

/// Notes what a person asks the provider for, before it is asked. Answers whether nothing else waited: of two who ask at
/// the same moment the first has it.
pub async fn note_asked(
    conn: &mut AnyConnection,
    subscription: &str,
    wish: PlanWish,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE paddle_subscriptions SET asked_wish = $2, asked_at = $3 WHERE id = $1 AND (asked_wish IS NULL OR asked_at <= $4)",
    )
    .bind(subscription)
    .bind(wish.key())
    .bind(micros(now))
    .bind(micros(now - PATIENCE))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Nothing waits any more, because the provider refused.
pub async fn forget_asked(conn: &mut AnyConnection, subscription: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE paddle_subscriptions SET asked_wish = NULL WHERE id = $1")
        .bind(subscription)
        .execute(conn)
        .await?;
    Ok(())
}
