//! One transaction: what happened to it in order, what it brought and for what that was used, its documents, and asking it back.

mod credits;
mod facts;
mod preview;
mod refund;
mod service_credit;
mod timeline;

use crate::api;
use crate::dom;
use crate::link::Link;
use crate::parts::{
    Badge, GuideLink, Loaded, NotFound, PageHead, Panel, follow, in_path, per_account, pick,
    second_plan,
};
use crate::remote::{Remote, use_remote};
use domain::guide::Guide;
use domain::id::{AccountId, TransactionId};
use domain::transaction::TransactionView;
use leptos::prelude::*;

/// The page `/billing/transactions/{transaction}`.
#[component]
pub fn TransactionPage() -> AnyView {
    let id = in_path::<TransactionId>(2);
    per_account(move |membership| {
        let account = membership.account_id;
        follow(id, move |id| match id.clone() {
            Some(id) => one(account.clone(), id),
            None => view! { <NotFound /> }.into_any(),
        })
    })
}

fn one(account: AccountId, id: TransactionId) -> AnyView {
    let remote = use_remote(move || api::transaction(account.clone(), id.clone()));
    let content = move |view: Signal<TransactionView>| body(view, remote);
    view! { <Loaded remote what="The transaction" children=content /> }.into_any()
}

fn body(view: Signal<TransactionView>, remote: Remote<TransactionView>) -> AnyView {
    let title = pick(view, |view| view.transaction.receipt_label.clone());
    let of = pick(view, |view| view.account.name.clone());
    let crumbs = || {
        view! {
            <p class="crumbs">
                <a href=Link::Billing(None).href()>"Billing"</a> " / "
                <a href=Link::Transactions(None).href()>"Transaction history"</a>
            </p>
        }
    };
    let status = pick(view, |view| view.transaction.status);
    let badge = follow(status, |status| {
        view! { <Badge tone=*status label=status.label() /> }.into_any()
    });
    let lead = || {
        view! { <p>"A receipt says that money was taken, not that work is done."</p> }
    };
    let aside = move || {
        view! { <div class="actions">{badge} <button type="button" class="btn" on:click=|_| dom::print()>"Print"</button></div> }
    };
    let second = pick(view, |view| view.second_plan.clone());
    view! {
        <PageHead title of crumbs lead aside />
        {follow(second, |plan| plan.as_ref().map(|plan| second_plan(plan, false)).into_any())}
        {facts::panel(view)}
        <Panel title="Timeline" aside=timeline::files(view)>{timeline::list(view)}</Panel>
        {credits::panels(view)}
        <Panel title="Refund">{refund::refund(view, remote)}</Panel>
        <Panel title="Service credit">{service_credit::service_credit(view, remote)}</Panel>
        <p class="small muted"><GuideLink guide=Guide::RefundsAndDisputes /> " " <GuideLink guide=Guide::InvoicesAndReceipts /></p>
    }
    .into_any()
}
