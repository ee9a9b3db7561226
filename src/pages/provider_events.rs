//! Events of the payment provider that fit nothing, for those who run this console: each can be processed again.

use crate::api;
use crate::parts::{
    ActionButton, Empty, Head, Loaded, Outcome, OutcomeWords, PageHead, Panel, Table, When,
    per_account, pick, rows, unless_empty,
};
use crate::remote::{Remote, use_remote};
use crate::write::use_write_of;
use domain::provider_event::{StrayEvent, StrayEvents};
use leptos::prelude::*;

/// The page `/operator/provider-events`; for everybody else there is nothing here.
#[component]
pub fn ProviderEventsPage() -> AnyView {
    per_account(|_| {
        let remote = use_remote(api::provider_events);
        view! { <Loaded remote what="The provider's events" children=move |all| panels(all, remote) /> }
            .into_any()
    })
}

const HEADS: &[Head] = &[
    Head::Text("Event"),
    Head::Text("About"),
    Head::Text("Why it was put aside"),
    Head::Text("Arrived"),
    Head::Text("Again"),
];

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not processed.",
    then_refused: "",
    unknown: "It is not known whether it was processed.",
    then_unknown: "The list shows it while it is put aside. Processing it again does nothing twice.",
};

fn panels(all: Signal<StrayEvents>, remote: Remote<StrayEvents>) -> AnyView {
    let items = pick(all, |all| all.items.clone());
    let row = move |row: &StrayEvent| one(row, remote);
    let table = move || {
        view! { <Table heads=HEADS>{rows(items, |row| (row.event_id.clone(), row.reason.clone()), row)}</Table> }
            .into_any()
    };
    let lead = || {
        view! { <p>"What Paddle told and no checkout, payment or subscription of ours fits. Nothing was granted for it. Mend the cause, then process it again."</p> }
    };
    view! {
        <PageHead title=String::from("Provider events") of=String::from("Operators") lead />
        <Panel title="Put aside" flush=true>{unless_empty(items, nothing, table)}</Panel>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! { <Empty title="Nothing is put aside" words="Every event of the provider had its effect, or needed none." /> }
        .into_any()
}

fn one(row: &StrayEvent, remote: Remote<StrayEvents>) -> AnyView {
    let StrayEvent {
        event_id,
        event_type,
        entity_id,
        received_at,
        reason,
        ..
    } = row.clone();
    let write = use_write_of(remote);
    let off = Signal::derive(move || {
        write
            .is_pending()
            .then(|| String::from("It is being processed. Wait for the answer."))
    });
    let id = event_id.clone();
    let act = Callback::new(move |()| {
        write.run(
            api::retry_event(id.clone()),
            |_| "It was processed again; the list says how it ended.".to_owned(),
            |_| {},
        );
    });
    view! {
        <tr role="row">
            <td role="cell" class="lead wide">{event_type}<div class="small muted"><code>{event_id}</code></div></td>
            <td role="cell" data-label="About"><code>{entity_id}</code></td>
            <td role="cell" data-label="Why it was put aside">{reason}</td>
            <td role="cell" class="when" data-label="Arrived"><When at=received_at /></td>
            <td role="cell" data-label="Again">
                <ActionButton label=String::from("Process again") off on_act=act />
                <Outcome write words=WORDS done=|_| ().into_any() />
            </td>
        </tr>
    }
    .into_any()
}
