//! All guides, in reading order.

use crate::api;
use crate::link::Link;
use crate::parts::{LoadedOnce, PageHead, Panel};
use domain::guide::{GuideList, GuideRow};
use leptos::prelude::*;

/// The list of guides.
#[component]
pub fn GuidesPage() -> impl IntoView {
    let list = |list: GuideList| {
        let rows = list.items.into_iter().map(row).collect_view();
        view! {
            <PageHead title=String::from("Guides") of=String::from("Help") lead />
            <Panel title="All guides" bare=true><ul class="list guides">{rows}</ul></Panel>
        }
        .into_any()
    };
    view! { <LoadedOnce fetch=api::guides what="The list of guides" children=list /> }
}

fn lead() -> AnyView {
    view! { <p>"How scans, fixes, credits and plans work here, and what to do when something is in the way."</p> }
        .into_any()
}

fn row(row: GuideRow) -> AnyView {
    view! {
        <li>
            <div>
                <h3><a href=Link::Guide(row.guide).href()>{row.title}</a></h3>
                <p>{row.lead}</p>
                <p class="small muted">{row.audience}</p>
            </div>
        </li>
    }
    .into_any()
}
