//! Something belongs to another account than the one in view.

use super::badge::Tone;
use super::notice::Notice;
use crate::session::use_session;
use domain::account::AccountRef;
use domain::reason::{ReasonKey, Slots};
use leptos::prelude::*;

/// Says whose it is and switches there, when the account in view is not the owner.
#[component]
pub fn WrongAccount(
    /// Who owns what the page shows.
    #[prop(into)]
    owner: Signal<AccountRef>,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let wrong = Memo::new(move |_| Some(owner.get()).filter(|owner| owner.id != viewing.id));
    move || wrong.get().map(|owner| view! { <Whose owner /> })
}

#[component]
fn Whose(owner: AccountRef) -> impl IntoView {
    let session = use_session();
    let slots = Slots {
        owner: &owner.name,
        ..Slots::default()
    };
    let reason = ReasonKey::WrongAccount.with(&slots, None);
    let member = untrack(|| session.memberships())
        .iter()
        .any(|membership| membership.account_id == owner.id);
    let label = "Switch to ".to_owned() + &owner.name;
    let id = owner.id;
    let action = if member {
        view! { <button type="button" class="btn" on:click=move |_| session.switch(id.clone())>{label}</button> }.into_any()
    } else {
        ().into_any()
    };
    view! {
        <Notice tone=Tone::Stop title=reason.label action=action>
            <p>{reason.message} " " <code>{reason.code.key()}</code></p>
        </Notice>
    }
}
