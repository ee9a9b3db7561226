//! The one next step of a reason: a link, a control of this page, or words.

use crate::model::step::{Here, Step, step};
use domain::reason::{NextKind, Reason};
use leptos::prelude::*;

/// The one next step of a reason.
#[component]
pub fn NextStep(
    /// The reason.
    reason: Reason,
    /// The page that offers it.
    here: Here,
    /// What a control of this page says, where the reason's own words are not enough.
    #[prop(optional, into)]
    label: Option<String>,
    /// Whether it stands in a row of many, where none is the page's first choice.
    #[prop(optional)]
    plain: bool,
    /// Does a step that belongs to this page.
    on_step: Callback<NextKind>,
) -> AnyView {
    let offered = step(&reason, here);
    let words = reason.next_action.label;
    let class = if plain { "btn" } else { "btn primary wide" };
    match offered {
        Step::Link(href) => view! { <a class=class href=href>{words}</a> }.into_any(),
        Step::Control(kind) => {
            let label = label.unwrap_or(words);
            view! { <button type="button" class=class on:click=move |_| on_step.run(kind)>{label}</button> }
                .into_any()
        }
        Step::Words(more) => {
            let more =
                (!more.is_empty()).then(|| view! { <br /><span class="muted small">{more}</span> });
            view! { <p class="next"><span class="muted">"Next: "</span>{words}{more}</p> }
                .into_any()
        }
    }
}
