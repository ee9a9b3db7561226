//! The review of a plan change: what it charges, from when it holds, and what becomes of credits and services.

use super::usage;
use crate::error::ApiError;
use crate::ledger::granted_in_period;
use crate::store::accounts::Account;
use crate::store::subscriptions::{self, Running, Subscription};
use crate::store::{micros, prices};
use domain::Timestamp;
use domain::account::{PackageKey, SubscriptionStatus};
use domain::catalogue::catalogue;
use domain::id::UserId;
use domain::plan_change::{
    PlanReview, PlanWish, Standing, covers, differences, gains, is_upgrade, refusal,
};
use domain::project::ServiceBadge;
use sqlx::AnyConnection;

/// What Paddle says a change charges, with currency.
#[derive(Clone, Debug, Default)]
pub struct Charges {
    /// At once.
    pub now: Option<String>,
    /// At each further renewal.
    pub next: Option<String>,
}

/// How the account's plan stands, and the subscription that gives it, or the paused one that could.
pub async fn standing(
    conn: &mut AnyConnection,
    account: &Account,
    subscription: &Subscription,
    now: Timestamp,
) -> Result<(Standing, Option<Running>), ApiError> {
    let id = &account.account.id;
    let running = match subscriptions::plan_of(conn, id, now).await? {
        Some(running) => Some(running),
        None => subscriptions::paused_of(conn, id, now).await?,
    };
    let next = running.as_ref().and_then(|running| {
        catalogue()
            .item(running.next_item_key.as_deref()?)?
            .package_key
    });
    let standing = Standing {
        package: account.package_key,
        next,
        subscription: subscription.status,
        billing: account.billing_state,
        waiting: running.as_ref().and_then(|running| running.asked),
    };
    Ok((standing, running))
}

/// Why a wish cannot be asked for: how the plan stands, or that its price is not there.
pub async fn blocked(
    conn: &mut AnyConnection,
    account: &Account,
    wish: PlanWish,
    standing: &Standing,
) -> Result<Option<String>, ApiError> {
    if let Some(reason) = refusal(wish, standing) {
        return Ok(Some(reason));
    }
    let Some(item) = wish.package().and_then(|package| catalogue().plan(package)) else {
        return Ok(None);
    };
    if catalogue().is_deferred(&account.price_list, &item.key) {
        let reason = format!(
            "{} is shown for comparison and cannot be bought yet.",
            item.name
        );
        return Ok(Some(reason));
    }
    let price = prices::of_item(conn, &item.key, account.buyer()).await?;
    Ok(price.is_none().then(|| {
        format!(
            "{} cannot be chosen yet: the payment provider has no price for it on this account.",
            item.name
        )
    }))
}

/// The plan of a subscription.
fn package_of(running: &Running) -> Option<PackageKey> {
    catalogue().item(&running.item_key)?.package_key
}

/// The review for a person.
pub async fn review(
    conn: &mut AnyConnection,
    user: &UserId,
    account: &Account,
    (wish, charges): (PlanWish, Charges),
    now: Timestamp,
) -> Result<PlanReview, ApiError> {
    let id = &account.account.id;
    let subscription = subscriptions::of_account(conn, id).await?;
    let (standing, running) = standing(conn, account, &subscription, now).await?;
    let from = standing.package;
    let held = running.as_ref().and_then(package_of);
    let to = match wish {
        PlanWish::Cancel => PackageKey::FreeSnapshot,
        PlanWish::Keep => from,
        PlanWish::Resume => held.unwrap_or(from),
        wish => wish.package().unwrap_or(from),
    };
    let paused = standing.subscription == SubscriptionStatus::Paused;
    let at_once = wish == PlanWish::Keep || paused || is_upgrade(from, to);
    let mut granted = Vec::new();
    // A plan that is resumed for a new period brings its whole allowance.
    let same_period =
        wish != PlanWish::Resume || running.as_ref().is_some_and(|it| it.is_paid(now));
    if let Some(running) = running
        .as_ref()
        .filter(|_| is_upgrade(from, to) && same_period)
    {
        let start = running.period_start.map_or(0, micros);
        granted = granted_in_period(conn, id, &running.id, start).await?;
    }
    let already = |kind| {
        granted
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, credits)| credits)
            .sum()
    };
    let mut pauses = Vec::new();
    for row in usage::of(conn, user, account).await? {
        if row.badge == ServiceBadge::Enabled && !covers(to, row.service) {
            pauses.push(format!("{} of {}", row.service.label(), row.project_name));
        }
    }
    Ok(PlanReview {
        account_id: id.clone(),
        account_name: account.account.name.clone(),
        wish,
        from,
        to,
        charge_now: charges.now,
        next_charge: charges.next.or_else(|| {
            let stays = (wish != PlanWish::Cancel)
                .then(|| catalogue().plan(to))
                .flatten();
            stays.map(|item| item.price_label.clone())
        }),
        period_ends_at: subscription.period_end,
        holds_from: subscription.period_end.filter(|_| !at_once),
        differences: differences(from, to),
        gains: if is_upgrade(from, to) {
            gains(to, already)
        } else {
            Vec::new()
        },
        pauses,
        blocked: blocked(conn, account, wish, &standing).await?,
        waiting: standing.waiting,
    })
}
