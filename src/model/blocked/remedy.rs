//! The one thing to do on the billing page about a reason.

use super::{Need, PlaceView, Remedy};
use domain::account::PackageKey;
use domain::billing::BillingView;
use domain::catalogue::Card;
use domain::id::AccountId;
use domain::link::Link;
use domain::reason::{NextKind, Reason, WorkflowOwner};

/// Buy, wait or stop.
pub(super) fn remedy(
    view: &BillingView,
    reason: &Reason,
    place: &PlaceView,
    need: Option<&Need>,
    may_open: impl Fn(&AccountId) -> bool,
) -> Remedy {
    let (owner, payer) = (place.owner(), place.payer());
    let kind = reason.next_action.kind;
    if kind == NextKind::SwitchAccount && may_open(&owner.id) {
        return Remedy::SwitchTo(owner.clone());
    }
    let is_money = matches!(
        reason.owner,
        WorkflowOwner::Billing | WorkflowOwner::Provider
    );
    if !is_money {
        return Remedy::GoBack;
    }
    if payer.id != view.account_id {
        return if may_open(&payer.id) {
            Remedy::SwitchTo(payer.clone())
        } else {
            Remedy::Words(format!(
                "{0} pays for this work. Ask {0}: buying here would not help.",
                payer.name
            ))
        };
    }
    match kind {
        _ if reason.is_shortage() => top_up(view, need),
        NextKind::ChoosePlan => Remedy::ComparePlans,
        NextKind::WaitForPayment => {
            let mut open = view.open_checkouts.iter();
            match open.find(|checkout| checkout.awaits_confirmation()) {
                Some(checkout) => {
                    let id = checkout.checkout_session_id.clone();
                    Remedy::Wait(Link::CheckoutSession(id).href())
                }
                None => Remedy::Words("Wait. Do not pay again: this opens by itself.".into()),
            }
        }
        NextKind::TicketOnly => Remedy::Words(without_fix_plan(view)),
        NextKind::WaitForRenewal => {
            Remedy::Words("Wait for the renewal. Everything else works without it.".into())
        }
        _ => Remedy::Words(
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

fn top_up(view: &BillingView, need: Option<&Need>) -> Remedy {
    let credit_type = need.map(|need| need.credit_type);
    let card = view
        .top_ups
        .iter()
        .find(|card| card.credit_type == credit_type);
    match card {
        None => Remedy::ComparePlans,
        Some(Card {
            checkout_session_id: Some(id),
            ..
        }) => Remedy::Wait(Link::CheckoutSession(id.clone()).href()),
        Some(card) if card.checkout_route.is_some() => Remedy::Buy(card.item_key.clone()),
        Some(card) => Remedy::Words(card.disabled_reason.clone().unwrap_or_default()),
    }
}
