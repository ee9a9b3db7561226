//! Service credits that were asked for, for those who run this console: each is approved or rejected once.

use crate::api::{self, Intent};
use crate::parts::{
    ActionButton, Badge, Empty, Head, Loaded, Outcome, OutcomeWords, PageHead, Panel, Table, When,
    per_account, pick, rows, unless_empty,
};
use crate::remote::{Remote, use_remote};
use crate::write::{Write, use_write};
use domain::credits::amount_text;
use domain::id::ServiceCreditId;
use domain::transaction::service_credit::{
    Decision, ServiceCredit, ServiceCreditQueue, ServiceCreditState,
};
use leptos::prelude::*;

/// The page `/operator/service-credits`; for everybody else there is nothing here.
#[component]
pub fn ServiceCreditsPage() -> AnyView {
    per_account(|_| {
        let remote = use_remote(api::service_credits);
        view! { <Loaded remote what="The service credits" children=move |queue| panels(queue, remote) /> }
            .into_any()
    })
}

const HEADS: &[Head] = &[
    Head::Text("Account"),
    Head::Text("Why"),
    Head::Text("Asked for"),
    Head::Text("By"),
    Head::Text("When"),
    Head::Text("Payment"),
    Head::Text("State"),
];

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not decided.",
    then_refused: "",
    unknown: "It is not known whether it was decided.",
    then_unknown: "The list shows it once it was. Deciding again grants nothing twice.",
};

fn panels(queue: Signal<ServiceCreditQueue>, remote: Remote<ServiceCreditQueue>) -> AnyView {
    let items = pick(queue, |queue| queue.items.clone());
    let open = pick(queue, |queue| queue.open);
    let row = move |row: &ServiceCredit| one(row, remote);
    let table = move || {
        view! { <Table heads=HEADS>{rows(items, |row| (row.service_credit_id.clone(), row.state), row)}</Table> }
            .into_any()
    };
    let lead = move || {
        view! { <p>"Credits that customers ask for because used ones brought nothing. Waiting: " {move || open.get()} ". Approving adds them to the account at once, once."</p> }
    };
    view! {
        <PageHead title=String::from("Service credits") of=String::from("Operators") lead />
        <Panel title="Asked for" flush=true>{unless_empty(items, nothing, table)}</Panel>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! { <Empty title="Nothing was asked for" words="A request from the page of a transaction stands here." /> }
        .into_any()
}

fn one(row: &ServiceCredit, remote: Remote<ServiceCreditQueue>) -> AnyView {
    let row = row.clone();
    let amount = amount_text(row.credits, row.credit_type);
    let state = state(&row, remote);
    view! {
        <tr role="row">
            <td role="cell" class="lead wide">{row.account.name}</td>
            <td role="cell" data-label="Why">{row.reason.label()}</td>
            <td role="cell" data-label="Asked for">{amount}</td>
            <td role="cell" data-label="By">{row.asked_by}</td>
            <td role="cell" class="when" data-label="When"><When at=row.asked_at /></td>
            <td role="cell" class="wide" data-label="Payment"><code>{row.transaction_id.to_string()}</code></td>
            <td role="cell" data-label="State">{state}</td>
        </tr>
    }
    .into_any()
}

fn state(row: &ServiceCredit, remote: Remote<ServiceCreditQueue>) -> AnyView {
    if row.state != ServiceCreditState::Asked {
        let by = row.decided_by.clone();
        let at = row.decided_at.map(|at| view! { <When at /> });
        return view! { <Badge tone=row.state label=row.state.label() /><div class="small muted">{by} " " {at}</div> }
            .into_any();
    }
    let write = use_write::<ServiceCredit, _>(remote);
    view! {
        <div class="actions">
            {control(&row.service_credit_id, Decision::Approve, write)}
            {control(&row.service_credit_id, Decision::Reject, write)}
        </div>
        <Outcome write words=WORDS done=|_| ().into_any() />
    }
    .into_any()
}

fn control(id: &ServiceCreditId, decision: Decision, write: Write<ServiceCredit>) -> AnyView {
    let off = Signal::derive(move || {
        write
            .is_pending()
            .then(|| String::from("It is on its way. Wait for the answer."))
    });
    let id = id.clone();
    let act = Callback::new(move |()| {
        let name = ["service-credit", id.as_str(), decision.key()].join(":");
        let request = api::decide_service_credit(id.clone(), decision, Intent::of(&name));
        let said = |row: &ServiceCredit| row.state.label().to_owned() + ".";
        write.run(request, said, |_| ());
    });
    view! { <ActionButton label=decision.label().to_owned() off on_act=act /> }.into_any()
}
