//! Asking the provider to change, end or keep a plan. What then holds is what its events say.

use super::checkout::provider_away;
use crate::error::ApiError;
use crate::live::Change;
use crate::paddle::client::{PaddleClient, PaddleError, PlanPreview, PriceChange};
use crate::paddle::events::{Totals, money_text};
use crate::state::AppState;
use crate::store::accounts::Account;
use crate::store::{prices, subscriptions};
use crate::views::plan_change::{Charges, blocked, standing};
use chrono::Utc;
use domain::account::SubscriptionStatus;
use domain::catalogue::catalogue;
use domain::plan_change::{PlanWish, Standing, is_upgrade};
use domain::problem::ProblemCode;

/// What is to be asked for, and of which subscription.
struct Asked {
    subscription: String,
    /// The price it is to have, and whether that is charged at once; none when no price changes.
    change: Option<(String, bool)>,
    standing: Standing,
    /// Whether the period that was paid last goes on, so that resuming a paused plan charges nothing.
    paid: bool,
    /// The price of the plan that the subscription is for.
    price_label: Option<&'static str>,
}

impl Asked {
    /// Whether asking for it charges something at once.
    fn charges(&self, wish: PlanWish) -> bool {
        let price = self.change.as_ref().is_some_and(|(_, at_once)| *at_once);
        price || (wish == PlanWish::Resume && !self.paid)
    }
}

/// What Paddle says the change would charge; nothing when no price changes or it cannot be asked for.
///
/// # Errors
/// When the provider does not answer.
pub async fn charges(
    state: &AppState,
    account: &Account,
    wish: PlanWish,
) -> Result<Charges, ApiError> {
    let Ok(asked) = prepare(state, account, wish).await? else {
        return Ok(Charges::default());
    };
    // Paddle has no preview of it: a period that is paid goes on for nothing, a new one costs the price of the plan.
    if wish == PlanWish::Resume {
        let price = asked.price_label.map(str::to_owned);
        return Ok(Charges {
            now: price.clone().filter(|_| asked.charges(wish)),
            next: price,
        });
    }
    let (Some(paddle), Some((price, at_once))) = (&state.paddle, &asked.change) else {
        return Ok(Charges::default());
    };
    let change = PriceChange {
        price_id: price,
        at_once: *at_once,
    };
    let preview = paddle
        .preview_plan(&asked.subscription, change)
        .await
        .map_err(|error| refused(&error))?;
    Ok(read(&preview))
}

fn read(preview: &PlanPreview) -> Charges {
    // A preview of what recurs has no grand total: it knows no credit that would be used up.
    let text = |totals: &Totals| {
        let sum = |minor: &str| money_text(minor, &preview.currency_code);
        sum(&totals.grand_total).or_else(|| sum(&totals.total))
    };
    let now = preview.immediate_transaction.as_ref();
    let next = preview.recurring_transaction_details.as_ref();
    Charges {
        now: now.and_then(|bill| text(&bill.details.totals)),
        next: next.and_then(|details| text(&details.totals)),
    }
}

/// Asks for the change. That it was asked for is stored first, so that nobody asks for another meanwhile.
///
/// # Errors
/// When it cannot be asked for now, needs an agreement to be charged, or the provider refuses or does not answer.
pub async fn ask(
    state: &AppState,
    account: &Account,
    wish: PlanWish,
    agreed: &str,
) -> Result<(), ApiError> {
    let asked = prepare(state, account, wish)
        .await?
        .map_err(|reason| ApiError::new(ProblemCode::ItemUnavailable, reason))?;
    if asked.charges(wish) && agreed.is_empty() {
        return Err(ApiError::field(
            "/agreed_charge",
            "Agree to the charge first: the change is charged at once.",
        ));
    }
    let Some(paddle) = &state.paddle else {
        return Err(ApiError::new(
            ProblemCode::ItemUnavailable,
            "No payment provider is configured.",
        ));
    };
    note(state, account, &asked.subscription, wish).await?;
    match send(paddle, wish, &asked).await {
        Ok(()) => Ok(()),
        // Refused: nothing changed and nothing waits. Without an answer it may have been done: it goes on waiting.
        Err(error @ PaddleError::Refused { .. }) => {
            forget(state, account, &asked.subscription).await?;
            Err(refused(&error))
        }
        Err(error) => {
            tracing::warn!(%error, "a plan change was asked for and not answered");
            Ok(())
        }
    }
}

async fn send(paddle: &PaddleClient, wish: PlanWish, asked: &Asked) -> Result<(), PaddleError> {
    let id = &asked.subscription;
    let leaves = asked.standing.subscription == SubscriptionStatus::CancellationScheduled;
    let paused = asked.standing.subscription == SubscriptionStatus::Paused;
    match (wish, &asked.change) {
        (PlanWish::Resume, _) => paddle.resume_subscription(id, asked.paid).await,
        (PlanWish::Cancel, _) if paused => paddle.end_subscription(id).await,
        (PlanWish::Cancel, _) => paddle.cancel_subscription(id).await,
        (PlanWish::Keep, _) if leaves => paddle.keep_subscription(id).await,
        (_, Some((price, at_once))) => {
            let change = PriceChange {
                price_id: price,
                at_once: *at_once,
            };
            paddle.change_plan(id, change).await
        }
        (_, None) => Ok(()),
    }
}

/// Looks whether it can be asked for; otherwise the reason.
async fn prepare(
    state: &AppState,
    account: &Account,
    wish: PlanWish,
) -> Result<Result<Asked, String>, ApiError> {
    let mut reader = state.store.reader().begin().await?;
    let subscription = subscriptions::of_account(&mut reader, &account.account.id).await?;
    let (standing, running) = standing(&mut reader, account, &subscription, Utc::now()).await?;
    if let Some(reason) = blocked(&mut reader, account, wish, &standing).await? {
        return Ok(Err(reason));
    }
    let Some(running) = running else {
        return Ok(Err("This account has no running plan.".to_owned()));
    };
    // A lower plan that was chosen is given up by going back to the price that is paid.
    let back = (wish == PlanWish::Keep && standing.next.is_some()).then_some(standing.package);
    let change = match wish
        .package()
        .or(back)
        .and_then(|to| Some((to, catalogue().plan(to)?)))
    {
        Some((to, item)) => {
            let price = prices::of_item(&mut reader, &item.key, account.buyer()).await?;
            price.map(|price| (price, is_upgrade(standing.package, to)))
        }
        None => None,
    };
    let item = catalogue().item(&running.item_key);
    Ok(Ok(Asked {
        paid: running.is_paid(Utc::now()),
        price_label: item.map(|item| item.price_label.as_str()),
        subscription: running.id,
        change,
        standing,
    }))
}

async fn note(
    state: &AppState,
    account: &Account,
    subscription: &str,
    wish: PlanWish,
) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    if !subscriptions::note_asked(&mut write, subscription, wish, Utc::now()).await? {
        return Err(ApiError::new(
            ProblemCode::ItemUnavailable,
            "Another change of this plan was asked for in this moment. Look at Billing before you ask again.",
        ));
    }
    write.changed(&account.account.id, Change::Billing);
    write.commit().await?;
    Ok(())
}

async fn forget(state: &AppState, account: &Account, subscription: &str) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    subscriptions::forget_asked(&mut write, subscription).await?;
    write.changed(&account.account.id, Change::Billing);
    write.commit().await?;
    Ok(())
}

fn refused(error: &PaddleError) -> ApiError {
    if matches!(error, PaddleError::Refused { .. }) {
        tracing::warn!(%error, "a plan change was refused");
        return ApiError::new(
            ProblemCode::ItemUnavailable,
            "Paddle does not accept this change now. Nothing was charged and the plan stays as it is.",
        );
    }
    provider_away(error)
}
