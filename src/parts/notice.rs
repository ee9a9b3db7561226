//! A message across the page: what is on its way or in the way.

use super::badge::Tone;
use leptos::prelude::*;

const fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Ok => "notice ok",
        Tone::Hold => "notice hold",
        Tone::Stop => "notice stop",
        Tone::Quiet => "notice quiet",
    }
}

/// A message with a heading, what to know, and at most one thing to do.
#[component]
pub fn Notice(
    /// How it feels.
    tone: Tone,
    /// The heading.
    #[prop(into)]
    title: String,
    /// What to do about it.
    #[prop(optional, into)]
    action: ViewFnOnce,
    /// Whether it says that something just went wrong and must be heard at once.
    #[prop(optional)]
    alert: bool,
    /// What to know.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=class(tone) role=alert.then_some("alert")>
            <span class="dot" aria-hidden="true"></span>
            <div><h2>{title}</h2>{children()}</div>
            {action.run()}
        </div>
    }
}
