//! The account that a tab looks at.

use crate::session::Session;
use domain::id::AccountId;
use leptos::prelude::*;
use web_sys::{Event, FocusEvent, HtmlSelectElement, KeyboardEvent};

/// Keys that walk through a closed list.
const WALKING: [&str; 6] = ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp"];

/// The choice of the account. In a closed list each arrow key chooses: walking through it shows names, and Enter opens the
/// account, so that nobody runs through the pages of all that lie between.
#[component]
pub(super) fn AccountSelect(session: Session) -> AnyView {
    let account = session.account();
    let chosen = move || {
        account.with(|account| {
            let id = account.as_ref().map(|own| own.account_id.to_string());
            id.unwrap_or_default()
        })
    };
    let walks = StoredValue::new(false);
    let open = move |id: &str| {
        walks.set_value(false);
        if let Ok(id) = AccountId::parse(id)
            && chosen() != id.as_str()
        {
            session.switch(id);
        }
    };
    let change = move |event: Event| {
        if !walks.get_value() {
            open(&event_target_value(&event));
        }
    };
    let press = move |event: KeyboardEvent| {
        let key = event.key();
        if key == "Enter" && walks.get_value() {
            open(&event_target_value(&event));
        } else {
            walks.set_value(WALKING.contains(&key.as_str()));
        }
    };
    // What was walked to and not opened is not shown as if it were.
    let leave = move |event: FocusEvent| {
        walks.set_value(false);
        let select: HtmlSelectElement = event_target(&event);
        select.set_value(&untrack(chosen));
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
            <select id="current-account" prop:value=chosen on:keydown=press on:pointerdown=move |_| walks.set_value(false) on:change=change on:blur=leave>{options}</select>
        </div>
    }
    .into_any()
}
