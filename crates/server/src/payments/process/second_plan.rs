//! Finding a plan that was paid while another one runs (docs/payments.md#two-plans).

use crate::error::ApiError;
use crate::store::{Tx, second_plans, subscriptions};
use domain::Timestamp;
use domain::id::AccountId;
use domain::second_plan::kept;

/// Looks, at the first payment of a subscription, whether another plan runs. Which of them stays depends on when they
/// began and not on which payment is told first.
pub(super) async fn find(
    tx: &mut Tx,
    account: &AccountId,
    subscription: &str,
    began: Timestamp,
    now: Timestamp,
) -> Result<(), ApiError> {
    if !subscriptions::note_start(tx, subscription, began).await? {
        return Ok(());
    }
    let running = subscriptions::started(tx, account).await?;
    let Some(stays) = kept(&running) else {
        return Ok(());
    };
    for second in running.iter().filter(|one| one.id != stays.id) {
        tracing::warn!(%account, kept = stays.id, second = second.id, "two plans were paid; the second one is ended and asked back");
        second_plans::insert(tx, account, &second.id, &stays.id, now).await?;
    }
    Ok(())
}
