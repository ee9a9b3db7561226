//! One transaction: what it was for, its money, what came back, and its document.

use crate::api::{self, ApiError};
use crate::dom;
use crate::link::Link;
use crate::parts::{Badge, When};
use domain::id::{AccountId, TransactionId};
use domain::transaction::{AdjustmentRow, TransactionRow};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A row of the table.
pub(super) fn row(account: AccountId, row: &TransactionRow) -> AnyView {
    let TransactionRow {
        transaction_id,
        receipt_label,
        purpose,
        status,
        invoice_number,
        billed_at,
        amount,
        subscription_id,
        invoice_unavailable,
        adjustments,
        ..
    } = row.clone();
    let href = Link::Transaction(transaction_id.clone()).href();
    let label = view! { <a href=href>{receipt_label.clone()}</a> };
    let subscription = subscription_id.map(|id| view! { <span class="hint">{id}</span> });
    let number = invoice_number.unwrap_or_else(|| "None yet".to_owned());
    view! {
        <tr role="row">
            <td role="cell" class="lead wide">{label} <span class="hint">{purpose.label()}</span> {subscription}</td>
            <td role="cell" data-label="Invoice">{number}</td>
            <td role="cell" class="when" data-label="Billed"><When at=billed_at /></td>
            <td role="cell" class="num sum" data-label="Amount">{amount.label()}</td>
            <td role="cell" data-label="Status"><Badge tone=status label=status.label() /></td>
            <td role="cell" class="wide" data-label="Came back">{timeline(adjustments)}</td>
            <td role="cell">{document(account, transaction_id, &receipt_label, invoice_unavailable)}</td>
        </tr>
    }
    .into_any()
}

/// What came back, oldest first.
fn timeline(adjustments: Vec<AdjustmentRow>) -> AnyView {
    if adjustments.is_empty() {
        return view! { <span class="muted">"Nothing"</span> }.into_any();
    }
    let lines = adjustments.into_iter().map(|one| {
        view! {
            <li>
                <b>{one.action.label()}</b> " " {one.amount.label()} " " <Badge tone=one.status label=one.status.label() />
                " " <When at=one.updated_at /> <span class="hint">{one.reason}</span>
            </li>
        }
    });
    view! { <ol class="came-back">{lines.collect_view()}</ol> }.into_any()
}

/// The button for the document, or why there is none.
pub fn document(
    account: AccountId,
    transaction: TransactionId,
    what: &str,
    unavailable: Option<String>,
) -> AnyView {
    if let Some(why) = unavailable {
        return view! { <span class="small muted">{why}</span> }.into_any();
    }
    let (asking, failed) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let open = move |_| {
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        failed.set(None);
        let (account, transaction) = (account.clone(), transaction.clone());
        spawn_local(async move {
            match api::invoice(account, transaction).await {
                Ok(link) => dom::leave_for(&link.url),
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
            asking.try_set(false);
        });
    };
    let problem = move || {
        failed
            .get()
            .map(|error| view! { <span class="small" role="alert">{error.sentence()}</span> })
    };
    view! {
        <button type="button" class="btn" aria-label=format!("Download invoice of {what}") aria-busy=move || asking.get().then_some("true") on:click=open>"Download invoice"</button>
        {problem}
    }
    .into_any()
}
