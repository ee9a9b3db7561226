//! Credit balance: what is usable, held and spent of each type, and what holds it.

use super::holds::holds;
use super::ways::ways;
use crate::model::credits::{Ending, ai_used_up, ending, renewal, sources_text};
use crate::parts::{Head, Meter, Panel, Table, When, follow, pick};
use domain::Timestamp;
use domain::billing::BillingView;
use domain::credits::{Balance, CreditType};
use domain::reason::Reason;
use domain::ways::CreditWays;
use leptos::prelude::*;

/// The panel `Credit balance`.
pub(super) fn balance(view: Signal<BillingView>) -> AnyView {
    let aside =
        || view! { <span class="muted small">"Only available credits can start work"</span> };
    let rows = CreditType::ALL
        .iter()
        .map(move |credit| follow(pick(view, move |view| Line::of(view, *credit)), row));
    view! {
        <Panel title="Credit balance" aside>
            <div class="stack">
                <Table heads=&HEADS class="balance">{rows.collect_view()}</Table>
                <ul class="key" aria-hidden="true">
                    <li><span class="bar"><i class="a"></i></span>"Avail"</li>
                    <li><span class="bar"><i class="r"></i></span>"Res"</li>
                    <li><span class="bar"><i class="s"></i></span>"Spent"</li>
                </ul>
                {holds(pick(view, |view| view.holds.clone()))}
            </div>
        </Panel>
    }
    .into_any()
}

const HEADS: [Head; 5] = [
    Head::Unseen("Credit"),
    Head::Unseen("Share"),
    Head::Figure("Avail", "num avail"),
    Head::Figure("Res", "num res"),
    Head::Figure("Spent", "num spent"),
];

/// What is shown of one type.
#[derive(Clone, PartialEq)]
struct Line {
    credit: CreditType,
    balance: Balance,
    /// Where the available ones came from.
    from: Option<String>,
    /// When the plan brings more.
    renews: Option<Timestamp>,
    /// Those that end next.
    ending: Option<Ending>,
    /// What it means that they are used up.
    used_up: Option<Reason>,
    /// What brings more, while none are available.
    ways: Option<CreditWays>,
}

impl Line {
    fn of(view: &BillingView, credit: CreditType) -> Self {
        Self {
            credit,
            balance: view.credit_balance.of(credit),
            from: sources_text(view.credit_sources.of(credit)),
            renews: renewal(view, credit),
            ending: ending(view, credit),
            used_up: (credit == CreditType::Ai)
                .then(|| ai_used_up(view))
                .flatten(),
            ways: view
                .credit_ways
                .iter()
                .find(|ways| ways.credit_type == credit && ways.label.is_some())
                .cloned(),
        }
    }
}

fn row(line: &Line) -> AnyView {
    let Balance { avail, res, spent } = line.balance;
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{line.credit.label()}</th>
            <td role="cell" class="gauge"><Meter balance=line.balance />{hint(line)}</td>
            <td role="cell" class="num avail" data-label="Avail">{avail}</td>
            <td role="cell" class="num res" data-label="Res">{res}</td>
            <td role="cell" class="num spent" data-label="Spent">{spent}</td>
        </tr>
    }
    .into_any()
}

/// Where the available credits came from, when those that end next do, and when the plan brings more; for AI credits that are used up, what that means.
fn hint(line: &Line) -> AnyView {
    let start = match line.from {
        Some(_) => " \u{b7} plan credits renew ",
        None => "Plan credits renew ",
    };
    let renewal = line
        .renews
        .map(|at| view! { {start} <When at day=true /> }.into_any());
    let ending = line.ending.as_ref().map(|ending| {
        let (text, at) = (ending.text.clone(), ending.at);
        let what = view! { {text} " " <When at day=true /> };
        let what = if ending.soon {
            view! { <b>{what}</b> }.into_any()
        } else {
            what.into_any()
        };
        view! { " \u{b7} " {what} }.into_any()
    });
    let used_up = line.used_up.clone().map(|reason| {
        let code = reason.code.key();
        view! { <span class="hint"><b>{reason.label}</b>" \u{b7} "{reason.message}" " <code>{code}</code></span> }.into_any()
    });
    // AI credits that were never there are missed by nobody.
    let shown = line
        .ways
        .as_ref()
        .filter(|ways| ways.credit_type != CreditType::Ai || line.used_up.is_some());
    let more = shown.map(|all| {
        let label = all.label.clone().filter(|_| all.credit_type != CreditType::Ai);
        let label = label.map(|label| view! { <span class="hint"><b>{label}</b></span> });
        view! {
            {label}
            <details class="small"><summary>"Ways to more"</summary>{ways(&all.ways, None)}</details>
        }
    });
    view! {
        <span class="hint">{line.from.clone()}{ending}{renewal}</span>
        {used_up}
        {more}
    }
    .into_any()
}
