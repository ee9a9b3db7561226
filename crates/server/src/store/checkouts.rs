//! Checkout sessions as stored, and the ways to find them.

mod ended;
mod transition;

use super::{Flag, StoreError, id, keyed, maybe_moment, micros, moment};
use domain::Timestamp;
use domain::checkout::{CheckoutState, StageTimes};
use domain::id::{AccountId, CheckoutId};
use domain::link::Origin;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

pub use ended::{note_withdraw, revive, withdraw_other_plans};
pub use transition::{
    NewCheckout, advance, attach, insert, may_ask, note_failure, note_finished, note_paid,
    note_written, plan_poll, reopen,
};

/// A checkout session as stored.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// Its id.
    pub id: CheckoutId,
    /// The account that buys.
    pub account: AccountId,
    /// Who opened it, by name.
    pub opened_by: String,
    /// The catalogue item.
    pub item_key: String,
    /// The provider's price.
    pub price_id: String,
    /// Units.
    pub quantity: i64,
    /// How far it is.
    pub state: CheckoutState,
    /// The provider's transaction.
    pub transaction_id: Option<String>,
    /// What the provider will charge.
    pub total: Option<String>,
    /// Where the person came from.
    pub origin: Option<Origin>,
    /// Why the last attempt failed.
    pub failure_reason: Option<String>,
    /// When each stage was reached.
    pub times: StageTimes,
    /// How often the provider was asked by the schedule.
    pub poll_count: i64,
    /// When a person last asked the provider.
    pub asked_at: Timestamp,
    /// Whether its transaction must not be payable any more.
    pub withdraw: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it came into its state.
    pub updated_at: Timestamp,
}

impl Checkout {
    /// Whether its payment was handed in or is reported as paid, and is not confirmed yet.
    pub const fn awaits_confirmation(&self) -> bool {
        self.state.awaits_confirmation(&self.times)
    }
}

const SELECT: &str =
    "SELECT c.*, u.name AS opened_by FROM checkouts c JOIN users u ON u.id = c.user_id ";
const BY_ID: &str = const_format::concatcp!(SELECT, "WHERE c.account_id = $1 AND c.id = $2");
const BY_ID_ALONE: &str = const_format::concatcp!(SELECT, "WHERE c.id = $1");
const BY_TRANSACTION: &str = const_format::concatcp!(SELECT, "WHERE c.paddle_transaction_id = $1");
const UNFINISHED: &str = const_format::concatcp!(
    SELECT,
    "WHERE c.account_id = $1 AND c.state IN ('created','opened','returned_pending') ORDER BY c.created_at DESC, c.id"
);
const DUE: &str = const_format::concatcp!(
    SELECT,
    "WHERE c.state <> 'confirmed' AND c.next_poll_at <= $1 ORDER BY c.next_poll_at LIMIT 20"
);

fn checkout(row: &AnyRow) -> Result<Checkout, StoreError> {
    let origin: Option<String> = row.try_get("origin")?;
    let time = |column: &str| -> Result<Option<Timestamp>, StoreError> {
        Ok(maybe_moment(row.try_get(column)?)?)
    };
    Ok(Checkout {
        id: id("checkout", row.try_get("id")?)?,
        account: id("account", row.try_get("account_id")?)?,
        opened_by: row.try_get("opened_by")?,
        item_key: row.try_get("item_key")?,
        price_id: row.try_get("price_id")?,
        quantity: row.try_get("quantity")?,
        state: keyed(
            "checkout state",
            row.try_get("state")?,
            CheckoutState::parse,
        )?,
        transaction_id: row.try_get("paddle_transaction_id")?,
        total: row.try_get("total")?,
        // An origin of an older build that no longer reads only loses the way back.
        origin: origin.and_then(|text| serde_json::from_str(&text).ok()),
        failure_reason: row.try_get("failure_reason")?,
        times: StageTimes {
            finished_at: time("finished_at")?,
            paid_at: time("paid_at")?,
            received_at: time("received_at")?,
            written_at: time("written_at")?,
        },
        poll_count: row.try_get("poll_count")?,
        asked_at: moment(row.try_get("asked_at")?)?,
        withdraw: row.try_get::<Flag, _>("withdraw")?.0,
        created_at: moment(row.try_get("created_at")?)?,
        updated_at: moment(row.try_get("updated_at")?)?,
    })
}

/// Loads a session of an account.
pub async fn load(
    conn: &mut AnyConnection,
    account: &AccountId,
    checkout_id: &CheckoutId,
) -> Result<Option<Checkout>, StoreError> {
    let row = sqlx::query(BY_ID)
        .bind(account.as_str())
        .bind(checkout_id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(checkout).transpose()
}

/// Loads a session by its id, whichever account; only for the provider's events.
pub async fn by_id(
    conn: &mut AnyConnection,
    checkout_id: &CheckoutId,
) -> Result<Option<Checkout>, StoreError> {
    let row = sqlx::query(BY_ID_ALONE)
        .bind(checkout_id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(checkout).transpose()
}

/// The session whose transaction this is.
pub async fn by_transaction(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Option<Checkout>, StoreError> {
    let row = sqlx::query(BY_TRANSACTION)
        .bind(transaction)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(checkout).transpose()
}

/// An account's sessions that may still be paid, newest first.
pub async fn unfinished(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<Checkout>, StoreError> {
    let rows = sqlx::query(UNFINISHED)
        .bind(account.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(checkout).collect()
}

/// Sessions about which the provider should be asked now.
pub async fn due(conn: &mut AnyConnection, now: Timestamp) -> Result<Vec<Checkout>, StoreError> {
    let rows = sqlx::query(DUE).bind(micros(now)).fetch_all(conn).await?;
    rows.iter().map(checkout).collect()
}

/// When the first session of all was opened.
pub async fn first_opened_at(conn: &mut AnyConnection) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = sqlx::query_scalar("SELECT min(created_at) FROM checkouts")
        .fetch_one(conn)
        .await?;
    Ok(maybe_moment(at)?)
}
