//! Billing, plan and balance of the account that pays.

use super::Findings;
use crate::account::{BillingState, SubscriptionStatus};
use crate::billing::blocked_detail;
use crate::credits::amount_text;
use crate::gate::{Action, Facts, Payer};
use crate::link::Link;
use crate::reason::{NextAction, NextKind, Reason, ReasonKey, Slots};
use crate::ways::shortage;

fn billing_link(facts: &Facts) -> Option<Link> {
    // A person who is no member of the paying account cannot open its billing.
    facts
        .payer
        .is_member
        .then(|| Link::Billing(Some(facts.origin())))
}

/// 6: whether billing lets paid work start. Credits do not override it (I-28).
pub(in crate::gate) fn billing(facts: &Facts, found: &mut Findings) {
    if !needs_billing(facts) {
        return;
    }
    let payer = &facts.payer;
    let name = payer.account.name.as_str();
    // A person who is no member of the paying account cannot open its history.
    let link = facts
        .payer
        .is_member
        .then(|| Link::Transactions(Some(facts.origin())));
    let have = facts
        .credit_type()
        .map_or_else(String::new, |kind| amount_text(payer.balance.avail, kind));
    let slots = Slots {
        payer: name,
        have,
        detail: blocked_detail(payer.billing_state, &payer.owed),
        ..Slots::default()
    };
    match payer.billing_state {
        BillingState::Blocked | BillingState::Closed => {
            found.fail(
                format!("Billing of {name} is blocked"),
                ReasonKey::BillingBlocked.with(&slots, link.as_ref()),
            );
        }
        BillingState::PastDue => {
            found.fail(
                format!("The subscription of {name} is past due"),
                ReasonKey::PastDue.with(&slots, link.as_ref()),
            );
        }
        BillingState::Active | BillingState::PaymentPending
            if payer.subscription_status == SubscriptionStatus::PastDue =>
        {
            found.fail(
                format!("The subscription of {name} is past due"),
                ReasonKey::PastDue.with(&slots, link.as_ref()),
            );
        }
        BillingState::Active | BillingState::PaymentPending
            if payer.unresolved_invoice.is_some() =>
        {
            let slots = Slots {
                detail: payer.unresolved_invoice.clone().unwrap_or_default(),
                ..slots
            };
            found.fail(
                format!("An invoice of {name} is unresolved"),
                ReasonKey::InvoiceUnresolved.with(&slots, link.as_ref()),
            );
        }
        BillingState::Active | BillingState::PaymentPending => {
            found.pass(format!("Billing of {name} is active"));
        }
    }
}

fn needs_billing(facts: &Facts) -> bool {
    // Ticket-only work reserves nothing, so billing has no say in it (S0-27).
    facts
        .report
        .as_ref()
        .is_none_or(|report| report.delivery_mode.uses_credits() || facts.action != Action::Fix)
}

/// 7 and 8: whether the plan includes the work and the balance covers it.
pub(in crate::gate) fn coverage(facts: &Facts, found: &mut Findings) {
    if !needs_billing(facts) {
        found.pass("Ticket-only work needs no credits");
        return;
    }
    match facts.action {
        Action::Monitoring => monitoring(facts, found),
        Action::Retest => {
            fix_plan(facts, found);
        }
        Action::Ai => balance(facts, found),
        Action::Scan => {
            pages(facts, found);
            balance(facts, found);
        }
        Action::Fix => {
            // Before something is selected the cost is unknown, and a shortage cannot be named.
            if facts.selected_count() > 0 && fix_plan(facts, found) {
                balance(facts, found);
            }
        }
    }
}

fn slots(facts: &Facts, need: String, have: String) -> Slots<'_> {
    Slots {
        need,
        have,
        payer: &facts.payer.account.name,
        plan: facts.payer.plan_name(),
        ..Slots::default()
    }
}

fn fail_or_wait(
    facts: &Facts,
    found: &mut Findings,
    label: String,
    key: ReasonKey,
    slots: &Slots<'_>,
) {
    let payer = &facts.payer;
    if payer.payment_pending {
        // The missing coverage is on its way: wait in Billing for the ledger, do not buy again (I-1, S0-37).
        found.wait(
            label,
            ReasonKey::PaymentPending.with(slots, billing_link(facts).as_ref()),
        );
    } else {
        let reason = key.with(slots, billing_link(facts).as_ref());
        found.fail(label, sold_only_if_sold(reason, payer));
    }
}

/// A top-up is offered only where it can be bought; elsewhere the sentence says why not, and Billing what else helps (S1-13).
fn sold_only_if_sold(reason: Reason, payer: &Payer) -> Reason {
    let Some(why) = payer
        .top_up_refusal
        .as_ref()
        .filter(|_| reason.next_action.kind == NextKind::TopUp)
    else {
        return reason;
    };
    let kind = NextKind::OpenBilling;
    Reason {
        message: format!("{} {why}", reason.message),
        next_action: NextAction {
            kind,
            label: kind.label().to_owned(),
            ..reason.next_action
        },
        ..reason
    }
}

fn monitoring(facts: &Facts, found: &mut Findings) {
    let plan = facts.payer.plan_name();
    if facts.payer.includes.monitoring {
        found.pass(format!("{plan} includes monitoring"));
    } else {
        let slots = slots(facts, String::new(), String::new());
        let label = format!("{plan} does not include monitoring");
        fail_or_wait(facts, found, label, ReasonKey::MonitoringMissing, &slots);
    }
}

fn fix_plan(facts: &Facts, found: &mut Findings) -> bool {
    let payer = &facts.payer;
    let plan = payer.plan_name();
    if payer.includes.fixes {
        found.pass(format!("{plan} includes fix work"));
        return true;
    }
    // Existing credits carry the work without the plan (I-26).
    if facts.action == Action::Fix && payer.balance.avail >= facts.cost() {
        found.pass("Existing credits cover it");
        return true;
    }
    let kind = crate::credits::CreditType::AutomatedFix;
    let slots = slots(
        facts,
        amount_text(facts.cost(), kind),
        payer.balance.avail.to_string(),
    );
    let label = format!("{plan} does not include fix work");
    let key = match (payer.plan_buyable, payer.has_subscription()) {
        // A retest reserves nothing, so there is no amount to name.
        _ if facts.action == Action::Retest => ReasonKey::FixWorkMissing,
        (false, _) => ReasonKey::FixPlanUnavailable,
        (true, true) => ReasonKey::FixPlanChange,
        (true, false) => ReasonKey::FixPlanMissing,
    };
    fail_or_wait(facts, found, label, key, &slots);
    false
}

fn pages(facts: &Facts, found: &mut Findings) {
    let project = &facts.project;
    if project.pages <= project.page_limit {
        found.pass(format!("{} pages are within the plan", project.pages));
        return;
    }
    let slots = slots(
        facts,
        project.pages.to_string(),
        project.page_limit.to_string(),
    );
    let label = format!("{} pages are more than the plan allows", project.pages);
    // A plan, or a change of it, is asked for only where it can be bought (I-10).
    let payer = &facts.payer;
    let billing = billing_link(facts);
    let reason = match (payer.plan_buyable, payer.has_subscription()) {
        (true, true) => ReasonKey::ScanPlanChange.with(&slots, billing.as_ref()),
        (true, false) => ReasonKey::ScanPlanNeeded.with(&slots, billing.as_ref()),
        (false, _) => {
            ReasonKey::ScanPlanMissing.with(&slots, Some(&Link::Project(project.id.clone())))
        }
    };
    found.fail(label, reason);
}

fn balance(facts: &Facts, found: &mut Findings) {
    let Some(kind) = facts.credit_type() else {
        return;
    };
    let payer = &facts.payer;
    let (need, have) = (facts.cost(), payer.balance.avail);
    let name = &payer.account.name;
    if have >= need {
        found.pass(format!("{name} has {} available", amount_text(have, kind)));
        return;
    }
    let mut slots = slots(facts, amount_text(need, kind), have.to_string());
    slots.detail = if payer.is_member {
        format!(
            "{} reserved and {} spent",
            payer.balance.res, payer.balance.spent
        )
    } else {
        format!("ask {name} for more")
    };
    let label = format!("{} needed, {have} available", amount_text(need, kind));
    let key = shortage(kind, payer.ever_granted, payer.includes, have);
    fail_or_wait(facts, found, label, key, &slots);
}
