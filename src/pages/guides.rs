//! All guides, in reading order, and finding one by its words.

use crate::api;
use crate::link::Link;
use crate::parts::{LoadedOnce, PageHead, Panel, follow, pick, rows};
use crate::slice::Slice;
use domain::guide::{GuideList, GuideRow, LEAD};
use leptos::prelude::*;

/// The list of guides.
#[component]
pub fn GuidesPage() -> impl IntoView {
    let list = |list: GuideList| {
        view! {
            <PageHead title=String::from("Guides") of=String::from("Help") lead />
            {search(list.items)}
        }
        .into_any()
    };
    view! { <LoadedOnce fetch=api::guides what="The list of guides" children=list /> }
}

fn lead() -> AnyView {
    view! { <p>{LEAD}</p> }.into_any()
}

/// A guide that has what was typed, with the sentence that has it.
type Found = (GuideRow, Option<String>);

/// The field and what it leaves of the list.
fn search(all: Vec<GuideRow>) -> AnyView {
    let typed = RwSignal::new(String::new());
    let count = all.len();
    let found = Slice::new(move |_| {
        let typed = typed.get();
        let answer = |row: &GuideRow| {
            let says = row.answers(&typed)?.map(str::to_owned);
            Some((row.clone(), says))
        };
        all.iter().filter_map(answer).collect::<Vec<Found>>()
    });
    let counted = follow(pick(found, Vec::len), move |some| {
        view! { <span class="small muted" role="status">{*some} " of " {count} " guides"</span> }
            .into_any()
    });
    let rows = rows(found, |(row, says)| (row.guide, says.clone()), row);
    view! {
        <Panel title="All guides" bare=true aside=move || counted>
            <div class="body field">
                <label for="guide-search">"Search the guides"</label>
                <input id="guide-search" type="search" maxlength="100" autocomplete="off" prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
            </div>
            <ul class="list guides">{rows}</ul>
        </Panel>
    }
    .into_any()
}

fn row((row, says): &Found) -> AnyView {
    let says = says
        .clone()
        .map(|says| view! { <p class="small">"\u{201c}"{says}"\u{201d}"</p> });
    let GuideRow {
        guide,
        title,
        lead,
        audience,
        ..
    } = row.clone();
    view! {
        <li>
            <div>
                <h3><a href=Link::Guide(guide).href()>{title}</a></h3>
                <p>{lead}</p>
                {says}
                <p class="small muted">{audience}</p>
            </div>
        </li>
    }
    .into_any()
}
