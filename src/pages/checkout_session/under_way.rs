//! `/billing/checkout` by itself: the checkouts that are under way, or how one is started.

use crate::api;
use crate::link::Link;
use crate::parts::{Badge, Empty, Loaded, PageHead, Panel, RowLink, When, follow, pick, rows};
use crate::remote::use_remote;
use domain::billing::BillingView;
use domain::catalogue::CardState;
use domain::checkout::CheckoutView;
use domain::session::Membership;
use leptos::prelude::*;

/// The page for the account in view.
pub(super) fn under_way(membership: Membership) -> AnyView {
    let Membership {
        account_id,
        account_name,
        ..
    } = membership;
    let remote = use_remote(move || api::billing(account_id.clone(), None));
    let page = |view: Signal<BillingView>| {
        let open = pick(view, |view| view.open_checkouts.clone());
        let none = pick(view, |view| view.open_checkouts.is_empty());
        view! {
            <Panel title="Under way" bare=true>
                <ul class="list">{rows(open, |checkout| checkout.checkout_session_id.clone(), one)}</ul>
                {follow(none, |none| none.then(how).into_any())}
            </Panel>
        }
        .into_any()
    };
    view! {
        <PageHead title=String::from("Checkouts") of=account_name />
        <Loaded remote what="The list of checkouts" children=page />
    }
    .into_any()
}

fn one(checkout: &CheckoutView) -> AnyView {
    let checkout = checkout.clone();
    let state = if checkout.awaits_confirmation() {
        CardState::PaymentPending
    } else {
        CardState::CheckoutOpen
    };
    view! {
        <li>
            <div>
                <h3>{checkout.item_name} " " <Badge tone=state label=state.label() /></h3>
                <p class="small muted">"Opened by " {checkout.opened_by} ", " <When at=checkout.created_at /></p>
            </div>
            <RowLink href=Link::CheckoutSession(checkout.checkout_session_id).href()>"View checkout"</RowLink>
        </li>
    }
    .into_any()
}

fn how() -> AnyView {
    view! {
        <Empty title="No checkout is under way" words="A checkout begins with a plan or a top-up in Billing.">
            <p><a class="btn" href=Link::Billing(None).href()>"Open Billing"</a></p>
        </Empty>
    }
    .into_any()
}
