//! What was billed, to whom, and the document for it.

use crate::link::Link;
use crate::pages::transactions::document;
use crate::parts::{Fact, Facts, Panel, When, follow, pick};
use domain::transaction::TransactionView;
use leptos::prelude::*;

/// The panel `Invoice`.
pub(super) fn panel(view: Signal<TransactionView>) -> AnyView {
    let slice = pick(view, |view| {
        (
            view.transaction.clone(),
            view.account.clone(),
            view.billing_email.clone(),
        )
    });
    let facts = follow(slice, |(row, account, email)| {
        let (row, name, email) = (row.clone(), account.name.clone(), email.clone());
        let number = row.invoice_number.unwrap_or_else(|| "None yet".to_owned());
        let subscription = row.subscription_id.map(|id| {
            view! { <Fact name="Subscription">{id}</Fact> }
        });
        let checkout = row.checkout_session_id.map(|id| {
            let href = Link::CheckoutSession(id).href();
            view! { <Fact name="Checkout"><a href=href>"Open the checkout"</a></Fact> }
        });
        let invoice = document(
            account.id.clone(),
            row.transaction_id.clone(),
            &row.receipt_label,
            row.invoice_unavailable,
        );
        view! {
            <Facts>
                <Fact name="Account">{name}</Fact>
                <Fact name="Billing email">{email}</Fact>
                <Fact name="Amount"><b>{row.amount.label()}</b></Fact>
                <Fact name="What for">{row.purpose.label()}</Fact>
                <Fact name="Billed"><When at=row.billed_at /></Fact>
                <Fact name="Invoice">{number}</Fact>
                <Fact name="Document">{invoice}</Fact>
                {subscription}
                {checkout}
                <Fact name="Transaction"><code>{row.transaction_id.to_string()}</code></Fact>
            </Facts>
        }
        .into_any()
    });
    view! { <Panel title="Invoice and receipt">{facts}</Panel> }.into_any()
}
