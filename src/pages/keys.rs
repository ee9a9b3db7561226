//! The keys of the whole console: what each does, and turning them off. Shown over any page.

use crate::dom;
use crate::parts::keys::{ACTIONS, PLACES};
use leptos::prelude::*;

/// The list and the switch.
#[component]
pub fn KeyList() -> AnyView {
    let row = |(keys, does): (String, &'static str)| {
        view! { <div><dt><kbd>{keys}</kbd></dt><dd>{does}</dd></div> }.into_any()
    };
    let places = PLACES
        .iter()
        .map(|(key, name)| ("g ".to_owned() + key, *name));
    let actions = ACTIONS.iter().map(|(key, does)| ((*key).to_owned(), *does));
    let rows: Vec<AnyView> = places.chain(actions).map(row).collect();
    let turn = |event| dom::set_keys(event_target_checked(&event));
    view! {
        <div class="stack keys">
            <dl>{rows}</dl>
            <label class="choice"><input type="checkbox" prop:checked=dom::keys_are_on() on:change=turn /><span>"Use these keys in this browser"</span></label>
        </div>
    }
    .into_any()
}
