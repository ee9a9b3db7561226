//! The whole ledger of an account, newest first, with filters in the address.

mod filters;
mod pager;
mod rows;

use crate::link::Link;
use crate::parts::{PageHead, per_account};
use crate::slice::Slice;
use domain::credits::{CreditType, EntryKind};
use domain::session::Membership;
use filters::{Filter, Filters};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use rows::Rows;

/// The page `/billing/ledger`.
#[component]
pub fn LedgerPage() -> impl IntoView {
    let query = use_location().query;
    let path = use_location().pathname;
    let filter = Slice::new(move |old: Option<&Filter>| {
        // On the way to another page the address changes first.
        if path.get() != Link::Ledger.href() {
            return old.copied().unwrap_or_default();
        }
        query.with(|query| Filter {
            credit_type: query.get_str("credit_type").and_then(CreditType::parse),
            kind: query.get_str("kind").and_then(EntryKind::parse),
        })
    });
    per_account(move |membership| view! { <AccountLedger membership filter /> }.into_any())
}

#[component]
fn AccountLedger(membership: Membership, filter: Slice<Filter>) -> impl IntoView {
    let name = membership.account_name;
    let account = membership.account_id;
    let of = name.clone();
    let crumbs =
        || view! { <p class="crumbs"><a href=Link::Billing(None).href()>"Billing"</a></p> };
    let lead = move || view! { <p>"Every change of the credits of " {name} ", newest first."</p> };
    let rows = move || {
        let (account, filter) = (account.clone(), filter.get());
        view! { <Rows account filter /> }
    };
    view! {
        <PageHead title=String::from("Ledger") of=of crumbs lead />
        <Filters filter />
        {rows}
    }
}
