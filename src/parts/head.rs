//! The top of a page: its one heading, title, and what stands beside them.

use super::follow::words;
use crate::dom;
use crate::slice::Slice;
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page's `h1` and document title; takes focus after a navigation.
#[component]
pub fn PageHead(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// What the page belongs to: the account's or site's name, for the document's title.
    #[prop(into)]
    of: Signal<String>,
    /// A sentence below the heading.
    #[prop(optional, into)]
    lead: ViewFnOnce,
    /// Above the heading: where the page belongs.
    #[prop(optional, into)]
    crumbs: ViewFnOnce,
    /// Beside the heading: buttons, a badge.
    #[prop(optional, into)]
    aside: ViewFnOnce,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            dom::focus_heading(&heading);
        }
    });
    let document_title = move || format!("{} \u{b7} {} \u{b7} WebRiskOps", title.get(), of.get());
    view! {
        <Title text=document_title />
        <div class="head">
            <div>
                {crumbs.run()}
                <h1 tabindex="-1" node_ref=heading>{words(Slice::new(move |_| title.get()))}</h1>
                {lead.run()}
            </div>
            {aside.run()}
        </div>
    }
}
