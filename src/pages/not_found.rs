//! Addresses that lead nowhere, and things that are not there for this person.

use crate::parts::PageHead;
use leptos::prelude::*;

/// Inside the frame: the thing asked for is not there, or not for this person.
#[component]
pub fn NotFound() -> impl IntoView {
    let lead = view! { <p>"There is nothing at this address for you. It may belong to another account, or the address may have a typing mistake."</p> };
    view! {
        <PageHead title=String::from("Not found") of=String::from("Nothing here") lead=lead.into_any() />
        <p><a class="btn" href="/billing">"Go to Billing"</a></p>
    }
}

/// A route that does not exist.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <NotFound /> }
}
