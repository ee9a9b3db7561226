//! `/notices`: what happened to the accounts that a person pays for, until they have read it.

use crate::api;
use crate::live::use_live;
use crate::parts::{
    Empty, Loaded, Outcome, OutcomeWords, PageHead, Panel, When, pick, rows, unless_empty,
};
use crate::remote::{Remote, use_remote};
use crate::session::use_session;
use crate::write::{Write, use_write};
use domain::notice::{Notice, NoticeList};
use leptos::prelude::*;

/// The page `/notices`.
#[component]
pub fn NoticesPage() -> AnyView {
    let remote = use_remote(api::notices);
    let lead = || view! { <p>"What happened to the accounts that you may pay for. Each is told once, and stays here until you have read it."</p> };
    view! {
        <PageHead title=String::from("Notices") of=String::from("All accounts") lead />
        <Loaded remote what="The notices" children=move |list| panel(list, remote) />
    }
    .into_any()
}

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not noted.",
    then_refused: "",
    unknown: "It is not known whether that was noted.",
    then_unknown: "If it was, the notice is gone from the list. Doing it again changes nothing.",
};

fn panel(list: Signal<NoticeList>, remote: Remote<NoticeList>) -> AnyView {
    let write = use_write::<(), _>(remote);
    let items = pick(list, |list| list.items.clone());
    let row = move |notice: &Notice| one(notice, write);
    let all = move || {
        view! { <ul class="list">{rows(items, |notice| notice.notice_id.clone(), row)}</ul> }
            .into_any()
    };
    view! {
        <Panel title="Not read yet" bare=true>
            <Outcome write words=WORDS done=|()| ().into_any() />
            {unless_empty(items, nothing, all)}
        </Panel>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! { <div class="body"><Empty title="Nothing to read" words="When credits run low or end, or a payment fails, it stands here." /></div> }
        .into_any()
}

fn one(notice: &Notice, write: Write<()>) -> AnyView {
    let notice = notice.clone();
    let id = StoredValue::new(notice.notice_id);
    let until = notice
        .until
        .map(|at| view! { " until " <When at day=true /> });
    let account = notice.account.id;
    let session = use_session();
    // The page that helps is about the account that is looked at.
    let there = move |_| session.switch(account.clone());
    let live = use_live();
    // The navigation says how many are left.
    let read = move |_| {
        write.run(
            api::read_notice(id.get_value()),
            |()| "Marked as read.".to_owned(),
            move |()| live.refresh(),
        );
    };
    let what = format!("Mark as read: {}", notice.sentence);
    view! {
        <li class="row">
            <div>
                <p><b>{notice.account.name}</b> " \u{b7} " {notice.kind.label()}</p>
                <p>{notice.sentence}</p>
                <p class="muted small"><When at=notice.at />{until}</p>
            </div>
            <div class="actions">
                <a class="btn" href=notice.href on:click=there>"Open"</a>
                <button type="button" class="btn" aria-label=what on:click=read>"Mark as read"</button>
            </div>
        </li>
    }
    .into_any()
}
