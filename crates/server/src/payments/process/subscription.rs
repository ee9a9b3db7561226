//! Subscriptions: the mirror of their state, and what it means for the account's billing state.

use super::Outcome;
use crate::error::ApiError;
use crate::live::Change;
use crate::paddle::events::Subscription;
use crate::store::subscriptions::{self, SubscriptionReport};
use crate::store::{Tx, accounts, checkouts};
use crate::write::Write;
use domain::Timestamp;
use domain::account::PackageKey;
use domain::catalogue::catalogue;
use domain::id::AccountId;

/// Applies a subscription event: the newest report of its state wins.
pub(super) async fn apply(
    write: &mut Write,
    subscription: &Subscription,
    occurred_at: Timestamp,
) -> Result<Outcome, ApiError> {
    let Some((account, item_key)) = owner(write, subscription).await? else {
        return Ok(Outcome::Waiting(
            "the payment that starts this subscription is not here yet",
        ));
    };
    let period = subscription.current_billing_period.as_ref();
    let scheduled = subscription.scheduled_change.as_ref();
    let report = SubscriptionReport {
        id: &subscription.id,
        account: &account,
        item_key: &item_key,
        status: &subscription.status,
        period: period.map(|period| (period.starts_at, period.ends_at)),
        scheduled: scheduled.map(|change| (change.action.as_str(), change.effective_at)),
        state_at: occurred_at,
    };
    subscriptions::report(write, &report).await?;
    settle_account(write, &account).await?;
    write.changed(&account, Change::Billing);
    Ok(Outcome::Done)
}

/// The account of a subscription: known from before, or from the checkout that started it.
async fn owner(
    tx: &mut Tx,
    subscription: &Subscription,
) -> Result<Option<(AccountId, String)>, ApiError> {
    if let Some(known) = subscriptions::owner(tx, &subscription.id).await? {
        return Ok(Some(known));
    }
    let Some(transaction) = &subscription.transaction_id else {
        return Ok(None);
    };
    let checkout = checkouts::by_transaction(tx, transaction).await?;
    Ok(checkout.map(|checkout| (checkout.account, checkout.item_key)))
}

/// The account's billing state and plan follow its subscriptions, and what it owes.
pub(super) async fn settle_account(tx: &mut Tx, account: &AccountId) -> Result<(), ApiError> {
    accounts::settle_billing_state(tx, account).await?;
    let plan = subscriptions::paid_plan(tx, account).await?;
    let package = plan
        .and_then(|key| catalogue().item(&key)?.package_key)
        .unwrap_or(PackageKey::FreeSnapshot);
    accounts::set_package(tx, account, package).await?;
    Ok(())
}
