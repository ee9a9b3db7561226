//! The accounts of a person beside each other: role, kind, plan, what is available and the worst that is to be said of each.

use crate::api;
use crate::link::Link;
use crate::model::credits::short_name;
use crate::parts::action::fresh_id;
use crate::parts::{
    Badge, Fact, Facts, Loaded, PageHead, Panel, RowLink, SwitchAccount, follow, per_account, pick,
    rows,
};
use crate::remote::use_remote;
use crate::slice::Slice;
use domain::account::{AccountRef, AccountType};
use domain::credits::CreditType;
use domain::id::AccountId;
use domain::session::Membership;
use domain::workspace::{AccountCard, AccountCards};
use leptos::prelude::*;

/// The page `/accounts`.
#[component]
pub fn AccountsPage() -> AnyView {
    per_account(|membership| view! { <Accounts membership /> }.into_any())
}

#[component]
fn Accounts(membership: Membership) -> AnyView {
    let Membership {
        account_id,
        account_name,
        ..
    } = membership;
    let remote = use_remote(api::accounts);
    let lead = || {
        view! { <p>"Credits, plans, transactions and projects belong to one account each. Switching changes all that this tab shows; nothing moves between accounts."</p> }
    };
    let content = move |cards: Signal<AccountCards>| list(cards, account_id.clone());
    view! {
        <PageHead title=String::from("Accounts") of=account_name lead />
        <Loaded remote what="The list of accounts" children=content />
    }
    .into_any()
}

fn list(cards: Signal<AccountCards>, current: AccountId) -> AnyView {
    let typed = RwSignal::new(String::new());
    let shown = Slice::new(move |_| {
        let typed = typed.get();
        cards.with(|cards| {
            let fitting = cards.items.iter().filter(|card| card.fits(&typed));
            fitting.cloned().collect::<Vec<_>>()
        })
    });
    let all = pick(cards, |cards| cards.items.len());
    let count = Slice::new(move |_| (shown.with(Vec::len), all.get()));
    let counted = follow(count, |(some, all)| {
        view! { <span class="small muted" role="status">{*some} " of " {*all} " accounts"</span> }
            .into_any()
    });
    let row = move |card: &AccountCard| one(card, &current);
    view! {
        <Panel title="Your accounts" aside=move || counted>
            <div class="field">
                <label for="account-filter">"Find an account"</label>
                <input id="account-filter" type="search" maxlength="100" autocomplete="off" aria-describedby="account-filter-hint" prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
                <p class="hint small muted" id="account-filter-hint">"By name, kind, role, plan or state."</p>
            </div>
            <div class="cards accounts">{rows(shown, |card| card.account_id.clone(), row)}</div>
        </Panel>
    }
    .into_any()
}

fn one(card: &AccountCard, current: &AccountId) -> AnyView {
    let id = fresh_id("account-");
    let labelled_by = id.clone();
    let is_current = card.account_id == *current;
    let own = AccountRef {
        id: card.account_id.clone(),
        name: card.account_name.clone(),
    };
    let avail = CreditType::ALL.iter().map(|kind| {
        let avail = card.credit_balance.of(*kind).avail;
        view! { <Fact name=short_name(*kind)>{avail} " Avail"</Fact> }
    });
    let payer = card.paid_by.clone().map(|name| {
        view! { <Fact name="Paid by">{name}</Fact> }
    });
    let control = if is_current {
        view! { <RowLink href=Link::Billing(None).href() wide=true>"Open Billing"</RowLink> }
            .into_any()
    } else {
        view! { <SwitchAccount to=own class="btn wide" /> }.into_any()
    };
    let (name, standing) = (card.account_name.clone(), card.standing);
    let (kind, role) = (card.account_type.label(), card.role.label());
    let (plan, subscription) = (card.package_key.label(), card.subscription_status.label());
    let (projects, avail) = (card.projects, avail.collect_view());
    let here = is_current.then(|| view! { <p>"This tab looks at it."</p> });
    let agency = (is_current && card.account_type == AccountType::Agency)
        .then(|| view! { <a href=Link::Agency.href()>"Pool and clients"</a> });
    view! {
        <article class="card" class:current=is_current aria-labelledby=labelled_by>
            <h3 id=id>{name}</h3>
            <Badge tone=standing label=standing.label() />
            <Facts>
                <Fact name="Kind">{kind}</Fact>
                <Fact name="Your role">{role}</Fact>
                <Fact name="Plan">{plan}</Fact>
                <Fact name="Subscription">{subscription}</Fact>
                {avail}
                <Fact name="Projects">{projects}</Fact>
                {payer}
            </Facts>
            {here}
            {agency}
            {control}
        </article>
    }
    .into_any()
}
