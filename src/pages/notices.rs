//! `/notices`: what happened to the accounts that a person pays for, until they have read it.

use crate::api;
use crate::parts::{Empty, Loaded, PageHead, Panel, When, pick, rows, unless_empty};
use crate::remote::{Remote, use_remote};
use crate::session::use_session;
use domain::id::NoticeId;
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

fn panel(list: Signal<NoticeList>, remote: Remote<NoticeList>) -> AnyView {
    let items = pick(list, |list| list.items.clone());
    let row = move |notice: &Notice| one(notice, remote);
    let all = move || {
        view! { <ul class="list">{rows(items, |notice| notice.notice_id.clone(), row)}</ul> }
            .into_any()
    };
    view! { <Panel title="Not read yet" bare=true>{unless_empty(items, nothing, all)}</Panel> }
        .into_any()
}

fn nothing() -> AnyView {
    view! { <div class="body"><Empty title="Nothing to read" words="When credits run low or end, or a payment fails, it stands here." /></div> }
        .into_any()
}

fn one(notice: &Notice, remote: Remote<NoticeList>) -> AnyView {
    let notice = notice.clone();
    let id = StoredValue::new(notice.notice_id);
    let until = notice
        .until
        .map(|at| view! { " until " <When at day=true /> });
    let account = notice.account.id;
    let session = use_session();
    // The page that helps is about the account that is looked at.
    let there = move |_| session.switch(account.clone());
    let failed = RwSignal::new(None::<String>);
    let read = move |_| mark_read(id.get_value(), remote, failed);
    let what = format!("Mark as read: {}", notice.sentence);
    view! {
        <li class="row">
            <div>
                <p><b>{notice.account.name}</b> " \u{b7} " {notice.kind.label()}</p>
                <p>{notice.sentence}</p>
                <p class="muted small"><When at=notice.at />{until}</p>
                {move || failed.get().map(|sentence| view! { <p class="answer stop" role="alert"><span>{sentence}</span></p> })}
            </div>
            <div class="actions">
                <a class="btn" href=notice.href on:click=there>"Open"</a>
                <button type="button" class="btn" aria-label=what on:click=read>"Mark as read"</button>
            </div>
        </li>
    }
    .into_any()
}

fn mark_read(id: NoticeId, remote: Remote<NoticeList>, failed: RwSignal<Option<String>>) {
    leptos::task::spawn_local(async move {
        match api::read_notice(id).await {
            Ok(()) => remote.refetch(),
            Err(error) => {
                failed.try_set(Some(error.sentence()));
            }
        }
    });
}
