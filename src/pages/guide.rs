//! A guide: what it is about, what to do step by step, and the reasons it explains.

mod availability;
mod helpful;
mod table;
mod text;

use crate::api;
use crate::link::Link;
use crate::parts::{LoadedOnce, NotFound, PageHead, Panel, follow, in_path};
use crate::session::use_session;
use crate::slice::Slice;
use availability::Holds;
use domain::guide::{Guide, GuideView};
use leptos::prelude::*;
use table::ReasonTable;
use text::{Part, inline};

/// The page `/docs/{section}/{name}`.
#[component]
pub fn GuidePage() -> AnyView {
    let (section, name) = (in_path::<String>(1), in_path::<String>(2));
    let guide = Slice::new(move |_| Guide::at(&section.get()?, &name.get()?));
    // Another guide is another page.
    follow(guide, |guide| match *guide {
        Some(guide) => {
            view! { <LoadedOnce fetch=move || api::guide(guide) what="The guide" children=page /> }
                .into_any()
        }
        None => view! { <NotFound /> }.into_any(),
    })
}

fn page(view: GuideView) -> AnyView {
    let crumbs = || view! { <p class="crumbs"><a href=Link::Guides.href()>"Guides"</a></p> };
    let lead = inline(&view.lead);
    let lead = move || view! { <p>{lead}</p> };
    let parts = view.sections.into_iter().enumerate();
    let parts = parts
        .map(|(number, section)| view! { <Part number section /> })
        .collect_view();
    let guide = view.guide;
    // Whoever is not signed in has no role that the answer could be kept with.
    let answer = untrack(|| use_session().user_id()).map(|_| helpful::helpful(guide, view.version));
    let reasons =
        (!view.reasons.is_empty()).then(|| view! { <ReasonTable guide reasons=view.reasons /> });
    view! {
        <PageHead title=view.title of=String::from("Guides") crumbs lead />
        <article class="panel guide">
            <div class="body">
                <Holds audience=view.audience availability=view.availability />
                {parts}
            </div>
        </article>
        {reasons}
        {answer}
        <Panel title="Related documentation"><Related guides=view.related /></Panel>
    }
    .into_any()
}

#[component]
fn Related(guides: Vec<Guide>) -> impl IntoView {
    let row =
        |guide: Guide| view! { <li><a href=Link::Guide(guide).href()>{guide.label()}</a></li> };
    view! { <ul class="guide-links">{guides.into_iter().map(row).collect_view()}</ul> }
}
