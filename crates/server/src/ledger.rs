//! The credit ledger: every command that moves credits, each inside the caller's write transaction.
//!
//! A command either does all it says or leaves nothing behind once the caller rolls back. The balance row is a
//! projection that the database checks against each entry; burn order and deltas come from `domain`.

mod claims;
mod debts;
mod entry;
mod grant;
mod hold;
mod read;
mod verify;

pub use claims::{ClaimOrder, Paid, claim, paid};
pub use grant::{GrantCause, GrantOrder, GrantOutcome, expire_due, expiring, grant};
pub use hold::{Held, HoldOrder, Purpose, Resolved, reserve, restore, settle};
pub use read::{
    LedgerFilter, entries_after, entries_of, granted_by_checkout, granted_in_period, latest,
    open_holds, page, uses_of,
};
pub use verify::{Head, Violation, head, verify};

use crate::store::{BadRow, StoreError};
use domain::credits::{Balance, BalanceError, CreditType};
use domain::id::AccountId;
use domain::lots::Shortfall;
use sqlx::{AnyConnection, Row};

/// Why a ledger command did not happen.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Too few credits; nothing was reserved.
    #[error(transparent)]
    Short(#[from] Shortfall),
    /// This work already has a live hold.
    #[error("this work already holds credits")]
    AlreadyHeld,
    /// The hold was resolved the other way before.
    #[error("the hold is already resolved")]
    Resolved,
    /// No such hold in this account.
    #[error("no such hold")]
    NoHold,
    /// The amount does not fit.
    #[error(transparent)]
    Balance(#[from] BalanceError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<BadRow> for LedgerError {
    fn from(error: BadRow) -> Self {
        Self::Store(error.into())
    }
}

/// The balance of one type; zeros where nothing ever happened.
pub async fn balance(
    conn: &mut AnyConnection,
    account: &AccountId,
    kind: CreditType,
) -> Result<Balance, sqlx::Error> {
    let row = sqlx::query(
        "SELECT avail, res, spent FROM credit_balances WHERE account_id = $1 AND credit_type = $2",
    )
    .bind(account.as_str())
    .bind(kind.key())
    .fetch_optional(conn)
    .await?;
    row.map_or(Ok(Balance::default()), |row| {
        Ok(Balance {
            avail: row.try_get("avail")?,
            res: row.try_get("res")?,
            spent: row.try_get("spent")?,
        })
    })
}
