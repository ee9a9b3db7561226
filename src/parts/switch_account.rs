//! The button that leads to another account of the person.

use crate::session::use_session;
use domain::account::AccountRef;
use leptos::prelude::*;

/// Looks at another account in this tab.
#[component]
pub fn SwitchAccount(
    /// Which.
    to: AccountRef,
    /// How the button looks.
    #[prop(default = "btn")]
    class: &'static str,
) -> AnyView {
    let session = use_session();
    let AccountRef { id, name } = to;
    let switch = move |_| session.switch(id.clone());
    view! { <button type="button" class=class on:click=switch>"Switch to " {name}</button> }
        .into_any()
}
