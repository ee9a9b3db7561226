//! What remains of a payment, who may ask for it, and what a refund of it takes.

use super::{AskRefund, RefundEffect};
use crate::adjustment::{
    Adjustment, AdjustmentAction, AdjustmentStatus, Line, Standing, claims, live_chargebacks,
    settle,
};
use crate::credits::CreditType;
use crate::project::ServiceKind;
use crate::role::{Ability, Role};
use crate::transaction::{Money, TransactionStatus};

/// The credits that a service draws on.
pub const fn drawn_by(service: ServiceKind) -> CreditType {
    match service {
        ServiceKind::FixWorkflow => CreditType::AutomatedFix,
        ServiceKind::ActivationScan | ServiceKind::Monitoring | ServiceKind::AgencyDelivery => {
            CreditType::Scan
        }
    }
}

/// Money of these lines that was neither taken back nor is about to be, by line, in minor units.
///
/// An adjustment of the whole payment leaves nothing. What is disputed cannot be refunded meanwhile.
pub fn remaining(lines: &[Line], adjustments: &[Adjustment]) -> Vec<(String, i64)> {
    let disputes = live_chargebacks(adjustments);
    let counts = |adjustment: &&Adjustment| match adjustment.action {
        AdjustmentAction::Refund | AdjustmentAction::Credit => matches!(
            adjustment.status,
            AdjustmentStatus::PendingApproval | AdjustmentStatus::Approved
        ),
        _ => disputes.iter().any(|dispute| dispute.id == adjustment.id),
    };
    let taken: Vec<&Adjustment> = adjustments.iter().filter(counts).collect();
    if taken.iter().any(|adjustment| adjustment.full) {
        return lines.iter().map(|line| (line.id.clone(), 0)).collect();
    }
    lines
        .iter()
        .map(|line| {
            let gone = taken.iter().flat_map(|adjustment| &adjustment.items);
            let gone = gone
                .filter(|(id, _)| *id == line.id)
                .fold(0_i64, |sum, (_, money)| sum.saturating_add((*money).max(0)));
            (line.id.clone(), line.total.saturating_sub(gone).max(0))
        })
        .collect()
}

/// The sum of what remains.
pub fn sum(parts: &[(String, i64)]) -> i64 {
    parts
        .iter()
        .fold(0, |sum: i64, (_, money)| sum.saturating_add(*money))
}

/// Why nobody can ask for a refund of this payment, or why this person cannot.
pub fn unavailable(
    status: TransactionStatus,
    role: Role,
    lines: &[Line],
    adjustments: &[Adjustment],
    on_its_way: bool,
) -> Option<String> {
    let of = |action: AdjustmentAction, status: AdjustmentStatus| {
        adjustments
            .iter()
            .any(|adjustment| adjustment.action == action && adjustment.status == status)
    };
    let why = if status != TransactionStatus::Completed {
        "Only a confirmed payment can be asked back. This one is not confirmed."
    } else if lines.iter().all(|line| line.total == 0) {
        "Nothing was charged, so there is nothing to ask back."
    } else if !live_chargebacks(adjustments).is_empty() {
        "The payment is disputed at the bank. The bank decides about it now, so no refund can be asked for."
    } else if of(AdjustmentAction::Refund, AdjustmentStatus::PendingApproval) {
        "A refund of this payment is in review at Paddle. Another one can be asked for when that is decided."
    } else if on_its_way {
        "A refund of this payment is on its way to Paddle."
    } else if sum(&remaining(lines, adjustments)) == 0 {
        "Everything of this payment was taken back already."
    } else if !role.can(Ability::ManageRenewal) {
        let holders = Ability::ManageRenewal.holders();
        let label = role.label();
        return Some(format!(
            "Your role is {label}. Ask {holders} to ask for a refund."
        ));
    } else {
        return None;
    };
    Some(why.to_owned())
}

/// The money asked of each line, or why the amount does not fit.
///
/// # Errors
/// A sentence for people, when a whole refund is not for everything that remains, or a part is not less than it.
pub fn items(
    ask: &AskRefund,
    lines: &[Line],
    adjustments: &[Adjustment],
    currency: &str,
) -> Result<Vec<(String, i64)>, String> {
    let open = remaining(lines, adjustments);
    let all = sum(&open);
    let label = |amount: i64| Money::of(amount, currency).label();
    let reason = ask.reason.label();
    if ask.reason.is_partial() {
        if !(1..all).contains(&ask.amount) {
            let all = label(all);
            return Err(format!(
                "For \u{201c}{reason}\u{201d} ask for a part: more than nothing and less than {all}, which is what remains."
            ));
        }
    } else if ask.amount != all {
        let (all, seen) = (label(all), label(ask.amount));
        return Err(format!(
            "For \u{201c}{reason}\u{201d} everything that remains is asked back. That is {all} now, and not {seen}."
        ));
    }
    let mut left = ask.amount;
    let parts = open.into_iter().map(|(id, money)| {
        let part = left.min(money);
        left -= part;
        (id, part)
    });
    Ok(parts.filter(|(_, money)| *money > 0).collect())
}

/// What an approved refund of these items takes of one lot of `credits`, which these lines paid.
pub fn effect(
    (credit_type, credits): (CreditType, i64),
    lines: &[Line],
    adjustments: &[Adjustment],
    items: &[(String, i64)],
    (standing, avail): (&Standing, i64),
) -> RefundEffect {
    let mut all = adjustments.to_vec();
    let last = all.iter().map(|adjustment| adjustment.created_at).max();
    all.push(Adjustment {
        id: String::new(),
        action: AdjustmentAction::Refund,
        status: AdjustmentStatus::Approved,
        full: false,
        items: items.to_vec(),
        created_at: last.unwrap_or_default(),
    });
    let (before, after) = (
        claims(credits, lines, adjustments),
        claims(credits, lines, &all),
    );
    let (was, now) = (settle(standing, &before), settle(standing, &after));
    let claimed = after.taken().saturating_sub(before.taken()).max(0);
    let free = now.take.saturating_sub(was.take).max(0);
    let held = now.due.saturating_sub(was.due).max(0);
    let owed = now.owed.saturating_sub(was.owed).max(0);
    RefundEffect {
        credit_type,
        claimed,
        free,
        held,
        owed,
        used: claimed.saturating_sub(free + held + owed).max(0),
        avail_after: avail.saturating_sub(free).max(0),
    }
}
