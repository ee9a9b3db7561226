//! Subscriptions: the mirror of their state, and what it means for the account's billing state.

use super::Outcome;
use crate::error::ApiError;
use crate::live::Change;
use crate::payments::events::Subscription;
use crate::store::{Tx, checkouts, id, micros};
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
    sqlx::query(
        "INSERT INTO paddle_subscriptions (id, account_id, item_key, status, period_start, period_end, scheduled_action, scheduled_at, state_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT (id) DO UPDATE SET status = excluded.status, \
         period_start = COALESCE(excluded.period_start, paddle_subscriptions.period_start), \
         period_end = COALESCE(excluded.period_end, paddle_subscriptions.period_end), scheduled_action = excluded.scheduled_action, \
         scheduled_at = excluded.scheduled_at, state_at = excluded.state_at WHERE excluded.state_at > paddle_subscriptions.state_at",
    )
    .bind(&subscription.id)
    .bind(account.as_str())
    .bind(item_key)
    .bind(&subscription.status)
    .bind(period.map(|period| micros(period.starts_at)))
    .bind(period.map(|period| micros(period.ends_at)))
    .bind(scheduled.map(|change| change.action.as_str()))
    .bind(scheduled.map(|change| micros(change.effective_at)))
    .bind(micros(occurred_at))
    .execute(&mut ***write)
    .await?;
    settle_account(write, &account).await?;
    write.changed(&account, Change::Billing);
    Ok(Outcome::Done)
}

/// The account of a subscription: known from before, or from the checkout that started it.
async fn owner(
    tx: &mut Tx,
    subscription: &Subscription,
) -> Result<Option<(AccountId, String)>, ApiError> {
    let known: Option<(String, String)> =
        sqlx::query_as("SELECT account_id, item_key FROM paddle_subscriptions WHERE id = $1")
            .bind(&subscription.id)
            .fetch_optional(&mut **tx)
            .await?;
    if let Some((account, item)) = known {
        return Ok(Some((id("account", &account)?, item)));
    }
    let Some(transaction) = &subscription.transaction_id else {
        return Ok(None);
    };
    let checkout = checkouts::by_transaction(tx, transaction).await?;
    Ok(checkout.map(|checkout| (checkout.account, checkout.item_key)))
}

/// The account's billing state and plan follow its subscriptions. A dispute's block is not lifted here.
pub(super) async fn settle_account(tx: &mut Tx, account: &AccountId) -> Result<(), ApiError> {
    sqlx::query(
        "UPDATE accounts SET billing_state = CASE \
           WHEN EXISTS (SELECT 1 FROM paddle_subscriptions s WHERE s.account_id = $1 AND s.status = 'past_due') THEN 'past_due' ELSE 'active' END \
         WHERE id = $1 AND billing_state IN ('active','payment_pending','past_due')",
    )
    .bind(account.as_str())
    .execute(&mut **tx)
    .await?;
    // The plan is that of the newest subscription that runs and was paid, so that it does not depend on which event came
    // last: an old payment that is told again never brings an ended plan back.
    let plan: Option<String> = sqlx::query_scalar(
        "SELECT s.item_key FROM paddle_subscriptions s WHERE s.account_id = $1 AND s.status NOT IN ('canceled','paused') \
         AND EXISTS (SELECT 1 FROM paddle_transactions t WHERE t.subscription_id = s.id AND t.granted_at IS NOT NULL) \
         ORDER BY s.period_start DESC, s.id LIMIT 1",
    )
    .bind(account.as_str())
    .fetch_optional(&mut **tx)
    .await?;
    let package = plan
        .and_then(|key| catalogue().item(&key)?.package_key)
        .unwrap_or(PackageKey::FreeSnapshot);
    sqlx::query("UPDATE accounts SET package_key = $2 WHERE id = $1")
        .bind(account.as_str())
        .bind(package.key())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
