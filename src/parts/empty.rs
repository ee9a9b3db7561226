//! Nothing here yet, and what would put something here.

use leptos::prelude::*;

/// An empty place.
#[component]
pub fn Empty(
    /// That nothing is here.
    title: &'static str,
    /// What would put something here.
    words: &'static str,
    /// The way on.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let way = children.map(|way| way());
    view! { <div class="empty"><b>{title}</b><p>{words}</p>{way}</div> }.into_any()
}
