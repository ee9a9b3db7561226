//! A panel: a section that its heading names.

use leptos::prelude::*;

/// The id of a panel's heading, made from its words.
fn heading_id(title: &str) -> String {
    let letters = title.chars().map(|c| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    });
    let mut id = String::from("panel-");
    id.extend(letters);
    id
}

/// A section labelled by its `h2`.
#[component]
pub fn Panel(
    /// The heading, letter for letter.
    title: &'static str,
    /// Beside the heading: a badge, a link, a remark.
    #[prop(optional, into)]
    aside: ViewFnOnce,
    /// Whether the content reaches the edges, as tables do.
    #[prop(optional)]
    flush: bool,
    /// Whether the content is put together from lists and columns that have edges of their own.
    #[prop(optional)]
    bare: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    let id = heading_id(title);
    let labelled_by = id.clone();
    let content = if bare {
        children()
    } else {
        view! { <div class=if flush { "flush" } else { "body" }>{children()}</div> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby=labelled_by>
            <header><h2 id=id>{title}</h2>{aside.run()}</header>
            {content}
        </section>
    }
}
