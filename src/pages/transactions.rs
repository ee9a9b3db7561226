//! Transaction history: what was billed, whether it is confirmed, what came back, and the documents for it.

mod download;
mod filters;
mod row;
mod subscriptions;

pub(super) use row::document;

use crate::api;
use crate::link::{Link, Origin};
use crate::parts::{
    Badge, CopyCode, Empty, Fact, Facts, GuideLink, Head, Loaded, Notice, PageHead, Panel, Table,
    Tone, follow, per_account, pick, rows, unless_empty,
};
use crate::remote::use_remote;
use crate::slice::Slice;
use domain::guide::Guide;
use domain::id::AccountId;
use domain::reason::Reason;
use domain::session::Membership;
use domain::transaction::TransactionPage;
use filters::{Shown, filters};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page `/billing/transactions`.
#[component]
pub fn TransactionsPage() -> AnyView {
    let query = use_location().query;
    let path = use_location().pathname;
    let shown = Slice::new(move |old: Option<&Shown>| {
        // On the way to another page the address changes first.
        if path.get() != Link::Transactions(None).href() {
            return old.cloned().unwrap_or_default();
        }
        query.with(Shown::of)
    });
    per_account(move |membership| view! { <History membership shown /> }.into_any())
}

#[component]
fn History(membership: Membership, shown: Slice<Shown>) -> AnyView {
    let Membership {
        account_id,
        account_name,
        ..
    } = membership;
    let crumbs =
        || view! { <p class="crumbs"><a href=Link::Billing(None).href()>"Billing"</a></p> };
    let name = account_name.clone();
    let lead = move || {
        view! { <p>"Everything that " {name} " was billed, with what came back of it, newest first. A receipt says that money was taken, not that work is done."</p> }
    };
    let list = move |shown: &Shown| list(account_id.clone(), shown.clone());
    view! {
        <PageHead title=String::from("Transaction history") of=account_name crumbs lead />
        {follow(shown, list)}
    }
    .into_any()
}

fn list(account: AccountId, shown: Shown) -> AnyView {
    let (asked, query) = (account.clone(), shown.query());
    let remote = use_remote(move || api::transactions(asked.clone(), query.clone()));
    let content = move |page: Signal<TransactionPage>| panels(&account, &shown, page);
    view! { <Loaded remote what="The transaction history" children=content /> }.into_any()
}

fn panels(account: &AccountId, shown: &Shown, page: Signal<TransactionPage>) -> AnyView {
    let reasons = pick(page, |page| page.account_reasons.clone());
    let items = pick(page, |page| page.items.clone());
    let next = pick(page, |page| page.next_cursor.clone());
    let aside = download::links(account, shown);
    let own = account.clone();
    let table = move || {
        let account = own.clone();
        let row = move |item: &_| row::row(account.clone(), item);
        view! { <Table heads=HEADS class="history">{rows(items, |item| item.transaction_id.clone(), row)}</Table> }
            .into_any()
    };
    let older = {
        let shown = shown.clone();
        move |next: &Option<String>| older(&shown, next.as_deref())
    };
    let (controls, no_rows) = (
        filters(shown),
        if shown.is_any() { no_match } else { nothing },
    );
    view! {
        {back(shown.origin.clone())}
        {rows(reasons, |reason| reason.code, in_the_way)}
        {invoice_access(page)}
        {subscriptions::panel(page)}
        {controls}
        <Panel title="Transactions" aside flush=true>
            {unless_empty(items, no_rows, table)}
            {follow(next, older)}
        </Panel>
        <p class="small muted">"Times are shown in your zone; files give them in UTC. " <GuideLink guide=Guide::InvoicesAndReceipts /></p>
    }
    .into_any()
}

const HEADS: &[Head] = &[
    Head::Text("Receipt"),
    Head::Text("Invoice"),
    Head::Text("Billed"),
    Head::Figure("Amount", "num"),
    Head::Text("Status"),
    Head::Text("Came back"),
    Head::Unseen("Document"),
];

/// The way back to the work that waits for this.
fn back(origin: Option<Origin>) -> AnyView {
    let Some(origin) = origin else {
        return ().into_any();
    };
    let (href, what) = (origin.back().href(), origin.from.label());
    view! { <p><a class="btn" href=href>"Return to the page of the blocked work"</a> " " <span class="small muted">{what} " can be tried again there when this is resolved."</span></p> }
        .into_any()
}

/// What is in the way of the whole account.
fn in_the_way(reason: &Reason) -> AnyView {
    let reason = reason.clone();
    view! {
        <Notice tone=Tone::Stop title=reason.label>
            <p>{reason.message} " It clears when " {reason.clears_when} "."</p>
            <CopyCode code=reason.code.key() />
            <GuideLink guide=reason.guide />
        </Notice>
    }
    .into_any()
}

/// Whose history it is, whether documents can be had, and how the latest payment stands.
fn invoice_access(page: Signal<TransactionPage>) -> AnyView {
    let slice = pick(page, |page| {
        (
            page.account.name.clone(),
            page.billing_email.clone(),
            page.invoice_access.clone(),
            page.payment_status,
            page.subscription_status,
        )
    });
    let facts = follow(slice, |(name, email, access, payment, subscription)| {
        let tone = if access.available {
            Tone::Ok
        } else {
            Tone::Hold
        };
        let label = if access.available { "Ready" } else { "Waiting" };
        let (name, email, message) = (name.clone(), email.clone(), access.message.clone());
        let (payment, subscription) = (*payment, *subscription);
        view! {
            <Facts>
                <Fact name="Account">{name}</Fact>
                <Fact name="Billing email">{email}</Fact>
                <Fact name="Download invoice"><Badge tone label />" " {message}</Fact>
                <Fact name="Payment"><Badge tone=payment label=payment.label() /></Fact>
                <Fact name="Subscription"><Badge tone=subscription label=subscription.label() /></Fact>
            </Facts>
        }
        .into_any()
    });
    view! { <Panel title="Invoice access">{facts}</Panel> }.into_any()
}

fn older(shown: &Shown, next: Option<&str>) -> AnyView {
    let first = shown
        .after
        .is_some()
        .then(|| view! { <a class="btn" href=shown.first().href()>"Newest"</a> });
    let more = next.map(|next| {
        let href = shown.after(next).href();
        view! { <a class="btn" href=href>"Older"</a> }
    });
    view! { <div class="pager">{first}{more}</div> }.into_any()
}

fn nothing() -> AnyView {
    let words = "The first one appears when a checkout is paid or a plan renews.";
    view! { <Empty title="No transactions yet" words /> }.into_any()
}

fn no_match() -> AnyView {
    let href = Link::Transactions(None).href();
    view! {
        <Empty title="No transaction fits these filters" words="Take a filter away to see more.">
            <a class="btn" href=href>"Show all transactions"</a>
        </Empty>
    }
    .into_any()
}
