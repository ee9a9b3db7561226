//! The quiet way to a guide: it never competes with the one next step.

use crate::link::Link;
use domain::guide::Guide;
use leptos::prelude::*;

/// A small link to a guide, by its title.
#[component]
pub fn GuideLink(
    /// Which guide.
    guide: Guide,
) -> AnyView {
    view! {
        <p class="small guide-link"><a href=Link::Guide(guide).href()>"Guide: " {guide.label()}</a></p>
    }
    .into_any()
}
