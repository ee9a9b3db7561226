//! Subscriptions: the mirror of their state, and what it means for the account's billing state.

use super::Outcome;
use crate::error::ApiError;
use crate::live::Change;
use crate::paddle::events::Subscription;
use crate::store::subscriptions::{self, Running, SubscriptionReport};
use crate::store::{Tx, accounts, checkouts, prices};
use crate::write::Write;
use domain::Timestamp;
use domain::account::PackageKey;
use domain::catalogue::catalogue;
use domain::id::AccountId;
use domain::plan_change::{PlanWish, is_upgrade};

/// Applies a subscription event: the newest report of its state wins.
pub(super) async fn apply(
    write: &mut Write,
    subscription: &Subscription,
    occurred_at: Timestamp,
    now: Timestamp,
) -> Result<Outcome, ApiError> {
    let Some((account, item_key)) = owner(write, subscription).await? else {
        return Ok(Outcome::Waiting(
            "the payment that starts this subscription is not here yet",
        ));
    };
    let known = subscriptions::known(write, &subscription.id, now).await?;
    let plan = Plan::of(write, subscription, known.as_ref(), item_key).await?;
    let period = subscription.current_billing_period.as_ref();
    let scheduled = subscription.scheduled_change.as_ref();
    let report = SubscriptionReport {
        id: &subscription.id,
        account: &account,
        item_key: &plan.item,
        next: plan
            .next
            .as_ref()
            .map(|(item, from)| (item.as_str(), *from)),
        fulfils: known
            .as_ref()
            .is_some_and(|known| plan.fulfils(known, subscription)),
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

/// The plan that is paid, and the lower one that the next period brings.
struct Plan {
    item: String,
    next: Option<(String, Timestamp)>,
}

impl Plan {
    /// A higher plan holds at once; a lower one is what the next renewal charges, and takes nothing back before the
    /// paid period ends (docs/payments.md#changing-a-plan).
    async fn of(
        tx: &mut Tx,
        subscription: &Subscription,
        known: Option<&Running>,
        paid: String,
    ) -> Result<Self, ApiError> {
        let stays = |item: String| Self { item, next: None };
        let price = subscription.items.iter().find_map(|item| item.price());
        let told = match price {
            Some(price) => prices::item_of(tx, price).await?,
            None => None,
        };
        let Some(told) = told.filter(|told| *told != paid) else {
            return Ok(stays(paid));
        };
        let step = |key: &str| catalogue().item(key).and_then(|item| item.package_key);
        let (Some(to), Some(from)) = (step(&told), step(&paid)) else {
            tracing::error!(subscription = %subscription.id, %told, "a subscription is for something that is no plan");
            return Ok(stays(paid));
        };
        let begins = subscription.current_billing_period.as_ref();
        let Some(begins) = begins.filter(|_| !is_upgrade(from, to)) else {
            return Ok(stays(told));
        };
        let from = known
            .and_then(|known| known.next_from)
            .unwrap_or(begins.ends_at);
        if begins.starts_at >= from {
            return Ok(stays(told));
        }
        Ok(Self {
            item: paid,
            next: Some((told, from)),
        })
    }

    /// Whether what was asked for is how it is now.
    fn fulfils(&self, known: &Running, subscription: &Subscription) -> bool {
        let leaves = subscription
            .scheduled_change
            .as_ref()
            .is_some_and(|change| change.action == "cancel");
        let will_be = self.next.as_ref().map_or(&self.item, |(item, _)| item);
        let package = catalogue().item(will_be).and_then(|item| item.package_key);
        known.asked.is_some_and(|wish| match wish {
            PlanWish::Cancel => leaves || subscription.status == "canceled",
            PlanWish::Keep => !leaves && self.next.is_none(),
            PlanWish::Resume => subscription.status != "paused",
            wish => wish.package() == package,
        })
    }
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
pub(in crate::payments) async fn settle_account(
    tx: &mut Tx,
    account: &AccountId,
) -> Result<(), ApiError> {
    accounts::settle_billing_state(tx, account).await?;
    let plan = subscriptions::paid_plan(tx, account).await?;
    let package = plan
        .and_then(|key| catalogue().item(&key)?.package_key)
        .unwrap_or(PackageKey::FreeSnapshot);
    accounts::set_package(tx, account, package).await?;
    Ok(())
}
