//! The transaction history: one consistent read of what was billed, what came back, and what is in the way.

use super::billing::status;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::accounts::{self, Account};
use crate::store::history::{self, TransactionFilter};
use crate::store::{checkouts, subscriptions};
use domain::role::Role;
use domain::transaction::{InvoiceAccess, TransactionPage};
use sqlx::AnyConnection;

/// A page of the history for a person with this role.
pub async fn page(
    state: &AppState,
    conn: &mut AnyConnection,
    role: Role,
    account: Account,
    filter: &TransactionFilter,
) -> Result<TransactionPage, ApiError> {
    let id = &account.account.id;
    let subscription = subscriptions::of_account(conn, id).await?;
    let unfinished = checkouts::unfinished(conn, id).await?;
    let balances = accounts::balances(conn, id).await?;
    let (items, next) = history::page(conn, id, filter).await?;
    Ok(TransactionPage {
        role,
        billing_state: account.billing_state,
        subscription_status: subscription.status,
        payment_status: status::payment(conn, &account, &unfinished).await?,
        account_reasons: status::reasons(&account, subscription.status, &balances),
        invoice_access: invoice_access(state),
        subscriptions: subscriptions::list(conn, id).await?,
        items,
        next_cursor: next.map(|cursor| cursor.to_string()),
        billing_email: account.billing_email,
        account: account.account,
    })
}

fn invoice_access(state: &AppState) -> InvoiceAccess {
    let available = state.paddle.is_some();
    let message = if available {
        "Invoice documents come from Paddle. Each link is fresh and stops working within an hour."
    } else {
        "Invoice documents wait for provider API access: Paddle is not configured yet."
    };
    InvoiceAccess {
        available,
        message: message.to_owned(),
    }
}
