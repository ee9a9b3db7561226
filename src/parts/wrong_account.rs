//! Something belongs to another account than the one in view.

use super::badge::Tone;
use super::follow::follow;
use super::notice::Notice;
use super::switch_account::SwitchAccount;
use crate::session::use_session;
use crate::slice::Slice;
use domain::account::{AccountRef, is_at_home};
use domain::reason::{ReasonKey, Slots};
use leptos::prelude::*;

/// Says whose it is and switches there, when the account in view neither owns it nor pays for it.
#[component]
pub fn WrongAccount(
    /// Who owns what the page shows.
    #[prop(into)]
    owner: Signal<AccountRef>,
    /// Who pays for the work on it.
    #[prop(into)]
    payer: Signal<AccountRef>,
    /// The account in view.
    viewing: AccountRef,
) -> AnyView {
    let wrong = Slice::new(move |_| {
        let home = |owner: &AccountRef| is_at_home(&viewing.id, &owner.id, &payer.read().id);
        Some(owner.get()).filter(|owner| !home(owner))
    });
    follow(wrong, |owner| owner.clone().map(whose).into_any())
}

fn whose(owner: AccountRef) -> AnyView {
    let slots = Slots {
        owner: &owner.name,
        ..Slots::default()
    };
    let reason = ReasonKey::WrongAccount.with(&slots, None);
    let memberships = use_session().memberships();
    let member = memberships.iter().any(|own| own.account_id == owner.id);
    let action = move || member.then(|| view! { <SwitchAccount to=owner /> });
    view! {
        <Notice tone=Tone::Stop title=reason.label action>
            <p>{reason.message} " " <code>{reason.code.key()}</code></p>
        </Notice>
    }
    .into_any()
}
