//! A code or id that can be copied.

use super::icon::{Glyph, Icon};
use crate::dom;
use leptos::prelude::*;

/// A code in small monospace with a button that copies it.
#[component]
pub fn CopyCode(
    /// The code.
    #[prop(into)]
    code: String,
) -> impl IntoView {
    let label = format!("Copy {code}");
    let text = code.clone();
    let copy = move |_| dom::copy(&text, "Copied.");
    view! {
        <span class="copyable">
            <code>{code}</code>
            <button type="button" class="icon-btn" aria-label=label on:click=copy><Icon glyph=Glyph::Copy /></button>
        </span>
    }
}
