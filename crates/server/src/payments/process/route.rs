//! Which account and which checkout a transaction belongs to.

use crate::error::ApiError;
use crate::paddle::events::Transaction;
use crate::store::checkouts::{self, Checkout};
use crate::store::{Tx, subscriptions, transactions};
use domain::checkout::CheckoutState;
use domain::id::AccountId;

/// Whose transaction it is.
pub(super) struct Route {
    pub(super) account: AccountId,
    pub(super) checkout: Option<Checkout>,
}

/// Authority, in this order: a transaction that we made or have known before; a subscription that we know. Never an email, a customer or what
/// the browser could have written (docs/payments.md#whose-payment-it-is).
pub(super) async fn route(
    tx: &mut Tx,
    transaction: &Transaction,
) -> Result<Option<Route>, ApiError> {
    if let Some(checkout) = checkouts::by_transaction(tx, &transaction.id).await? {
        return Ok(Some(Route {
            account: checkout.account.clone(),
            checkout: Some(checkout),
        }));
    }
    if let Some(route) = mirrored(tx, transaction).await? {
        return Ok(Some(route));
    }
    if let Some(checkout) = hinted(tx, transaction).await? {
        return Ok(Some(Route {
            account: checkout.account.clone(),
            checkout: Some(checkout),
        }));
    }
    let Some(subscription) = &transaction.subscription_id else {
        return Ok(None);
    };
    let owner = subscriptions::owner(tx, subscription).await?;
    Ok(owner.map(|(account, _)| Route {
        account,
        checkout: None,
    }))
}

/// Whose it was when it was told of before, even if its session names another transaction by now.
async fn mirrored(tx: &mut Tx, transaction: &Transaction) -> Result<Option<Route>, ApiError> {
    let Some((account, checkout)) = transactions::owner(tx, &transaction.id).await? else {
        return Ok(None);
    };
    let checkout = match checkout {
        Some(id) => checkouts::by_id(tx, &id).await?,
        None => None,
    };
    Ok(Some(Route { account, checkout }))
}

/// A transaction whose making we asked for but whose answer was lost: only when the checkout still waits for one and
/// price and quantity are the same. What it then grants is what was paid, to the account of the checkout.
async fn hinted(tx: &mut Tx, transaction: &Transaction) -> Result<Option<Checkout>, ApiError> {
    let Some(hint) = transaction
        .checkout_hint()
        .and_then(|hint| hint.parse().ok())
    else {
        return Ok(None);
    };
    let Some(checkout) = checkouts::by_id(tx, &hint).await? else {
        return Ok(None);
    };
    let [item] = transaction.items.as_slice() else {
        return Ok(None);
    };
    let same =
        item.price() == Some(checkout.price_id.as_str()) && item.quantity == checkout.quantity;
    let waits = checkout.transaction_id.is_none() && checkout.state == CheckoutState::Created;
    if !(same && waits && transaction.origin == "api") {
        return Ok(None);
    }
    let total = transaction.total_text();
    let at = checkout.created_at;
    let ours = checkouts::attach(tx, &checkout.id, &transaction.id, total.as_deref(), at).await?;
    Ok(ours.then_some(checkout))
}
