//! The documentation review queue: what readers of guides answered, for those who run this console.

mod filters;

use crate::api::{self, Intent};
use crate::link::Link;
use crate::parts::{
    ActionButton, Badge, Empty, Head, Loaded, Outcome, OutcomeWords, PageHead, Panel, Table, Tone,
    When, follow, per_account, pick, rows, unless_empty,
};
use crate::remote::{Remote, use_remote};
use crate::slice::Slice;
use crate::write::use_write;
use domain::guide::feedback::{FeedbackPage, FeedbackRow};
use domain::id::FeedbackId;
use filters::{Shown, filters};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page `/operator/guide-feedback`; for everybody else there is nothing here.
#[component]
pub fn GuideFeedbackPage() -> AnyView {
    let (query, path) = (use_location().query, use_location().pathname);
    let shown = Slice::new(move |old: Option<&Shown>| {
        // On the way to another page the address changes first.
        if path.get() != Link::GuideFeedback.href() {
            return old.cloned().unwrap_or_default();
        }
        query.with(Shown::of)
    });
    per_account(move |_| follow(shown, list))
}

fn list(shown: &Shown) -> AnyView {
    let (query, shown) = (shown.query(), shown.clone());
    let remote = use_remote(move || api::feedback(query.clone()));
    view! {
        <Loaded remote what="The review queue" children=move |page| panels(&shown, page, remote) />
    }
    .into_any()
}

const HEADS: &[Head] = &[
    Head::Text("Guide"),
    Head::Text("Helpful"),
    Head::Text("What was missing"),
    Head::Text("Role"),
    Head::Text("Given"),
    Head::Text("State"),
];

fn panels(shown: &Shown, page: Signal<FeedbackPage>, remote: Remote<FeedbackPage>) -> AnyView {
    let items = pick(page, |page| page.items.clone());
    let open = pick(page, |page| page.open);
    let next = pick(page, |page| page.next_cursor.clone());
    let row = move |row: &FeedbackRow| answer(row, remote);
    let table = move || {
        view! { <Table heads=HEADS>{rows(items, |row| (row.feedback_id.clone(), row.state), row)}</Table> }
            .into_any()
    };
    let lead = move || {
        view! { <p>"What readers answered to \u{201c}Was this page helpful?\u{201d}. Open: " {move || open.get()} "."</p> }
    };
    let older = {
        let shown = shown.clone();
        move |next: &Option<FeedbackId>| older(&shown, next.as_ref())
    };
    view! {
        <PageHead title=String::from("Documentation review queue") of=String::from("Operators") lead />
        {filters(shown)}
        <Panel title="Answers" flush=true>
            {unless_empty(items, nothing, table)}
            {follow(next, older)}
        </Panel>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <div class="body"><Empty title="Nothing here" words="No answer fits what is chosen above." /></div>
    }
    .into_any()
}

fn older(shown: &Shown, next: Option<&FeedbackId>) -> AnyView {
    let Some(next) = next else {
        return ().into_any();
    };
    let href = shown.after(next).href();
    view! { <div class="body"><a class="btn" href=href>"Older answers"</a></div> }.into_any()
}

fn answer(row: &FeedbackRow, remote: Remote<FeedbackPage>) -> AnyView {
    let (tone, helpful) = if row.helpful {
        (Tone::Ok, "Yes")
    } else {
        (Tone::Stop, "No")
    };
    let version = if row.current {
        "today's text"
    } else {
        "an older text"
    };
    let missing = if row.missing.is_empty() {
        "Nothing said".to_owned()
    } else {
        row.missing.clone()
    };
    let role = row.role.map_or("Visitor", domain::role::Role::label);
    let guide = row.guide;
    let given_at = row.given_at;
    view! {
        <tr role="row">
            <td role="cell" class="lead wide"><a href=Link::Guide(guide).href()>{guide.label()}</a><div class="small muted">{version}</div></td>
            <td role="cell" data-label="Helpful"><Badge tone label=helpful /></td>
            <td role="cell" class="wide wrap" data-label="What was missing">{missing}</td>
            <td role="cell" data-label="Role">{role}</td>
            <td role="cell" class="when" data-label="Given"><When at=given_at /></td>
            <td role="cell" data-label="State">{state(row, remote)}</td>
        </tr>
    }
    .into_any()
}

fn state(row: &FeedbackRow, remote: Remote<FeedbackPage>) -> AnyView {
    if let Some(at) = row.resolved_at {
        let by = row.resolved_by.clone();
        return view! { <Badge tone=Tone::Ok label=row.state.label() /><div class="small muted">{by} " " <When at /></div> }
            .into_any();
    }
    let write = use_write::<FeedbackRow, _>(remote);
    let id = row.feedback_id.clone();
    let off = Signal::derive(move || {
        write
            .is_pending()
            .then(|| "It is on its way. Wait for the answer.".to_owned())
    });
    let act = Callback::new(move |()| {
        let intent = Intent::of(&format!("resolve:{id}"));
        write.run(
            api::resolve_feedback(id.clone(), intent),
            |_| "Resolved.".to_owned(),
            |_| (),
        );
    });
    view! {
        <ActionButton label=String::from("Resolve") off on_act=act />
        <Outcome write words=WORDS done=|_| ().into_any() />
    }
    .into_any()
}

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not resolved.",
    then_refused: "",
    unknown: "It is not known whether it was resolved.",
    then_unknown: "The list shows it once it was. Trying again changes nothing twice.",
};
