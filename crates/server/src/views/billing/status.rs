//! How an account stands: plan, payment, provider, and the one sentence about it.

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::accounts::Account;
use crate::store::checkouts::Checkout;
use crate::store::{inbox, transactions};
use domain::account::{
    BillingState, EntitlementStatus, PackageKey, PaymentStatus, SubscriptionStatus,
};
use domain::billing::{ProviderStatus, blocked_detail};
use domain::catalogue::{Card, CardState, ItemKind, catalogue};
use domain::checkout::CheckoutView;
use domain::credits::{CreditBalances, CreditType, amount_text};
use domain::gate::Action;
use domain::link::Origin;
use domain::reason::{Reason, ReasonKey, Slots};
use sqlx::AnyConnection;

/// The plan that a blocked action asks for: the lowest that includes it (S2-10).
pub(super) fn selected_package(origin: Option<&Origin>, current: PackageKey) -> Option<PackageKey> {
    let action = origin?.from;
    let includes = |package: PackageKey| match action {
        Action::Scan => package.includes_scans(),
        Action::Monitoring => package.includes_monitoring(),
        Action::Fix | Action::Retest | Action::Ai => package.includes_fixes(),
    };
    if includes(current) {
        return None;
    }
    PackageKey::ALL
        .iter()
        .copied()
        .find(|package| includes(*package))
}

/// Whether the plan is in force (docs/states.md#entitlement).
pub(super) fn entitlement(account: &Account, unfinished: &[Checkout]) -> EntitlementStatus {
    let is_plan = |session: &Checkout| {
        catalogue()
            .item(&session.item_key)
            .is_some_and(|item| item.kind == ItemKind::Plan)
    };
    match (account.billing_state, account.package_key) {
        (BillingState::PastDue | BillingState::Blocked | BillingState::Closed, _) => {
            EntitlementStatus::Blocked
        }
        (_, PackageKey::FreeSnapshot) if unfinished.iter().any(is_plan) => {
            EntitlementStatus::Pending
        }
        (_, PackageKey::FreeSnapshot) => EntitlementStatus::Missing,
        _ => EntitlementStatus::Active,
    }
}

/// The state of the latest payment (I-25, I-27).
pub(in crate::views) async fn payment(
    conn: &mut AnyConnection,
    account: &Account,
    unfinished: &[Checkout],
) -> Result<PaymentStatus, ApiError> {
    if unfinished.iter().any(Checkout::awaits_confirmation) {
        return Ok(PaymentStatus::Pending);
    }
    if account.billing_state == BillingState::PastDue {
        return Ok(PaymentStatus::Failed);
    }
    let paid = transactions::any_completed(conn, &account.account.id).await?;
    Ok(if paid {
        PaymentStatus::Confirmed
    } else {
        PaymentStatus::NotRequired
    })
}

/// Whether checkout can open and confirmations can arrive (S3-6).
pub(super) async fn provider(
    state: &AppState,
    conn: &mut AnyConnection,
    cards: &[Card],
    unfinished: &[Checkout],
) -> Result<ProviderStatus, ApiError> {
    let pending: Vec<&Checkout> = unfinished
        .iter()
        .filter(|session| session.awaits_confirmation())
        .collect();
    let since = |session: &&Checkout| {
        let times = session.times;
        times
            .paid_at
            .or(times.finished_at)
            .unwrap_or(session.created_at)
    };
    let configured = state.paddle.is_some();
    let waiting = cards
        .iter()
        .filter(|card| card.checkout_state == CardState::ProviderIdsPending)
        .count();
    let sold = |card: &Card| {
        matches!(
            card.checkout_state,
            CardState::Available | CardState::PaymentPending | CardState::CheckoutOpen
        )
    };
    let ready = configured && (waiting == 0 || cards.iter().any(sold));
    let checkout_message = match (configured, ready, waiting) {
        (false, ..) => "Provider IDs pending: Paddle is not configured yet, so no checkout can open.".to_owned(),
        (true, false, _) => "Provider IDs pending: Paddle has no prices for this account yet, so no checkout can open.".to_owned(),
        (true, true, 0) => "Checkout is ready for this account.".to_owned(),
        (true, true, waiting) => format!("Checkout is ready; {waiting} of {} items wait for provider IDs.", cards.len()),
    };
    let webhook_ready = state
        .config
        .paddle
        .as_ref()
        .is_some_and(|paddle| !paddle.webhook_secrets.is_empty());
    let webhook_message = if webhook_ready {
        "Webhook confirmation is ready."
    } else {
        "Webhook confirmation waits for provider configuration."
    };
    Ok(ProviderStatus {
        name: "paddle".into(),
        checkout_ready: ready,
        checkout_message,
        webhook_ready,
        webhook_message: webhook_message.to_owned(),
        last_event_at: inbox::last_webhook_at(conn).await?,
        pending_payments: i64::try_from(pending.len()).unwrap_or(i64::MAX),
        pending_since: pending.iter().map(since).min(),
    })
}

/// What blocks all paid work of the account.
pub(in crate::views) fn reasons(
    account: &Account,
    subscription: SubscriptionStatus,
    balances: &CreditBalances,
) -> Vec<Reason> {
    let key = match (account.billing_state, subscription) {
        (BillingState::Blocked | BillingState::Closed, _) => ReasonKey::BillingBlocked,
        (BillingState::PastDue, _) | (_, SubscriptionStatus::PastDue) => ReasonKey::PastDue,
        _ if account.unresolved_invoice.is_some() => ReasonKey::InvoiceUnresolved,
        _ => return Vec::new(),
    };
    let usable = usable(balances, CreditType::ALL);
    let have = if usable.is_empty() {
        "balances".to_owned()
    } else {
        usable
    };
    let slots = Slots {
        payer: &account.account.name,
        have,
        detail: match &account.unresolved_invoice {
            Some(invoice) if key == ReasonKey::InvoiceUnresolved => invoice.clone(),
            _ => blocked_detail(account.billing_state, &account.owed),
        },
        ..Slots::default()
    };
    vec![key.with(&slots, None)]
}

fn usable(balances: &CreditBalances, kinds: &[CreditType]) -> String {
    let amounts = kinds
        .iter()
        .map(|kind| (balances.of(*kind).avail, *kind))
        .filter(|(avail, _)| *avail > 0);
    amounts
        .map(|(avail, kind)| amount_text(avail, kind))
        .collect::<Vec<_>>()
        .join(" and ")
}

/// One sentence that says how the account stands.
pub(super) fn summary(
    account: &Account,
    balances: &CreditBalances,
    open: &[CheckoutView],
    reasons: &[Reason],
) -> String {
    let name = &account.account.name;
    if let Some(reason) = reasons.first() {
        return reason.message.clone();
    }
    if open.iter().any(CheckoutView::awaits_confirmation) {
        return format!(
            "{name} has a payment on its way. Do not pay again; the balance changes when it is confirmed."
        );
    }
    let stands = match usable(balances, &[CreditType::Scan, CreditType::AutomatedFix]) {
        usable if usable.is_empty() => format!("{name} has no scan or fix credits to use now."),
        usable => format!("{name} can use {usable} now."),
    };
    if open.is_empty() {
        stands
    } else {
        format!("{stands} A checkout is not finished, and nothing is charged for it.")
    }
}
