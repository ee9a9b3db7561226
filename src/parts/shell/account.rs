//! The account that a tab looks at.

use crate::dom;
use crate::session::Session;
use domain::id::AccountId;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Keys that choose in a closed list.
const KEYS: [&str; 6] = ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp"];

/// The choice of the account.
#[component]
pub(super) fn AccountSelect(session: Session) -> AnyView {
    let account = session.account();
    let chosen = move || {
        account.with(|account| {
            let id = account.as_ref().map(|own| own.account_id.to_string());
            id.unwrap_or_default()
        })
    };
    let change = move |event| {
        if let Ok(id) = AccountId::parse(&event_target_value(&event)) {
            session.switch(id);
        }
    };
    // A closed list would change the account with every arrow key on the way: it is opened instead, and Enter chooses.
    let open = move |event: KeyboardEvent| {
        let key = event.key();
        let chooses = key.chars().count() == 1 && !event.ctrl_key() && !event.meta_key();
        if (chooses || KEYS.contains(&key.as_str())) && dom::open_list(&event_target(&event)) {
            event.prevent_default();
        }
    };
    let option = |membership: domain::session::Membership| {
        let id = membership.account_id.to_string();
        let own = id.clone();
        view! { <option value=id selected=move || chosen() == own>{membership.account_name}</option> }
            .into_any()
    };
    let options: Vec<AnyView> = session.memberships().into_iter().map(option).collect();
    view! {
        <div class="account">
            <label for="current-account">"Current account"</label>
            <select id="current-account" prop:value=chosen on:keydown=open on:change=change>{options}</select>
        </div>
    }
    .into_any()
}
