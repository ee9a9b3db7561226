//! Boxes that keep the place of a page until its data is there.

use leptos::prelude::*;

/// A heading and panels to come.
#[component]
pub fn Skeleton(
    /// How many panels.
    panels: usize,
) -> AnyView {
    let boxes: Vec<AnyView> = (0..panels)
        .map(|_| view! { <span class="skeleton panel-box"></span> }.into_any())
        .collect();
    view! {
        <div class="stack" aria-busy="true">
            <span class="visually-hidden">"Loading"</span>
            <span class="skeleton title"></span>
            {boxes}
        </div>
    }
    .into_any()
}
