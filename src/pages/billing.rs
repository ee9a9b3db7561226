//! Billing: what an account can use, what is on its way, what is in the way, and what can be bought.

mod balance;
mod blocked_action;
mod cards;
mod entitlements;
mod glance;
mod guides;
mod holds;
mod latest;
mod notices;
mod paid_elsewhere;
mod plans;
mod provider;
mod remedy;
mod status;
mod top_ups;
mod usage;
mod ways;

use crate::api;
use crate::lazy;
use crate::link::Origin;
use crate::live::use_live;
use crate::parts::{Glyph, Icon, Loaded, Notice, PageHead, Tone, follow, per_account};
use crate::remote::{Remote, use_remote};
use crate::slice::Slice;
use domain::billing::BillingView;
use domain::gate::Action;
use domain::session::Membership;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

pub use blocked_action::blocked_action;

/// The page `/billing`; another origin in the address is another page.
#[component]
pub fn BillingPage() -> AnyView {
    let query = use_location().query;
    let path = use_location().pathname;
    let origin = Slice::new(move |old: Option<&Option<Origin>>| {
        // On the way to another page the address changes first.
        if path.get() != "/billing" {
            return old.cloned().flatten();
        }
        query.with(|query| {
            Origin::from_query(
                query.get_str("from"),
                query.get_str("ref"),
                query.get_str("select"),
            )
        })
    });
    let unknown = Slice::new(move |_| {
        let asked = query.with(|query| query.get("from"))?;
        Action::parse(&asked).is_none().then_some(asked)
    });
    view! {
        {follow(unknown, |asked| asked.clone().map(not_in_catalogue).into_any())}
        {follow(origin, |origin| billing(origin.clone()))}
    }
    .into_any()
}

/// The third verdict: what the catalogue does not have, no plan and no credit brings (S2-33).
fn not_in_catalogue(asked: String) -> AnyView {
    view! {
        <Notice tone=Tone::Stop title="Stopped: not in the catalogue">
            <p>"\u{201c}" {asked} "\u{201d} is no action of WebRiskOps. No plan and no credit covers it, so there is nothing to buy for it. What can be bought, and what it covers, stands below."</p>
        </Notice>
    }
    .into_any()
}

/// Billing of the account in view, with the blocked action that led here.
fn billing(origin: Option<Origin>) -> AnyView {
    per_account(move |membership| {
        let origin = origin.clone();
        view! { <AccountBilling membership origin /> }.into_any()
    })
}

#[component]
fn AccountBilling(membership: Membership, origin: Option<Origin>) -> AnyView {
    let account = membership.account_id;
    let asked = origin.clone();
    let billing = use_remote(move || api::billing(account.clone(), asked.clone()));
    let missing = Slice::new(move |_| billing.error().is_some_and(|error| error.is_not_found()));
    let name = membership.account_name;
    let head = move |missing: &bool| {
        let name = name.clone();
        (!missing)
            .then(|| view! { <Head billing name /> })
            .into_any()
    };
    view! {
        {follow(missing, head)}
        <Loaded remote=billing what="Billing" children=move |view| panels(view, origin.clone()) />
    }
    .into_any()
}

#[component]
fn Head(billing: Remote<BillingView>, name: String) -> AnyView {
    let summary = Slice::new(move |_| billing.with(|view| view.summary.clone()));
    let lead = move || {
        follow(summary, |summary| {
            view! { <p>{summary.clone()}</p> }.into_any()
        })
    };
    let live = use_live();
    let busy = move || billing.loading().then_some("true");
    let aside = move || {
        view! {
            <div class="actions">
                <button type="button" class="btn" aria-busy=busy on:click=move |_| live.refresh()><Icon glyph=Glyph::Refresh />"Refresh"</button>
            </div>
        }
    };
    view! { <PageHead title=String::from("Billing") of=name lead aside /> }.into_any()
}

fn panels(view: Signal<BillingView>, origin: Option<Origin>) -> AnyView {
    let blocked = origin.clone().map(|origin| {
        lazy::fetched(lazy::blocked_action, move |panel| {
            panel(view, origin.clone())
        })
    });
    view! {
        {blocked}
        {notices::notices(view)}
        {glance::glance(view)}
        <div class="two">
            {status::status(view)}
            {provider::provider(view)}
        </div>
        {entitlements::entitlements(view, origin.is_some())}
        {balance::balance(view)}
        {latest::latest(view)}
        {usage::usage(view)}
        {plans::plans(view, origin.clone())}
        {top_ups::top_ups(view, origin)}
        {guides::next_steps()}
    }
    .into_any()
}
