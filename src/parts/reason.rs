//! A reason: why something cannot start, who clears it, and the one next step.

use super::copy::CopyCode;
use domain::reason::Reason;
use leptos::prelude::*;

/// A reason with its label, sentence, end and code; the next step is the caller's, because it may act on the page.
#[component]
pub fn ReasonBox(
    /// The reason.
    reason: Reason,
    /// The next step; without one its label stands as words.
    #[prop(optional, into)]
    action: Option<AnyView>,
) -> impl IntoView {
    let next = action.unwrap_or_else(|| default_action(&reason));
    view! {
        <div class="reason">
            <h3>{reason.label.clone()}</h3>
            <p>{reason.message.clone()}</p>
            <p class="muted small">{reason.owner.label()} " clears it, when " {reason.clears_when.clone()} "."</p>
            <CopyCode code=reason.code.key() />
            <div class="actions">{next}</div>
        </div>
    }
}

/// The reason's own link, or its label as words where nothing can be opened.
pub fn default_action(reason: &Reason) -> AnyView {
    let label = reason.next_action.label.clone();
    match reason.next_action.href.clone() {
        Some(href) => view! { <a class="btn primary" href=href>{label}</a> }.into_any(),
        None => view! { <p class="next"><span class="muted">"Next: "</span>{label}</p> }.into_any(),
    }
}
