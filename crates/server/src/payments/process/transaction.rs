//! Transactions: what each news of one does to its account, its checkout and the mirror.

use super::route::{Route, route};
use super::{Outcome, TransactionNews, grants, second_plan, subscription};
use crate::error::ApiError;
use crate::live::Change;
use crate::paddle::events::Transaction;
use crate::store::adjustments::{self, PricedLine};
use crate::store::transactions::{self, TransactionReport};
use crate::store::{Tx, checkouts, micros, subscriptions};
use crate::write::Write;
use domain::Timestamp;
use domain::adjustment::Line;
use domain::catalogue::{Item, ItemKind};
use domain::checkout::CheckoutState;
use domain::id::CheckoutId;

/// Applies a transaction event.
pub(super) async fn apply(
    write: &mut Write,
    event_type: &str,
    news: &TransactionNews<'_>,
) -> Result<Outcome, ApiError> {
    let Some(route) = route(write, news.transaction).await? else {
        // A renewal can overtake the payment that ties its subscription to an account.
        if news.transaction.subscription_id.is_some()
            && news.transaction.origin.starts_with("subscription_")
        {
            return Ok(Outcome::Waiting(
                "the payment that starts this subscription is not here yet",
            ));
        }
        // Only money matters enough to wait for: a stranger's draft is nothing to us.
        let paid = matches!(event_type, "transaction.completed" | "transaction.paid");
        return Ok(if paid {
            Outcome::Quarantined("a payment of no checkout of ours")
        } else {
            Outcome::Ignored
        });
    };
    mirror(write, &route, news).await?;
    match event_type {
        "transaction.completed" => completed(write, &route, news).await,
        "transaction.paid" => paid(write, &route, news).await,
        "transaction.payment_failed" => failed(write, &route, news).await,
        "transaction.canceled" => moved(write, &route, CheckoutState::Cancelled, news).await,
        _ => Ok(Outcome::Done),
    }
}

/// How far along a status is, for two reports of the same moment.
fn rank(status: &str) -> i64 {
    match status {
        "draft" => 0,
        "ready" => 1,
        "billed" => 2,
        "past_due" => 3,
        "paid" => 4,
        _ => 5,
    }
}

async fn mirror(tx: &mut Tx, route: &Route, news: &TransactionNews<'_>) -> Result<(), ApiError> {
    let transaction = news.transaction;
    // The status rank breaks ties between events of the same microsecond.
    let state_at = micros(transaction.updated_at.unwrap_or(news.occurred_at))
        .saturating_add(rank(&transaction.status));
    let report = TransactionReport {
        id: &transaction.id,
        account: &route.account,
        checkout: route.checkout.as_ref().map(|checkout| &checkout.id),
        subscription: transaction.subscription_id.as_deref(),
        status: &transaction.status,
        origin: &transaction.origin,
        currency_code: &transaction.currency_code,
        grand_total: &transaction.details.totals.grand_total,
        invoice_number: transaction.invoice_number.as_deref(),
        billed_at: transaction.billed_at,
        state_at,
    };
    transactions::report(tx, &report).await?;
    if let (Some(subscription), Some((paid_at, ends_at))) =
        (&transaction.subscription_id, transaction.card())
    {
        subscriptions::note_card(tx, subscription, &route.account, (paid_at, ends_at)).await?;
    }
    if transaction.status == "completed" {
        note_lines(tx, transaction).await?;
    }
    Ok(())
}

/// What was paid for what: a refund of a part needs it later.
async fn note_lines(tx: &mut Tx, transaction: &Transaction) -> Result<(), ApiError> {
    for item in &transaction.details.line_items {
        let total = item.totals.total.parse().ok();
        let Some(total) = total.filter(|total| *total >= 0) else {
            continue;
        };
        let line = PricedLine {
            price_id: item.price_id.clone(),
            line: Line {
                id: item.id.clone(),
                total,
            },
        };
        adjustments::note_line(tx, &transaction.id, &line, item.quantity).await?;
    }
    Ok(())
}

/// The provisioning point: every item becomes a lot, once.
async fn completed(
    write: &mut Write,
    route: &Route,
    news: &TransactionNews<'_>,
) -> Result<Outcome, ApiError> {
    let transaction = news.transaction;
    // A change of card is no purchase.
    if transaction.origin == "subscription_payment_method_change" {
        return Ok(Outcome::Ignored);
    }
    let Some(bought) = grants::bought(write, transaction).await? else {
        return Ok(Outcome::Quarantined(
            "paid for a price that is no item of ours",
        ));
    };
    if transaction.origin == "subscription_update" {
        return changed(write, route, news, &bought).await;
    }
    if transaction.is_free() && !all_trials(write, transaction, &bought).await? {
        return Ok(Outcome::Quarantined(
            "nothing was paid, and it is no approved trial",
        ));
    }
    let wrote = grants::write(write, route, news, &bought).await?;
    let plan = bought
        .iter()
        .map(|line| line.item)
        .find(|item| item.kind == ItemKind::Plan);
    if let Some(item) = plan {
        bind_subscription(write, route, transaction, item, news.now).await?;
    }
    transactions::note_granted(write, &transaction.id, news.now).await?;
    if plan.is_some() {
        subscription::settle_account(write, &route.account).await?;
    }
    if let Some(checkout) = &route.checkout {
        checkouts::note_paid(
            write,
            &checkout.id,
            transaction.captured_at().unwrap_or(news.occurred_at),
            news.now,
        )
        .await?;
        checkouts::note_written(write, &checkout.id, news.received_at, news.now).await?;
        if checkouts::advance(write, &checkout.id, CheckoutState::Confirmed, news.now).await? {
            write.changed(
                &route.account,
                Change::Checkout(checkout.id.clone(), CheckoutState::Confirmed),
            );
            if plan.is_some() {
                let ended = checkouts::withdraw_other_plans(write, checkout, news.now).await?;
                cancelled(write, route, ended);
            }
        }
    }
    if wrote {
        write.changed(&route.account, Change::Ledger);
    }
    write.changed(&route.account, Change::Billing);
    Ok(Outcome::Done)
}

/// Whether all of it are approved trials of the catalogue.
async fn all_trials(
    tx: &mut Tx,
    transaction: &Transaction,
    bought: &[grants::Bought<'_>],
) -> Result<bool, ApiError> {
    for line in bought {
        if grants::trial_of(tx, transaction, line.price)
            .await?
            .is_none()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The payment of a plan change: what the new plan gives above what the period has granted. The plan itself changes by
/// what its subscription reports.
async fn changed(
    write: &mut Write,
    route: &Route,
    news: &TransactionNews<'_>,
    bought: &[grants::Bought<'_>],
) -> Result<Outcome, ApiError> {
    let wrote = grants::write_change(write, route, news, bought).await?;
    transactions::note_granted(write, &news.transaction.id, news.now).await?;
    subscription::settle_account(write, &route.account).await?;
    if wrote {
        write.changed(&route.account, Change::Ledger);
    }
    write.changed(&route.account, Change::Billing);
    Ok(Outcome::Done)
}

fn cancelled(write: &mut Write, route: &Route, sessions: Vec<CheckoutId>) {
    for id in sessions {
        write.changed(
            &route.account,
            Change::Checkout(id, CheckoutState::Cancelled),
        );
    }
}

/// Remembers whose subscription it is, so that renewals find their account.
async fn bind_subscription(
    tx: &mut Tx,
    route: &Route,
    transaction: &Transaction,
    item: &Item,
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(subscription) = &transaction.subscription_id else {
        return Ok(());
    };
    let period = transaction.billing_period.as_ref();
    let period = period.map(|period| (period.starts_at, period.ends_at));
    subscriptions::note_payment(tx, subscription, &route.account, &item.key, period).await?;
    let first = route.checkout.is_some();
    let began = period
        .map(|(start, _)| start)
        .or(transaction.captured_at())
        .or(transaction.updated_at);
    if let Some(began) = began.filter(|_| first) {
        second_plan::find(tx, &route.account, subscription, began, now).await?;
    }
    Ok(())
}

/// The money was taken; the provider still has to complete it. Nothing is granted.
async fn paid(
    write: &mut Write,
    route: &Route,
    news: &TransactionNews<'_>,
) -> Result<Outcome, ApiError> {
    let Some(checkout) = &route.checkout else {
        return Ok(Outcome::Done);
    };
    checkouts::note_paid(
        write,
        &checkout.id,
        news.transaction.captured_at().unwrap_or(news.occurred_at),
        news.now,
    )
    .await?;
    // It may have been given up here while its form was still open somewhere.
    let displaced = checkouts::revive(write, &checkout.id, news.now).await?;
    cancelled(write, route, displaced);
    checkouts::advance(
        write,
        &checkout.id,
        CheckoutState::ReturnedPending,
        news.now,
    )
    .await?;
    let stored = checkouts::by_id(write, &checkout.id).await?;
    let state = stored.map_or(checkout.state, |stored| stored.state);
    write.changed(&route.account, Change::Checkout(checkout.id.clone(), state));
    Ok(Outcome::Done)
}

/// A declined attempt: the checkout stays open, another card may still work.
async fn failed(
    write: &mut Write,
    route: &Route,
    news: &TransactionNews<'_>,
) -> Result<Outcome, ApiError> {
    let Some(checkout) = &route.checkout else {
        return Ok(Outcome::Done);
    };
    if checkout.times.paid_at.is_some() || !checkout.state.is_unfinished() {
        return Ok(Outcome::Done);
    }
    let code = news
        .transaction
        .payments
        .first()
        .and_then(|payment| payment.error_code.as_deref());
    checkouts::note_failure(write, &checkout.id, decline_text(code), news.now).await?;
    if checkout.state == CheckoutState::ReturnedPending {
        // It was handed in. Whether this is the attempt that failed, only the provider knows now: it is asked at once.
        checkouts::plan_poll(write, &checkout.id, Some(news.now), false).await?;
    }
    write.changed(
        &route.account,
        Change::Checkout(checkout.id.clone(), checkout.state),
    );
    Ok(Outcome::Done)
}

fn decline_text(code: Option<&str>) -> &'static str {
    match code {
        Some("not_enough_balance") => "The card has not enough balance. Nothing was charged.",
        Some("expired_card") => "The card is expired. Nothing was charged.",
        Some("authentication_failed") => {
            "The bank did not confirm the payment. Nothing was charged."
        }
        Some("blocked_card" | "fraud" | "transaction_not_permitted") => {
            "The bank does not allow this payment. Nothing was charged."
        }
        _ => "The card was declined. Nothing was charged.",
    }
}

async fn moved(
    write: &mut Write,
    route: &Route,
    to: CheckoutState,
    news: &TransactionNews<'_>,
) -> Result<Outcome, ApiError> {
    let Some(checkout) = &route.checkout else {
        return Ok(Outcome::Done);
    };
    if checkouts::advance(write, &checkout.id, to, news.now).await? {
        write.changed(&route.account, Change::Checkout(checkout.id.clone(), to));
    }
    Ok(Outcome::Done)
}
