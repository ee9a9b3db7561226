//! What happened, oldest first: invoice, payment, confirmation, credits, refunds and disputes in one list, and the files of it.

use crate::parts::{When, follow, pick};
use domain::transaction::{Moment, TransactionView};
use leptos::prelude::*;

/// The list.
pub(super) fn list(view: Signal<TransactionView>) -> AnyView {
    let moments = pick(view, |view| view.timeline.clone());
    let list = follow(moments, |moments| {
        view! { <ol class="moments">{moments.iter().map(row).collect_view()}</ol> }.into_any()
    });
    view! {
        {list}
        <p class="small muted">"Times are shown in your zone; files give them in UTC."</p>
    }
    .into_any()
}

fn row(moment: &Moment) -> AnyView {
    let Moment {
        at,
        label,
        detail,
        actor,
        ..
    } = moment.clone();
    let detail = (!detail.is_empty()).then(|| view! { <span class="small muted">{detail}</span> });
    view! {
        <li>
            <When at />
            <div><p><b>{label}</b> <span class="muted">", " {actor}</span></p>{detail}</div>
        </li>
    }
    .into_any()
}

/// Links to the files.
pub(super) fn files(view: Signal<TransactionView>) -> impl Fn() -> AnyView + Send + 'static {
    let slice = pick(view, |view| {
        (
            view.account.id.clone(),
            view.transaction.transaction_id.clone(),
            view.evidence_unavailable.clone(),
        )
    });
    move || {
        follow(slice, |(account, transaction, unavailable)| {
            let base = format!("/api/v1/accounts/{account}/transactions/{transaction}");
            let csv = format!("{base}/timeline.csv");
            let evidence = if let Some(why) = unavailable {
                let why = why.clone();
                view! { <span class="small muted">"Dispute evidence JSON: " {why}</span> }
                    .into_any()
            } else {
                let json = format!("{base}/evidence.json");
                view! { <a href=json rel="external" download>"Dispute evidence JSON"</a> }
                    .into_any()
            };
            // The router must leave them alone: they are files, not pages.
            view! { <span class="actions"><a href=csv rel="external" download>"Download CSV"</a> {evidence}</span> }
                .into_any()
        })
    }
}
