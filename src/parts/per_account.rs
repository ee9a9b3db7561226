//! The account in view: one for everything below the frame, which builds its page anew for each.

use domain::session::Membership;
use leptos::prelude::*;

/// Makes an account the one in view for everything below.
pub(super) fn provide_account(membership: Membership) {
    provide_context(membership);
}

/// A page of the account in view.
///
/// # Panics
/// Never below the frame.
pub fn per_account(page: impl FnOnce(Membership) -> AnyView) -> AnyView {
    page(expect_context())
}
