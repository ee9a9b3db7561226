//! One transaction: what happened to it, what it brought, what that was used for, and what asking it back would do.

mod preview;
pub mod second_plan;

pub use preview::preview;

use crate::error::ApiError;
use crate::ledger;
use crate::store::accounts::Account;
use crate::store::adjustments::{self, PricedLine};
use crate::store::refunds::{self, Stored};
use crate::store::{history, moments, service_credits};
use domain::adjustment::{Adjustment, AdjustmentAction, AdjustmentStatus, Line};
use domain::credits::amount_text;
use domain::id::AccountId;
use domain::ledger::Entry;
use domain::role::{Ability, Role};
use domain::transaction::refund::{self, AskRefund, RefundOffer, RequestState};
use domain::transaction::service_credit::{self, ServiceCredit, ServiceCredits};
use domain::transaction::{
    Moment, MomentKind, Money, PaidCredits, TransactionRow, TransactionView, moments_of,
};
use sqlx::AnyConnection;

/// A payment with what a refund of it is worked out from.
#[derive(Clone, Debug)]
pub struct Refundable {
    /// The transaction.
    pub row: TransactionRow,
    lines: Vec<PricedLine>,
    adjustments: Vec<Adjustment>,
    requests: Vec<Stored>,
}

impl Refundable {
    /// Loads a transaction of an account; not found when it has no such one.
    pub async fn load(
        conn: &mut AnyConnection,
        account: &AccountId,
        transaction: &str,
    ) -> Result<Self, ApiError> {
        let row = history::load(conn, account, transaction)
            .await?
            .ok_or_else(ApiError::not_found)?;
        Ok(Self {
            row,
            lines: adjustments::lines(conn, transaction).await?,
            adjustments: adjustments::of_payment(conn, transaction).await?,
            requests: refunds::of_payment(conn, transaction).await?,
        })
    }

    fn currency(&self) -> &str {
        &self.row.amount.currency_code
    }

    fn plain_lines(&self) -> Vec<Line> {
        self.lines.iter().map(|line| line.line.clone()).collect()
    }

    /// A request that is on its way, if one is.
    pub fn on_its_way(&self) -> Option<&Stored> {
        let asking = |one: &&Stored| one.request.state == RequestState::Asking;
        self.requests.iter().find(asking)
    }

    /// Whether this name asked for its refund before.
    pub fn was_asked_by(&self, name: &str) -> bool {
        self.requests.iter().any(|one| one.request.asked_by == name)
    }

    /// Whether a refund was handed to the provider and is not decided on.
    pub fn in_review(&self) -> bool {
        let pending = |one: &Adjustment| {
            one.action == AdjustmentAction::Refund
                && one.status == AdjustmentStatus::PendingApproval
        };
        let known = |id: &String| self.adjustments.iter().any(|one| one.id == *id);
        let untold = self.requests.iter().any(|one| {
            let adjustment = one.request.adjustment_id.as_ref();
            one.request.state == RequestState::Asked && !adjustment.is_some_and(known)
        });
        untold || self.adjustments.iter().any(pending)
    }

    /// Whether the newest request for its refund was answered.
    pub fn was_decided(&self) -> bool {
        let newest = self.requests.last();
        newest.is_some_and(|one| one.request.state != RequestState::Asking)
    }

    /// Why a refund cannot be asked for by a person with this role; `None` when it can.
    pub fn unavailable(&self, role: Role) -> Option<String> {
        let lines = self.plain_lines();
        let away = self.on_its_way().is_some();
        refund::unavailable(self.row.status, role, &lines, &self.adjustments, away)
    }

    /// What remains, in minor units.
    pub fn remaining(&self) -> i64 {
        refund::sum(&refund::remaining(&self.plain_lines(), &self.adjustments))
    }

    /// The money asked of each line.
    ///
    /// # Errors
    /// The sentence about an amount that does not fit.
    pub fn items(&self, ask: &AskRefund) -> Result<Vec<(String, i64)>, String> {
        refund::items(ask, &self.plain_lines(), &self.adjustments, self.currency())
    }

    /// Whether these items are the whole payment.
    pub fn is_whole(&self, items: &[(String, i64)]) -> bool {
        let total = |sum: i64, line: &PricedLine| sum.saturating_add(line.line.total);
        refund::sum(items) == self.lines.iter().fold(0, total)
    }
}

/// Everything about a transaction for a person with this role.
pub async fn view(
    conn: &mut AnyConnection,
    role: Role,
    account: Account,
    transaction: &str,
) -> Result<TransactionView, ApiError> {
    let id = account.account.id.clone();
    let payment = Refundable::load(conn, &id, transaction).await?;
    let paid = ledger::paid(conn, &id, transaction).await?;
    let credits: Vec<PaidCredits> = paid.iter().map(|one| one.credits).collect();
    let asked_for = service_credits::of_payment(conn, transaction).await?;
    let mut timeline = timeline(conn, &id, transaction, &payment).await?;
    timeline.extend(asked_for.iter().flat_map(made_good));
    // What happened at one moment stands in the order in which such things follow from each other.
    timeline.sort_by_key(|one| (one.at, one.kind));
    let offers = service_credit::offers(&credits, &asked_for);
    let evidence = (!role.can(Ability::ManageRenewal)).then(|| {
        let holders = Ability::ManageRenewal.holders();
        let label = role.label();
        format!("Your role is {label}. The evidence is for {holders}.")
    });
    Ok(TransactionView {
        second_plan: second_plan::of_payment(conn, transaction).await?,
        service_credits: ServiceCredits {
            unavailable: service_credit::unavailable(payment.row.status, role, &offers),
            offers,
            requests: asked_for,
        },
        timeline,
        credits,
        uses: ledger::uses_of(conn, &id, transaction).await?,
        refund: RefundOffer {
            remaining: Money::of(payment.remaining(), payment.currency()),
            unavailable: payment.unavailable(role),
        },
        requests: payment
            .requests
            .into_iter()
            .map(|one| one.request)
            .collect(),
        transaction: payment.row,
        evidence_unavailable: evidence,
        role,
        billing_email: account.billing_email,
        account: account.account,
    })
}

async fn timeline(
    conn: &mut AnyConnection,
    account: &AccountId,
    transaction: &str,
    payment: &Refundable,
) -> Result<Vec<Moment>, ApiError> {
    let mut all = moments::of_checkout(conn, transaction).await?;
    all.extend(moments::of_events(conn, transaction).await?);
    for one in all.iter_mut().filter(|one| one.kind == MomentKind::Billed) {
        if let Some(number) = &payment.row.invoice_number {
            one.detail = format!("{}, invoice {number}", payment.row.amount.label());
        }
    }
    all.extend(payment.requests.iter().flat_map(asked));
    all.extend(payment.row.adjustments.iter().flat_map(moments_of));
    let entries = ledger::entries_of(conn, account, transaction).await?;
    all.extend(entries.iter().map(written));
    // The browser's word that the form was handed in is left out where the provider's came before it.
    let told = all
        .iter()
        .filter(|one| matches!(one.kind, MomentKind::Paid | MomentKind::Confirmed));
    if let Some(told) = told.map(|one| one.at).min() {
        all.retain(|one| one.kind != MomentKind::HandedIn || one.at < told);
    }
    Ok(all)
}

fn asked(stored: &Stored) -> Vec<Moment> {
    let request = &stored.request;
    let (amount, reason) = (request.amount.label(), request.reason.label());
    let mut moments = vec![Moment {
        at: request.asked_at,
        kind: MomentKind::RefundAsked,
        label: MomentKind::RefundAsked.label().to_owned(),
        detail: format!("{amount}, {reason}"),
        actor: request.asked_by.clone(),
    }];
    if let (Some(at), Some(why)) = (stored.answered_at, &request.refusal) {
        moments.push(Moment {
            at,
            kind: MomentKind::RefundRefused,
            label: MomentKind::RefundRefused.label().to_owned(),
            detail: why.clone(),
            actor: "Paddle".to_owned(),
        });
    }
    moments
}

/// A service credit when it was asked for and when it was decided on.
fn made_good(one: &ServiceCredit) -> Vec<Moment> {
    let amount = amount_text(one.credits, one.credit_type);
    let moment = |at, label: String, actor: &str| Moment {
        at,
        kind: MomentKind::ServiceCredit,
        label,
        detail: format!("{amount}, {}", one.reason.label()),
        actor: actor.to_owned(),
    };
    let asked = "Service credit asked for".to_owned();
    let mut moments = vec![moment(one.asked_at, asked, &one.asked_by)];
    if let (Some(at), Some(by)) = (one.decided_at, &one.decided_by) {
        let state = one.state.label().to_lowercase();
        moments.push(moment(at, format!("Service credit: {state}"), by));
    }
    moments
}

fn written(entry: &Entry) -> Moment {
    let amount = amount_text(entry.amount, entry.credit_type);
    Moment {
        at: entry.created_at,
        kind: MomentKind::Credits,
        label: format!("{}: {amount}", entry.kind.label()),
        detail: format!(
            "{}, Avail {} after it, entry {}",
            entry.reference.label, entry.after.avail, entry.seq
        ),
        actor: entry.actor.clone(),
    }
}
