//! Addresses that lead nowhere, and things that are not there for this person.

use super::head::PageHead;
use crate::dom;
use crate::link::Link;
use leptos::prelude::*;

/// Nothing is at this address, or not for this person.
#[component]
pub fn NotFound() -> AnyView {
    Effect::new(|_| dom::remove_boot());
    let lead = || view! { <p>"There is nothing at this address for you. It may belong to another account, or the address may have a typing mistake."</p> };
    view! {
        <PageHead title=String::from("Not found") of=String::from("Nothing here") lead />
        <p><a class="btn" href=Link::Billing(None).href()>"Go to Billing"</a></p>
    }
    .into_any()
}
