//! Credit balance: what is usable, held and spent of each type, and what holds it.

use super::holds::Holds;
use crate::model::credits::{ai_used_up, renewal, sources_text};
use crate::parts::{Meter, Panel, When};
use domain::billing::BillingView;
use domain::credits::CreditType;
use leptos::prelude::*;

/// The panel `Credit balance`.
#[component]
pub fn CreditBalance(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let aside = view! {
        <span class="muted small">"Only available credits can start work"</span>
    };
    let rows = CreditType::ALL
        .iter()
        .map(move |credit| view! { <Row view credit=*credit /> });
    view! {
        <Panel title="Credit balance" aside=aside.into_any()>
            <div class="stack">
                <table role="table" class="balance">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col"><span class="visually-hidden">"Credit"</span></th>
                            <th role="columnheader" scope="col"><span class="visually-hidden">"Share"</span></th>
                            <th role="columnheader" scope="col" class="num avail">"Avail"</th>
                            <th role="columnheader" scope="col" class="num res">"Res"</th>
                            <th role="columnheader" scope="col" class="num spent">"Spent"</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows.collect_view()}</tbody>
                </table>
                <ul class="key" aria-hidden="true">
                    <li><span class="bar"><i class="a"></i></span>"Avail"</li>
                    <li><span class="bar"><i class="r"></i></span>"Res"</li>
                    <li><span class="bar"><i class="s"></i></span>"Spent"</li>
                </ul>
                <Holds view />
            </div>
        </Panel>
    }
}

/// The balance of one type.
#[component]
fn Row(view: Signal<BillingView>, credit: CreditType) -> impl IntoView {
    let balance = Memo::new(move |_| view.with(|view| view.credit_balance.of(credit)));
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{credit.label()}</th>
            <td role="cell" class="gauge"><Meter balance /><Hint view credit /></td>
            <td role="cell" class="num avail" data-label="Avail">{move || balance.get().avail}</td>
            <td role="cell" class="num res" data-label="Res">{move || balance.get().res}</td>
            <td role="cell" class="num spent" data-label="Spent">{move || balance.get().spent}</td>
        </tr>
    }
}

/// Where the available credits came from, and when the plan's renew; for AI credits that are used up, what that means.
#[component]
fn Hint(view: Signal<BillingView>, credit: CreditType) -> impl IntoView {
    let sources = Memo::new(move |_| {
        view.with(|view| match credit {
            CreditType::Scan => view.credit_sources.scan,
            CreditType::AutomatedFix => view.credit_sources.automated_fix,
            CreditType::Ai => view.credit_sources.ai,
        })
    });
    let renews = Memo::new(move |_| view.with(|view| renewal(view, credit)));
    let from = move || sources_text(sources.get());
    let renewal = move || {
        let at = renews.get()?;
        let start = if from().is_some() {
            " \u{b7} plan credits renew "
        } else {
            "Plan credits renew "
        };
        Some(view! { {start} <When at day=true /> })
    };
    let ai = Memo::new(move |_| {
        view.with(|view| (credit == CreditType::Ai).then(|| ai_used_up(view))?)
    });
    let used_up = move || {
        ai.get().map(|reason| {
            let code = reason.code.key();
            view! { <span class="hint"><b>{reason.label}</b>" \u{b7} "{reason.message}" " <code>{code}</code></span> }
        })
    };
    view! {
        <span class="hint">{from}{renewal}</span>
        {used_up}
    }
}
