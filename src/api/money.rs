//! What an account holds, buys, pays and gets back.

use super::transport::{get, post};
use super::{Answer, Intent};
use crate::link::Origin;
use domain::billing::{AskedProvider, BillingView};
use domain::checkout::{CheckoutStep, CheckoutView, OpenCheckout};
use domain::credits::{CreditType, EntryKind};
use domain::id::{AccountId, CheckoutId, ServiceCreditId, TransactionId};
use domain::ledger::LedgerPage;
use domain::past_due::{PaymentForm, PortalLink};
use domain::plan_change::{AskPlanChange, PlanReview, PlanWish};
use domain::provider_event::StrayEvents;
use domain::transaction::refund::{AskRefund, RefundPreview};
use domain::transaction::service_credit::{
    AskServiceCredit, Decision, ServiceCredit, ServiceCreditQueue,
};
use domain::transaction::{InvoiceLink, TransactionPage, TransactionView};

/// The form that pays what is due, or changes the payment method.
pub async fn payment_method(account: AccountId) -> Answer<PaymentForm> {
    post(
        format!("/accounts/{account}/payment-method"),
        None::<&()>,
        None,
    )
    .await
}

/// A fresh link to the provider's own page.
pub async fn billing_portal(account: AccountId) -> Answer<PortalLink> {
    post(
        format!("/accounts/{account}/billing-portal"),
        None::<&()>,
        None,
    )
    .await
}

/// The billing page's data.
pub async fn billing(account: AccountId, origin: Option<Origin>) -> Answer<BillingView> {
    // The origin's own link has the query that the server reads.
    let query = origin.map(|origin| {
        crate::link::Link::Billing(Some(origin))
            .href()
            .replacen("/billing", "", 1)
    });
    get(format!(
        "/accounts/{account}/billing{}",
        query.unwrap_or_default()
    ))
    .await
}

/// Which ledger entries to read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LedgerQuery {
    /// Only these credits.
    pub credit_type: Option<CreditType>,
    /// Only this kind.
    pub kind: Option<EntryKind>,
    /// Only entries older than this number.
    pub before: Option<i64>,
}

/// A page of the ledger, newest first.
pub async fn ledger(account: AccountId, query: LedgerQuery) -> Answer<LedgerPage> {
    let mut path = format!("/accounts/{account}/ledger?limit=50");
    let parts = [
        (
            "credit_type",
            query.credit_type.map(|kind| kind.key().to_owned()),
        ),
        ("kind", query.kind.map(|kind| kind.key().to_owned())),
        ("before", query.before.map(|seq| seq.to_string())),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            path.push('&');
            path.push_str(name);
            path.push('=');
            path.push_str(&value);
        }
    }
    get(path).await
}

/// A page of the transaction history; the query begins with `?`.
pub async fn transactions(account: AccountId, query: String) -> Answer<TransactionPage> {
    get(format!("/accounts/{account}/transactions{query}")).await
}

/// A transaction.
pub async fn transaction(
    account: AccountId,
    transaction: TransactionId,
) -> Answer<TransactionView> {
    get(format!("/accounts/{account}/transactions/{transaction}")).await
}

/// What a refund would do.
pub async fn refund_preview(
    account: AccountId,
    transaction: TransactionId,
    ask: AskRefund,
) -> Answer<RefundPreview> {
    let AskRefund { reason, amount } = ask;
    get(format!(
        "/accounts/{account}/transactions/{transaction}/refund?reason={reason}&amount={amount}"
    ))
    .await
}

/// Asks for a refund.
pub async fn ask_refund(
    account: AccountId,
    transaction: TransactionId,
    body: AskRefund,
    intent: Intent,
) -> Answer<TransactionView> {
    let path = format!("/accounts/{account}/transactions/{transaction}/refund");
    post(path, Some(&body), Some(intent)).await
}

/// Asks for a service credit.
pub async fn ask_service_credit(
    account: AccountId,
    transaction: TransactionId,
    body: AskServiceCredit,
    intent: Intent,
) -> Answer<TransactionView> {
    let path = format!("/accounts/{account}/transactions/{transaction}/service-credit");
    post(path, Some(&body), Some(intent)).await
}

/// The service credits that were asked for; for operators.
pub async fn service_credits() -> Answer<ServiceCreditQueue> {
    get("/operator/service-credits".into()).await
}

/// Approves or rejects a service credit.
pub async fn decide_service_credit(
    id: ServiceCreditId,
    decision: Decision,
    intent: Intent,
) -> Answer<ServiceCredit> {
    let path = format!("/operator/service-credits/{id}/{decision}");
    post(path, None::<&()>, Some(intent)).await
}

/// A fresh link to an invoice document.
pub async fn invoice(account: AccountId, transaction: TransactionId) -> Answer<InvoiceLink> {
    get(format!(
        "/accounts/{account}/transactions/{transaction}/invoice"
    ))
    .await
}

/// What a change of plan would do.
pub async fn plan_change(account: AccountId, wish: PlanWish) -> Answer<PlanReview> {
    get(format!("/accounts/{account}/plan-changes/{wish}")).await
}

/// Asks for a change of plan.
pub async fn ask_plan_change(
    account: AccountId,
    wish: PlanWish,
    body: AskPlanChange,
    intent: Intent,
) -> Answer<PlanReview> {
    let path = format!("/accounts/{account}/plan-changes/{wish}");
    post(path, Some(&body), Some(intent)).await
}

/// Opens a checkout session.
pub async fn open_checkout(
    account: AccountId,
    order: OpenCheckout,
    intent: Intent,
) -> Answer<CheckoutView> {
    post(
        format!("/accounts/{account}/checkouts"),
        Some(&order),
        Some(intent),
    )
    .await
}

/// A checkout session.
pub async fn checkout(account: AccountId, checkout: CheckoutId) -> Answer<CheckoutView> {
    get(format!("/accounts/{account}/checkouts/{checkout}")).await
}

/// Moves a checkout session.
pub async fn checkout_step(
    account: AccountId,
    checkout: CheckoutId,
    step: CheckoutStep,
) -> Answer<CheckoutView> {
    let path = format!("/accounts/{account}/checkouts/{checkout}/{step}");
    post(path, None::<&()>, Some(Intent::fresh())).await
}

/// Asks the payment provider about an account now.
pub async fn ask_provider(account: AccountId) -> Answer<AskedProvider> {
    post(
        format!("/accounts/{account}/payment-provider/ask"),
        None::<&()>,
        None,
    )
    .await
}

/// Events of the provider that were put aside; for operators.
pub async fn provider_events() -> Answer<StrayEvents> {
    get("/operator/provider-events".to_owned()).await
}

/// Processes one of them again.
pub async fn retry_event(event: String) -> Answer<StrayEvents> {
    let path = format!("/operator/provider-events/{event}/retry");
    post(path, None::<&()>, None).await
}
