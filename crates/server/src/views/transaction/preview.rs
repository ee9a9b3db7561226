//! What asking a payment back would do.

use super::Refundable;
use crate::error::ApiError;
use crate::facts::context_of;
use crate::ledger::{self, Paid};
use crate::store::adjustments::PricedLine;
use crate::store::{accounts, projects};
use crate::views::project;
use domain::adjustment::Line;
use domain::id::{AccountId, UserId};
use domain::project::ServiceBadge;
use domain::transaction::refund::{
    self, AskRefund, RefundEffect, RefundPreview, RefundReason, TouchedService, drawn_by,
};
use domain::transaction::{Money, UseState};
use sqlx::AnyConnection;

/// What a refund would do: to credits, to running work, to services. Without an amount, everything that remains.
pub async fn preview(
    conn: &mut AnyConnection,
    user: &UserId,
    account: &AccountId,
    payment: &Refundable,
    (reason, amount): (RefundReason, Option<i64>),
) -> Result<Result<RefundPreview, String>, ApiError> {
    let ask = AskRefund {
        reason,
        amount: amount.unwrap_or_else(|| payment.remaining()),
    };
    let items = match payment.items(&ask) {
        Ok(items) => items,
        Err(why) => return Ok(Err(why)),
    };
    let transaction = payment.row.transaction_id.as_str();
    let balances = accounts::balances(conn, account).await?;
    let mut effects: Vec<RefundEffect> = Vec::new();
    for one in ledger::paid(conn, account, transaction).await? {
        let kind = one.credits.credit_type;
        let effect = effect(payment, &one, &items, balances.of(kind).avail);
        match effects.iter_mut().find(|known| known.credit_type == kind) {
            Some(known) => add(known, &effect),
            None => effects.push(effect),
        }
    }
    let mut holds = ledger::uses_of(conn, account, transaction).await?;
    holds.retain(|one| one.state == UseState::Held);
    Ok(Ok(RefundPreview {
        reason: ask.reason,
        amount: Money::of(ask.amount, payment.currency()),
        services: services(conn, user, account, &effects).await?,
        effects,
        holds,
    }))
}

fn effect(payment: &Refundable, paid: &Paid, items: &[(String, i64)], avail: i64) -> RefundEffect {
    let own = |line: &&PricedLine| paid.source_ref.split('/').any(|part| part == line.price_id);
    let lines: Vec<Line> = payment
        .lines
        .iter()
        .filter(own)
        .map(|line| line.line.clone())
        .collect();
    refund::effect(
        (paid.credits.credit_type, paid.credits.brought),
        &lines,
        &payment.adjustments,
        items,
        (&paid.standing, avail),
    )
}

fn add(known: &mut RefundEffect, more: &RefundEffect) {
    known.claimed += more.claimed;
    known.free += more.free;
    known.held += more.held;
    known.used += more.used;
    known.owed += more.owed;
    known.avail_after = known.avail_after.saturating_sub(more.free).max(0);
}

/// The running services of projects that this account pays for and that draw on what is taken.
async fn services(
    conn: &mut AnyConnection,
    user: &UserId,
    account: &AccountId,
    effects: &[RefundEffect],
) -> Result<Vec<TouchedService>, ApiError> {
    let mut touched = Vec::new();
    for stored in projects::depending(conn, account).await? {
        if stored.payer != *account {
            continue;
        }
        let context = context_of(conn, user, stored).await?;
        for row in project::usage(conn, &context).await? {
            let effect = effects.iter().find(|effect| {
                effect.credit_type == drawn_by(row.service) && effect.free + effect.held > 0
            });
            let Some(effect) = effect.filter(|_| row.badge == ServiceBadge::Enabled) else {
                continue;
            };
            touched.push(TouchedService {
                project_id: row.project_id,
                project_name: row.project_name,
                service: row.service,
                credit_type: effect.credit_type,
                avail_after: effect.avail_after,
            });
        }
    }
    Ok(touched)
}
