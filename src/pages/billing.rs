//! Billing: what an account can use, what is on its way, what is in the way, and what can be bought.

mod balance;
mod blocked_action;
mod cards;
mod entitlements;
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

use crate::api;
use crate::link::Origin;
use crate::parts::{Glyph, Icon, Loaded, PageHead, per_account};
use crate::remote::{Remote, use_remote};
use balance::CreditBalance;
use blocked_action::BlockedAction;
use domain::billing::BillingView;
use domain::session::Membership;
use entitlements::Entitlements;
use guides::NextSteps;
use latest::LatestLedger;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use notices::Notices;
use plans::Plans;
use provider::Provider;
use status::Status;
use top_ups::TopUps;
use usage::Usage;

/// The page `/billing`; another origin in the address is another page.
#[component]
pub fn BillingPage() -> impl IntoView {
    let query = use_query_map();
    let path = use_location().pathname;
    let origin = Memo::new(move |old: Option<&Option<Origin>>| {
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
    move || view! { <Billing origin=origin.get() /> }
}

/// Billing of the account in view.
#[component]
pub fn Billing(
    /// The blocked action that led here.
    origin: Option<Origin>,
) -> impl IntoView {
    per_account(move |membership| {
        let origin = origin.clone();
        view! { <AccountBilling membership origin /> }.into_any()
    })
}

#[component]
fn AccountBilling(membership: Membership, origin: Option<Origin>) -> impl IntoView {
    let account = membership.account_id;
    let asked = origin.clone();
    let billing = use_remote(move || api::billing(account.clone(), asked.clone()));
    let again = RwSignal::new(0);
    let missing = Memo::new(move |_| billing.error().is_some_and(|error| error.is_not_found()));
    let name = membership.account_name;
    let head = move || (!missing.get()).then(|| view! { <Head billing again name=name.clone() /> });
    let panels = move |view: Signal<BillingView>| {
        // Read by many: taken over once, then only borrowed.
        let view = Memo::new(move |_| view.get()).into();
        view! { <Panels view origin=origin.clone() again /> }.into_any()
    };
    view! {
        {head}
        <Loaded remote=billing what="Billing" children=panels />
    }
}

#[component]
fn Head(billing: Remote<BillingView>, again: RwSignal<u32>, name: String) -> impl IntoView {
    let summary = Memo::new(move |_| billing.get().map(|view| view.summary));
    let lead = view! { <p>{move || summary.get()}</p> };
    let refresh = move |_| {
        billing.refetch();
        again.update(|times| *times += 1);
    };
    let busy = move || billing.loading().then_some("true");
    let aside = view! {
        <div class="actions">
            <button type="button" class="btn" aria-busy=busy on:click=refresh><Icon glyph=Glyph::Refresh />"Refresh"</button>
        </div>
    };
    view! { <PageHead title=String::from("Billing") of=name lead=lead.into_any() aside=aside.into_any() /> }
}

#[component]
fn Panels(
    view: Signal<BillingView>,
    origin: Option<Origin>,
    again: RwSignal<u32>,
) -> impl IntoView {
    let blocked = origin
        .clone()
        .map(|origin| view! { <BlockedAction view origin again /> });
    view! {
        {blocked}
        <Notices view />
        <div class="two">
            <Status view />
            <Provider view />
        </div>
        <Entitlements view />
        <CreditBalance view />
        <LatestLedger view />
        <Usage view />
        <Plans view origin=origin.clone() />
        <TopUps view origin />
        <NextSteps />
    }
    .into_any()
}
