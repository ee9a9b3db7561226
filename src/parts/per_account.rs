//! What belongs to one account dies with the switch to another: nothing of the old one can stay or arrive late.

use super::follow::follow;
use crate::session::use_session;
use domain::session::Membership;
use leptos::prelude::*;

/// Builds a page for the account in view, anew for each account.
pub fn per_account(page: impl Fn(Membership) -> AnyView + Send + 'static) -> AnyView {
    let account = use_session().account();
    // Only another account or role is another page; fresher figures of the same one are not.
    let identity = Memo::new(move |_| {
        account
            .get()
            .map(|membership| (membership.account_id, membership.role))
    });
    follow(identity, move |identity| {
        let account = identity.as_ref().and_then(|_| account.get_untracked());
        account.map(&page).into_any()
    })
}
