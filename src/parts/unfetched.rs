//! A part of the app that did not come.

use super::badge::Tone;
use super::notice::Notice;
use crate::dom;
use leptos::prelude::*;

/// A sentence and another try.
#[component]
pub fn Unfetched(
    /// Tries again.
    retry: Callback<()>,
) -> impl IntoView {
    Effect::new(|_| dom::remove_boot());
    let button = move || view! { <button type="button" class="btn" on:click=move |_| retry.run(())>"Try again"</button> };
    view! {
        <Notice tone=Tone::Stop title="This page could not be loaded" alert=true action=button>
            <p>"A part of the console did not arrive. Check your connection, or load the page again: there may be a newer version."</p>
        </Notice>
    }
}
