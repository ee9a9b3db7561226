//! The one thing to do on the billing page about a reason.

use super::{Need, Step, Work};
use domain::account::PackageKey;
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::id::AccountId;
use domain::link::Link;
use domain::reason::{NextKind, Reason, WorkflowOwner};

/// Buy, wait or stop.
pub(super) fn step(
    view: &BillingView,
    reason: &Reason,
    work: &Work,
    need: Option<&Need>,
    may_open: impl Fn(&AccountId) -> bool,
) -> Step {
    let (owner, payer) = (work.owner(), work.payer());
    let kind = reason.next_action.kind;
    if kind == NextKind::SwitchAccount && may_open(&owner.id) {
        return Step::SwitchTo(owner.clone());
    }
    let is_money = matches!(
        reason.owner,
        WorkflowOwner::Billing | WorkflowOwner::Provider
    );
    if !is_money {
        return Step::GoBack;
    }
    if payer.id != view.account_id {
        return if may_open(&payer.id) {
            Step::SwitchTo(payer.clone())
        } else {
            Step::Words(format!(
                "{0} pays for this work. Ask {0}: buying here would not help.",
                payer.name
            ))
        };
    }
    match kind {
        NextKind::TopUp => top_up(view, need),
        NextKind::ChoosePlan => Step::ComparePlans,
        NextKind::WaitForPayment => match &reason.next_action.href {
            Some(href) => Step::Wait(href.clone()),
            None => Step::Words("Wait. Do not pay again: this opens by itself.".into()),
        },
        NextKind::TicketOnly => Step::Words(without_fix_plan(view)),
        NextKind::WaitForRenewal => {
            Step::Words("Wait for the renewal. Everything else works without it.".into())
        }
        _ => Step::Words(
            "Buying more would not help. What to do about the account stands below.".into(),
        ),
    }
}

/// Why Fix Plan cannot be bought, and what works without it.
fn without_fix_plan(view: &BillingView) -> String {
    let mut plans = view.plans.iter();
    let card = plans.find(|card| card.package_key == Some(PackageKey::FixPlan));
    let why = card.and_then(|card| card.disabled_reason.clone());
    let why = why.unwrap_or_else(|| "Fix Plan cannot be bought now.".into());
    why + " Ticket-only work needs no credits: go back and choose it."
}

fn top_up(view: &BillingView, need: Option<&Need>) -> Step {
    let credit_type = need.map(|need| need.credit_type);
    let card = view
        .top_ups
        .iter()
        .find(|card| card.credit_type == credit_type);
    match card {
        None => Step::ComparePlans,
        Some(Card {
            checkout_session_id: Some(id),
            ..
        }) => Step::Wait(Link::CheckoutSession(id.clone()).href()),
        Some(card) if card.checkout_route.is_some() => Step::Buy(card.item_key.clone()),
        Some(card) => Step::Words(card.disabled_reason.clone().unwrap_or_default()),
    }
}
